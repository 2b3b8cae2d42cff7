"""The forms of a review: comments and reasons."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from questions.items.item import letter
from questions.models import Exam

FIELDS = [
    ("", gettext_lazy("The whole question")),
    ("stem", gettext_lazy("Question")),
    ("options", gettext_lazy("Options")),
    *(
        (f"option-{index}", format_lazy(gettext_lazy("Option {letter}"), letter=letter(index)))
        for index in range(8)
    ),
    ("key", gettext_lazy("Key")),
    ("topic", gettext_lazy("Topic and level")),
    ("sources", gettext_lazy("Evidence and sources")),
]


class CommentForm(forms.Form):
    field = forms.ChoiceField(choices=FIELDS, required=False, label=gettext_lazy("On"))
    text = forms.CharField(
        max_length=4000, label=gettext_lazy("Comment"), widget=forms.Textarea(attrs={"rows": 3})
    )
    mentions = forms.ModelMultipleChoiceField(
        get_user_model()._default_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Notify"),
    )

    def __init__(self, exam: Exam, user_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "comment-%s", **kwargs})
        team = get_user_model()._default_manager.filter(exam_roles__exam=exam, is_active=True)
        self.fields["mentions"].queryset = team.exclude(pk=user_id)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, label=gettext_lazy("Reason"), strip=True)
