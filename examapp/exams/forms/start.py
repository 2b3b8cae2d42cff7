"""What the launch page of an exam sends."""

from collections.abc import Iterable
from typing import Any

from django import forms

from examapp.exams.models import ExamForm


class StartForm(forms.Form):
    """The launch page's agreement, and which form is sat: a fresh one, or a fixed one by slug."""

    form = forms.ChoiceField(
        error_messages={
            "required": "Choose which questions to sit.",
            "invalid_choice": "Choose one of the forms that are offered.",
        },
    )
    agree = forms.BooleanField(
        error_messages={"required": "Tick that you take the exam in one sitting, without notes."}
    )

    def __init__(self, *args: Any, offered: Iterable[ExamForm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_slug = {form.slug: form for form in offered}
        choices = [("fresh", "Fresh form"), *((slug, str(f)) for slug, f in self.by_slug.items())]
        self.fields["form"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> ExamForm | None:
        """The fixed form that was chosen; None for a fresh one."""
        return self.by_slug.get(self.cleaned_data["form"])
