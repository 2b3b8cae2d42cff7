"""The mock exams of an exam as one candidate stands to them: taken, next, reserved, or to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamForm, Score
from examapp.web.figures import ScoreLine
from questions.models import Exam

type MockState = Literal["taken", "next", "open", "reserved", "revised"]


@dataclass(frozen=True)
class Mock:
    """A mock exam; `score` is that of the newest sitting of it, with its session, if it was sat.

    It is `revised` while a question of it is out of use, and `reserved` for whom it is given to.
    """

    form: ExamForm
    state: MockState
    score: Score | None

    @property
    def line(self) -> ScoreLine | None:
        """Its score on the scale of its sitting."""
        if self.score is None:
            return None
        session = self.score.session
        scale = (session.scale_min, session.scale_cut, session.scale_max)
        return ScoreLine(self.score.scaled, *scale)

    @property
    def may_start(self) -> bool:
        return self.state in ("taken", "next", "open")


def mocks_of(candidate: User, exam: Exam) -> list[Mock]:
    """Return the mock exams that are offered, in order; the first that can be taken is next."""
    forms = list(ExamForm.objects.offered(exam).with_sittings_of(candidate))
    scores = Score.objects.filter(
        is_current=True, session__candidate=candidate, session__form__in=forms
    ).exclude(is_held_back("session"))
    newest = {
        score.session.form_id: score
        for score in scores.select_related("session").order_by("session__finished_at")
    }
    states = _states(forms)
    return [
        Mock(form, state, newest.get(form.pk)) for form, state in zip(forms, states, strict=True)
    ]


def next_mock(candidate: User, exam: Exam) -> ExamForm | None:
    """Return the first mock exam that the candidate has not taken and can; None for none."""
    forms = list(ExamForm.objects.offered(exam).with_sittings_of(candidate))
    states = zip(forms, _states(forms), strict=True)
    return next((form for form, state in states if state == "next"), None)


def _states(forms: Sequence[ExamForm]) -> list[MockState]:
    states = [_state(form) for form in forms]
    if "open" in states:
        states[states.index("open")] = "next"
    return states


def _state(form: ExamForm) -> MockState:
    if form.held_back:
        return "reserved"
    if form.missing:
        return "revised"
    return "taken" if form.has_sat else "open"
