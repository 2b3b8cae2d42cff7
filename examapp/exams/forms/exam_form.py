"""A fixed form as it is typed: its title, and the refs of its questions in order."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from examapp.exams.assembly.form_places import Place

UNSCORED = "*"
# Most places that a form made by hand may have, and most characters of their refs.
MOST_PLACES = 500
_LONGEST = 40_000


class LinesOfAll(forms.Textarea):
    """A text whose lines come in one value or in several, as those of the picker do."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        if name not in data:
            return None
        values = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
        return "\n".join(str(value) for value in values)


class ExamFormEditor(forms.Form):
    """A form as it is put together; `questions` are its refs in order."""

    title = forms.CharField(max_length=100, label=gettext_lazy("Name"))
    questions = forms.CharField(
        max_length=_LONGEST,
        label=gettext_lazy("Questions"),
        widget=LinesOfAll,
        error_messages={"required": gettext_lazy("Choose the questions first.")},
    )
    is_reserved = forms.BooleanField(
        required=False,
        label=gettext_lazy("Reserve it for an assignment"),
        help_text=gettext_lazy(
            "Only people who get it as an assignment can take it. Practice does not use its "
            "questions."
        ),
    )

    def clean_questions(self) -> list[Place]:
        """Return the places of the form."""
        return places_of(self.cleaned_data["questions"])

    @property
    def places(self) -> list[Place]:
        """The places as they stand, whether or not the form is whole."""
        return places_of(self["questions"].value() or "")[:MOST_PLACES]


def places_of(text: str) -> list[Place]:
    """Return the places that lines name: a ref each, with a star where it does not count."""
    # What comes unasked is not checked by a field: no ref has a NUL, and no query may hold one.
    lines = [line.strip() for line in text[:_LONGEST].replace("\0", "").splitlines()]
    return [
        (line.removesuffix(UNSCORED).strip(), not line.endswith(UNSCORED)) for line in lines if line
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


def as_lines(places: Sequence[Place]) -> str:
    """Return places as the field of the form has them."""
    return "\n".join(as_line(ref, is_scored=is_scored) for ref, is_scored in places)


def as_line(ref: str, *, is_scored: bool) -> str:
    """Return a place as a line of the field."""
    return ref if is_scored else f"{ref} {UNSCORED}"
