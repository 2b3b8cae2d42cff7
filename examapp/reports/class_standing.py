"""What a class knows, from given sittings of its members: areas, and people by areas.

Nothing else that members did enters: their practice and other mock exams are their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from examapp.exams.models import SessionItem
from examapp.reports.weak_areas.body import Verdict
from questions.models import Exam

# With fewer members nothing is said of a class, and with fewer answers nothing of one in an area.
ENOUGH_MEMBERS, ENOUGH_ANSWERS = 5, 4


@dataclass(frozen=True)
class ClassArea:
    """An area of a class: the mean share its members would answer right, with its likely range.

    `below_percent` is the share of members likely below the pass mark, `gain_points` what a member
    would gain on average if all came up to it here, in points of the exam's scale. `members` had an
    answer here. Domains are of level 0, tasks 1, topics 2.
    """

    level: int
    pk: int
    number: str
    title: str
    slug: str
    members: int
    percent: float
    low_percent: float
    high_percent: float
    below_percent: float
    gain_points: float


@dataclass(frozen=True)
class MemberArea:
    """A member in an area: counts, and by the model where enough is known.

    With too few answers the verdict is `too_few`, and no percentage is shown.
    """

    answered: int
    correct: float
    percent: float
    low_percent: float
    high_percent: float
    verdict: Verdict


@dataclass(frozen=True)
class ClassStanding:
    """What is known of a class; `domains`, `tasks` and `topics` stand as the outline has them.

    `people` has for each candidate the domains, then the tasks, then the topics. Where it is not
    `is_enough`, the means of areas are of too few people to be shown.
    """

    members: int
    domains: tuple[ClassArea, ...]
    tasks: tuple[ClassArea, ...]
    topics: tuple[ClassArea, ...]
    people: dict[int, tuple[tuple[MemberArea, ...], ...]]

    @property
    def is_enough(self) -> bool:
        return self.members >= ENOUGH_MEMBERS


class GivenAnswer(NamedTuple):
    """An answer of a member in a sitting that ended then."""

    candidate: int
    session: UUID
    at: datetime
    version: int
    topic: int
    type: str
    level: str
    credit: float


def class_standing(exam: Exam, sessions: Sequence[UUID]) -> ClassStanding | None:
    """Return what some finished sittings say of those who sat them; None without an answer."""
    given = _given(sessions)
    if not given:
        return None
    # These bring SciPy.
    from examapp.reports.weak_areas.class_figures import standing_of

    return standing_of(exam, given)


def _given(sessions: Sequence[UUID]) -> list[GivenAnswer]:
    """Read the answers that tell of some sittings, in one statement."""
    items = SessionItem.objects.of_statistics().filter(session__in=sessions)
    items = items.exclude(response=None).order_by("session__finished_at", "session", "position")
    fields = items.values_list(
        *("session__candidate", "session", "session__finished_at"),
        *("version", "topic", "version__type", "version__level", "credit"),
    )
    rows = fields.iterator(chunk_size=20_000)
    return [GivenAnswer._make((*row, float(credit or 0))) for *row, credit in rows]
