"""The forms of a review: comments and reasons."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from questions.models import Exam

FIELDS = [
    ("", "The whole question"),
    ("stem", "Question"),
    ("options", "Options"),
    *((f"option-{index}", f"Option {chr(ord('A') + index)}") for index in range(8)),
    ("key", "Key"),
    ("topic", "Topic and level"),
    ("sources", "Evidence and sources"),
]


class CommentForm(forms.Form):
    field = forms.ChoiceField(choices=FIELDS, required=False, label="On")
    text = forms.CharField(
        max_length=4000, label="Comment", widget=forms.Textarea(attrs={"rows": 3})
    )
    mentions = forms.ModelMultipleChoiceField(
        get_user_model()._default_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Notify",
    )

    def __init__(self, exam: Exam, user_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "comment-%s", **kwargs})
        team = get_user_model()._default_manager.filter(exam_roles__exam=exam, is_active=True)
        self.fields["mentions"].queryset = team.exclude(pk=user_id)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, label="Reason", strip=True)
