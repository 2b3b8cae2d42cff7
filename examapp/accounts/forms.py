from django import forms

from examapp.accounts.models import Accommodation


class AccommodationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Accommodation
        fields = ["time_factor", "extra_minutes"]


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=100, strip=True)
