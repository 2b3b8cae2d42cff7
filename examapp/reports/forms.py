"""What a person tells of the real exam."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from examapp.exams.models import ToldOutcomes


class ToldForm(forms.Form):
    """How the real exam went. A score is welcome and never needed."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How did it go?"),
        choices=[
            (ToldOutcomes.PASSED, gettext_lazy("Passed")),
            (ToldOutcomes.FAILED, gettext_lazy("Not passed")),
            (ToldOutcomes.UNSAID, gettext_lazy("Prefer not to say")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three answers.")},
    )
    score = forms.IntegerField(
        label=gettext_lazy("Score, if you like"), required=False, min_value=0, max_value=9999
    )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == ToldOutcomes.UNSAID:
            cleaned["score"] = None
        return cleaned
