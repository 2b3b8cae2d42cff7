"""What is given to a course: five fields, the rest with values that will do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from examapp.courses.forms.fields import ZonedMomentField
from examapp.courses.forms.given import GivenForm, initial_given
from examapp.courses.models import (
    Assignment,
    AssignmentKinds,
    Course,
    LatePolicies,
    Releases,
)
from examapp.courses.pages.assignment_lines import zone_of
from examapp.exams.models import ExamForm
from questions.models import Exam

OWN, SAME, FIXED = "own", "same", "fixed"


class AssignmentForm(GivenForm):
    """A mock exam for a course, in the words of its page; `values()` speaks of the model's."""

    exam = forms.ModelChoiceField(Exam.objects.none(), label=gettext_lazy("Exam"), empty_label=None)
    source = forms.ChoiceField(label=gettext_lazy("Questions"), widget=forms.RadioSelect)
    paper = forms.ModelChoiceField(
        ExamForm.objects.none(),
        label=gettext_lazy("Which mock exam"),
        required=False,
        help_text=gettext_lazy("Only if everybody gets the same existing mock exam."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=gettext_lazy("Leave empty for the exam's own time. Extra time is added to it."),
    )
    at_close = forms.ChoiceField(
        label=gettext_lazy("Someone still in the exam when it closes"),
        choices=(
            (LatePolicies.HARD_CLOSE, gettext_lazy("Has to stop then")),
            (LatePolicies.FINISH, gettext_lazy("May finish in their full time")),
        ),
        widget=forms.RadioSelect,
        initial=LatePolicies.HARD_CLOSE,
    )
    scores = forms.ChoiceField(
        label=gettext_lazy("Score"), widget=forms.RadioSelect, initial=Releases.AT_ONCE
    )
    answers = forms.ChoiceField(
        label=gettext_lazy("Right answers"),
        widget=forms.RadioSelect,
        initial=Releases.AFTER_CLOSE,
    )
    explanations = forms.ChoiceField(
        label=gettext_lazy("Explanations"),
        widget=forms.RadioSelect,
        initial=Releases.AFTER_CLOSE,
    )
    release_at = ZonedMomentField(
        label=gettext_lazy("The date, if you chose “On a date”"), required=False
    )

    def __init__(
        self,
        *args: Any,
        exams: Sequence[Exam],
        papers: Sequence[ExamForm],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choice("exam").queryset = Exam.objects.filter(pk__in=[each.pk for each in exams])
        self._choice("source").choices = [
            (OWN, gettext_lazy("Other questions for each person")),
            (SAME, gettext_lazy("The same new questions for all")),
            *([(FIXED, gettext_lazy("An existing mock exam"))] if papers else []),
        ]
        paper = self._choice("paper")
        paper.queryset = ExamForm.objects.filter(pk__in=[each.pk for each in papers])
        paper.label_from_instance = lambda each: each.title
        if not papers:
            del self.fields["paper"]
        releases = (
            (Releases.AT_ONCE, gettext_lazy("At once")),
            (Releases.AFTER_CLOSE, gettext_lazy("After it closes")),
            (Releases.ON_DATE, gettext_lazy("On a date")),
            (Releases.NEVER, gettext_lazy("Never")),
        )
        for part in ("scores", "answers", "explanations"):
            self._choice(part).choices = releases

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, Any] = super().clean()
        self._clean_releases(cleaned, cleaned.get("closes_at"))
        paper, exam = cleaned.get("paper"), cleaned.get("exam")
        if cleaned.get("source") == FIXED and "paper" not in self.errors:
            if not paper:
                self.add_error("paper", gettext("Choose a mock exam."))
            elif exam and paper.exam_id != exam.pk:
                self.add_error("paper", gettext("This mock exam belongs to another exam."))
        return cleaned

    def _clean_releases(self, cleaned: Mapping[str, object], closes: datetime | None) -> None:
        for part in ("scores", "answers", "explanations"):
            if (
                cleaned.get(part) == Releases.AFTER_CLOSE
                and not closes
                and "closes_at" not in self.errors
            ):
                self.add_error(
                    "closes_at",
                    gettext("Something is shown after it closes, so choose when it closes."),
                )
                return
        wants_date = any(
            cleaned.get(part) == Releases.ON_DATE for part in ("scores", "answers", "explanations")
        )
        if wants_date and not cleaned.get("release_at") and "release_at" not in self.errors:
            self.add_error("release_at", gettext("Choose the date."))

    def values(self) -> dict[str, Any]:
        """Return the model's fields, of a valid form."""
        data = self.cleaned_data
        kinds = {OWN: AssignmentKinds.MIX_EACH, SAME: AssignmentKinds.MIX_ONE}
        found = super().values() | {
            "exam": data["exam"],
            "kind": kinds.get(data["source"], AssignmentKinds.FIXED),
            "form": data.get("paper") if data["source"] == FIXED else None,
            "minutes": data["minutes"],
            "late_policy": data["at_close"],
        }
        for part in ("scores", "answers", "explanations"):
            is_dated = data[part] == Releases.ON_DATE
            found[f"{part}_release"] = data[part]
            found[f"{part}_at"] = data["release_at"] if is_dated else None
        return found

    @property
    def opens_time(self) -> bool:
        return bool({"minutes", "at_close"} & set(self.errors))

    @property
    def opens_release(self) -> bool:
        return bool({"scores", "answers", "explanations", "release_at"} & set(self.errors))


def initial_of(assignment: Assignment) -> dict[str, object]:
    """Return what the form shows of an assignment that is there."""
    sources = {AssignmentKinds.MIX_EACH: OWN, AssignmentKinds.MIX_ONE: SAME}
    dates = (assignment.scores_at, assignment.answers_at, assignment.explanations_at)
    return initial_given(assignment) | {
        "exam": assignment.exam_id,
        "source": sources.get(AssignmentKinds(assignment.kind), FIXED),
        "paper": assignment.form_id if assignment.kind == AssignmentKinds.FIXED else None,
        "minutes": assignment.minutes,
        "at_close": assignment.late_policy,
        "scores": assignment.scores_release,
        "answers": assignment.answers_release,
        "explanations": assignment.explanations_release,
        "release_at": next((date for date in dates if date), None),
    }


class TeachForm(forms.Form):
    """Practice that is given on results: which topics, how many questions, until when."""

    topics = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={"required": gettext_lazy("Pick at least one topic.")},
    )
    people = forms.TypedMultipleChoiceField(coerce=int, required=False)
    length = forms.TypedChoiceField(
        label=gettext_lazy("Questions for each person"),
        choices=((5, "5"), (10, "10"), (15, "15")),
        coerce=int,
        widget=forms.RadioSelect,
        initial=10,
    )
    closes_at = ZonedMomentField(label=gettext_lazy("Until"), required=False)
    send_mail = forms.BooleanField(
        label=gettext_lazy("Send an email to each now"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        course: Course,
        topics: Sequence[tuple[int, str]],
        people: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("topics", topics), ("people", people)):
            field: Any = self.fields[name]
            field.choices = choices
        moment = self.fields["closes_at"]
        assert isinstance(moment, ZonedMomentField)
        moment.zone = zone_of(course)
