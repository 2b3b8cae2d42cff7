from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy

from examapp.accounts import time_zones
from examapp.accounts.models import EVERY_DAY, Accommodation, Preferences, User


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


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": gettext_lazy("Name")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class ExamDateForm(forms.Form):
    """The day of the real exam; none forgets it. One that is past is no plan."""

    day = forms.DateField(
        label=gettext_lazy("Exam date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["day"].widget.attrs["min"] = today.isoformat()

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day < self._today:
            raise forms.ValidationError(gettext_lazy("Choose today or a later day."))
        return day


class StudyDaysForm(forms.Form):
    """The days of the week on which one studies, 0 for Monday."""

    study_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days for study"),
        choices=[(day, WEEKDAYS_ABBR[day]) for day in EVERY_DAY],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row of settings; a subclass names its field."""

    class Meta:
        model = Preferences
        fields: list[str] = []


class MinutesForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["minutes_a_day"]
        labels = {"minutes_a_day": gettext_lazy("Minutes a day")}


class ReviewsForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["reviews_a_day"]
        labels = {"reviews_a_day": gettext_lazy("Reviews a day, at most")}


class AppearanceForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["appearance"]
        labels = {"appearance": gettext_lazy("Appearance")}
        widgets = {"appearance": forms.RadioSelect}


class LanguageForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", gettext_lazy("The language of my browser"))
        self.fields["language"] = forms.ChoiceField(
            label=gettext_lazy("Language"), required=False, choices=[blank, *settings.LANGUAGES]
        )


class RemindersForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["has_reminders"]
        labels = {"has_reminders": gettext_lazy("A mail on study days, when questions are due")}
