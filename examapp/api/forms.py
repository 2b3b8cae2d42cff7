"""What people say of a new token."""

from django import forms

from examapp.api.models import Scopes


class TokenForm(forms.Form):
    name = forms.CharField(label="What it is for", max_length=60, strip=True)
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=Scopes.choices,
        initial=[Scopes.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one."},
    )
