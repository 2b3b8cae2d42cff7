"""How many of those who were given an assignment have done it, for several courses at once."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q

from examapp.courses.models import (
    Assignment,
    Attempt,
    Course,
    Membership,
    MemberStates,
)
from examapp.courses.pages.sitting import DONE, EXCUSED, IN, Sitter
from examapp.exams.models import SessionStatuses

# Whom an assignment waits for: who has joined, and who was invited.
_HERE = [MemberStates.ACTIVE, MemberStates.INVITED]
_ENDED = Q(session__status=SessionStatuses.FINISHED) | Q(practice_set__ended_at__isnull=False)
_RUNNING = Q(session__status=SessionStatuses.OPEN) | Q(
    practice_set__isnull=False, practice_set__ended_at__isnull=True
)
_SCORED = Q(session__scores__is_current=True)


@dataclass(frozen=True)
class Standing:
    """An assignment with the people it was given to, by what they have made of it."""

    assignment: Assignment
    given: int
    done: int
    running: int
    passed: int
    mean: float | None

    @property
    def waiting(self) -> int:
        """How many have not started."""
        return max(0, self.given - self.done - self.running)

    def is_draft(self) -> bool:
        return not self.assignment.is_published

    def is_coming(self, now: datetime) -> bool:
        opens = self.assignment.opens_at
        return self.is_draft() or (opens is not None and opens > now)

    def is_closed(self, now: datetime) -> bool:
        closes = self.assignment.closes_at
        return not self.is_draft() and closes is not None and closes <= now


def standings(courses: Collection[Course]) -> list[Standing]:
    """Return the assignments of courses, in three statements, the earliest to close first."""
    assignments = (
        Assignment.objects.filter(course__in=courses)
        .select_related("exam", "course")
        .annotate(
            picked=Count(
                "recipients",
                filter=Q(recipients__membership__state__in=_HERE),
                distinct=True,
            ),
            excused=Count("overrides", filter=Q(overrides__is_excused=True), distinct=True),
        )
    )
    here = people_of(courses)
    taken: dict[int, dict[str, Any]] = {
        row["assignment_id"]: dict(row)
        for row in Attempt.objects.filter(assignment__course__in=courses, membership__isnull=False)
        .order_by()
        .values("assignment_id")
        .annotate(
            done=Count("membership", filter=_ENDED, distinct=True),
            running=Count("membership", filter=_RUNNING, distinct=True),
            passed=Count(
                "membership", filter=_SCORED & Q(session__scores__is_pass=True), distinct=True
            ),
            mean=Avg("session__scores__scaled", filter=_SCORED),
        )
    }
    found = []
    for assignment in assignments:
        row = taken.get(assignment.pk, {})
        # Annotations of the statement above.
        counted: Any = assignment
        given = here.get(assignment.course_id, 0) if assignment.is_for_all else counted.picked
        given = max(given - counted.excused, row.get("done", 0))
        found.append(
            Standing(
                assignment,
                given,
                row.get("done", 0),
                row.get("running", 0),
                row.get("passed", 0),
                row.get("mean"),
            )
        )
    return sorted(found, key=_when)


def people_of(courses: Collection[Course]) -> dict[int, int]:
    """Return how many people each course has, those invited among them."""
    rows = Membership.objects.filter(course__in=courses, state__in=_HERE).order_by()
    return dict(rows.values_list("course").annotate(n=Count("pk")))


def _when(standing: Standing) -> tuple[bool, float]:
    closes = standing.assignment.closes_at
    return closes is None, closes.timestamp() if closes else 0


def standing_of(assignment: Assignment, people: Sequence[Sitter]) -> Standing:
    """Count people who are read already; passes and mean are of other pages."""
    states = Counter(person.state for person in people)
    return Standing(assignment, len(people) - states[EXCUSED], states[DONE], states[IN], 0, None)
