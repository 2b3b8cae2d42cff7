"""More time for a person who is in an exam."""

from django import forms
from django.utils.translation import gettext_lazy

from examapp.exams.services.extensions import MOST_MINUTES


class MoreTimeForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("Email of the person"))
    minutes = forms.IntegerField(
        min_value=1, max_value=MOST_MINUTES, label=gettext_lazy("Extra minutes")
    )
    reason = forms.CharField(
        max_length=300,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Only you and admins see it."),
    )
