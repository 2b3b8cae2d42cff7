"""A fixed form as it is typed: its title, and the refs of its questions in order."""

from django import forms
from django.utils.translation import gettext_lazy

from examapp.exams.services.exam_forms import Place

UNSCORED = "*"


class ExamFormEditor(forms.Form):
    title = forms.CharField(max_length=100)
    questions = forms.CharField(
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=f"One question reference per line, in the order they are asked. "
        f"Add {UNSCORED} to a question that does not count.",
    )

    def clean_questions(self) -> list[Place]:
        """Return the places of the form."""
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines()]
        return [
            (line.removesuffix(UNSCORED).strip(), not line.endswith(UNSCORED))
            for line in lines
            if line
        ]


class ReserveForm(forms.Form):
    """Whether a form is reserved, and until when; without a moment until it is freed."""

    is_reserved = forms.BooleanField(
        required=False, label=gettext_lazy("Reserve this mock exam for an assignment")
    )
    until = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("Write a day and a time.")},
    )


def as_lines(places: list[Place]) -> str:
    """Return places as the field of the form has them."""
    return "\n".join(ref if is_scored else f"{ref} {UNSCORED}" for ref, is_scored in places)
