"""Where a person stands in an exam today, as home, plan, progress and practice read it."""

from dataclasses import dataclass
from datetime import datetime

from examapp.accounts.models import User
from examapp.reports.models import StandingReport
from examapp.reports.weak_areas.body import (
    AreaEstimate,
    MixUp,
    Readiness,
    ReportBody,
    TopicEstimate,
    from_json,
)
from questions.models import Exam


@dataclass(frozen=True)
class Standing:
    """What is known of a person in an exam as of their newest answer, by the one model.

    `body` holds all of it; the properties are what most pages need.
    """

    exam: Exam
    as_of: datetime
    body: ReportBody

    @property
    def chance(self) -> Readiness:
        """The chance to pass as exams were taken so far; shown where it `is_enough`."""
        return self.body.readiness

    @property
    def is_enough(self) -> bool:
        """Whether enough is known to tell the chance to pass."""
        return self.body.readiness.is_enough

    @property
    def is_ready(self) -> bool:
        """Whether the person is told to be ready; no weak topics are named then."""
        return self.body.is_ready

    @property
    def domains(self) -> tuple[AreaEstimate, ...]:
        """Every domain with `answered` and `correct`, its estimate and its likely range."""
        return self.body.domains

    @property
    def study_first(self) -> AreaEstimate | None:
        """The one domain to study first, if there is one."""
        return self.body.study_first

    @property
    def weak_topics(self) -> tuple[TopicEstimate, ...]:
        """Topics to study, those that would add the most points first."""
        return self.body.weak_topics

    @property
    def mix_ups(self) -> tuple[MixUp, ...]:
        """Pairs of ideas that the person takes for one another, the surest first."""
        return self.body.mix_ups


def standing(candidate: User, exam: Exam) -> Standing | None:
    """Return where a person stands in an exam, in one statement; None before any answer.

    None too while a course holds back the answers of a sitting that it rests on.
    """
    rows = StandingReport.objects.shown().filter(candidate=candidate, exam=exam)
    row = rows.only("as_of", "body").first()
    return Standing(exam, row.as_of, from_json(row.body)) if row else None


def standings(candidate: User) -> list[Standing]:
    """Return where a person stands in each exam they answered in, the newest first."""
    rows = StandingReport.objects.shown().filter(candidate=candidate).select_related("exam")
    return [Standing(row.exam, row.as_of, from_json(row.body)) for row in rows.order_by("-as_of")]
