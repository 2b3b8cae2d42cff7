"""The form of a new exam: its name, and what it begins with."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from questions.models import Exam

EMPTY, COPY, NOTES, FILE = "empty", "copy", "notes", "file"


class NewExamForm(forms.Form):
    title = forms.CharField(max_length=200, label=gettext_lazy("Name"))
    code = forms.SlugField(
        max_length=40,
        required=False,
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy("For lists and addresses, such as bio-1. It stays as it is."),
    )
    start = forms.ChoiceField(
        choices=[(name, "") for name in (EMPTY, COPY, NOTES, FILE)],
        initial=EMPTY,
        label=gettext_lazy("Start with"),
    )
    source = forms.ModelChoiceField(
        Exam.objects.none(), required=False, label=gettext_lazy("Exam to copy")
    )

    def __init__(self, *args: Any, exams: QuerySet[Exam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = exams  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("start") == COPY and not data.get("source"):
            self.add_error("source", gettext("Choose the exam to copy."))
        return data
