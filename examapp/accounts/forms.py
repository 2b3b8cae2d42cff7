from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from examapp.accounts import time_zones
from examapp.accounts.models import Accommodation, Preferences


class AccommodationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Accommodation
        fields = ["time_factor", "extra_minutes"]


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=100, strip=True)


class TimeZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """The zone that a person wants moments to be shown in."""

    class Meta:
        model = Preferences
        fields = ["time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", gettext_lazy("The zone of my browser"))
        self.fields["time_zone"] = forms.ChoiceField(
            label=gettext_lazy("Time zone"),
            required=False,
            choices=[blank, *time_zones.choices()],
        )
