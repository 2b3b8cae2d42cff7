"""What any assignment is asked for, and a form for practice that was given."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from examapp.courses.forms.fields import ZonedMomentField
from examapp.courses.models import Assignment, Counts, Course
from examapp.courses.pages.assignment_lines import zone_of

NO_LIMIT = "0"


class GivenForm(forms.Form):
    """Title, window, tries, who gets it and whether it counts; `values()` speaks of the model's.

    Who gets an assignment that `is_given` already stays as it is.
    """

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    opens_at = ZonedMomentField(label=gettext_lazy("Opens"), required=False)
    closes_at = ZonedMomentField(label=gettext_lazy("Closes"), required=False)
    tries = forms.ChoiceField(
        label=gettext_lazy("Tries"),
        choices=(
            ("1", "1"),
            ("2", "2"),
            ("3", "3"),
            (NO_LIMIT, gettext_lazy("No limit")),
        ),
        widget=forms.RadioSelect,
        initial="1",
    )
    group = forms.ChoiceField(label=gettext_lazy("Who gets it"), required=False)
    is_graded = forms.BooleanField(
        label=gettext_lazy("It counts in the gradebook"), required=False, initial=True
    )
    counts = forms.ChoiceField(
        label=gettext_lazy("Which try counts"),
        choices=(
            (Counts.BEST, gettext_lazy("Best")),
            (Counts.LAST, gettext_lazy("Last")),
            (Counts.FIRST, gettext_lazy("First")),
            (Counts.AVERAGE, gettext_lazy("Average")),
        ),
        widget=forms.RadioSelect,
        initial=Counts.BEST,
    )
    access_code = forms.CharField(
        label=gettext_lazy("Access code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Students type it before they start. Leave empty for no code."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    send_mail = forms.BooleanField(
        label=gettext_lazy("Send an email to each now"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        course: Course,
        groups: Sequence[str],
        is_given: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choice("group").choices = [
            ("", gettext_lazy("Everybody")),
            *((group, group) for group in groups),
        ]
        if is_given:
            del self.fields["group"]
        for field in self.fields.values():
            if isinstance(field, ZonedMomentField):
                field.zone = zone_of(course)

    def _choice(self, name: str) -> Any:
        """Return a field with choices; Django's types know them by their class alone."""
        return self.fields[name]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, Any] = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", gettext("It closes before it opens. Choose a later date."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the model's fields that the form asks for, of a valid form."""
        same = ("title", "opens_at", "closes_at", "is_graded", "counts", "access_code")
        attempts = int(self.cleaned_data["tries"])
        return {name: self.cleaned_data[name] for name in same} | {"attempts": attempts or None}

    @property
    def opens_who(self) -> bool:
        return bool({"group"} & set(self.errors))

    @property
    def opens_counting(self) -> bool:
        return bool({"is_graded", "counts"} & set(self.errors))

    @property
    def opens_letter(self) -> bool:
        return bool({"access_code", "send_mail"} & set(self.errors))


class PracticeForm(GivenForm):
    """Practice that was given: its topics and its kind stay as they are."""

    question_count = forms.IntegerField(
        label=gettext_lazy("Questions for each person"), min_value=1, max_value=200
    )

    def values(self) -> dict[str, Any]:
        return super().values() | {"question_count": self.cleaned_data["question_count"]}


def initial_given(assignment: Assignment) -> dict[str, object]:
    """Return what the form of any assignment shows of one that is there."""
    return {
        "title": assignment.title,
        "opens_at": assignment.opens_at,
        "closes_at": assignment.closes_at,
        "tries": str(assignment.attempts or NO_LIMIT),
        "question_count": assignment.question_count,
        "is_graded": assignment.is_graded,
        "counts": assignment.counts,
        "access_code": assignment.access_code,
        "send_mail": False,
    }
