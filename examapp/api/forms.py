"""What people say of a new token."""

from django import forms
from django.utils.translation import gettext_lazy

from examapp.api.models import Scopes


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=60, strip=True)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scopes.choices,
        initial=[Scopes.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one.")},
    )
