"""Each person's attempts at an assignment, with how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.utils.translation import gettext, ngettext

from examapp.courses.models import Assignment, Attempt
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import zone_of
from examapp.courses.pages.heads import AssignmentHead
from examapp.courses.pages.results import person_url
from examapp.web import times


@dataclass(frozen=True)
class TimeLine:
    name: str
    url: str
    number: int
    started: str
    taken: str
    result: str


@dataclass(frozen=True)
class TimesPage:
    head: AssignmentHead
    heading: str
    lines: Sequence[TimeLine]


def times_page(assignment: Assignment, head: AssignmentHead, *, now: datetime) -> TimesPage:
    """List all attempts of people, in one statement, the longest first."""
    rows = (
        Attempt.objects.filter(assignment=assignment, membership__isnull=False)
        .select_related("membership", "session", "practice_set")
        .prefetch_related("session__scores")
    )
    lines = [(_minutes(row), _line(assignment, row, now)) for row in rows]
    ended = [minutes for minutes, _ in lines if minutes is not None]
    heading = gettext("Nobody has started")
    if ended:
        half = round(median(ended))
        heading = ngettext(
            "Half of the people took %(n)d minute or less",
            "Half of the people took %(n)d minutes or less",
            half,
        ) % {"n": half}
    elif lines:
        heading = gettext("Nobody has finished yet")
    lines.sort(key=lambda each: -(each[0] or 0))
    return TimesPage(head, heading, [line for _, line in lines])


def _minutes(attempt: Attempt) -> float | None:
    session = attempt.session
    used = session.time_used if session else None
    if attempt.practice_set and attempt.practice_set.ended_at:
        used = attempt.practice_set.ended_at - attempt.practice_set.started_at
    return used.total_seconds() / 60 if used else None


def _line(assignment: Assignment, attempt: Attempt, now: datetime) -> TimeLine:
    member, session = attempt.membership, attempt.session
    assert member
    started = session.started_at if session else attempt.practice_set.started_at  # type: ignore[union-attr]
    minutes = _minutes(attempt)
    scores = [score for score in session.scores.all() if score.is_current] if session else []
    return TimeLine(
        str(member),
        person_url(assignment, member.pk),
        attempt.number,
        times.near_moment(started, zone=zone_of(assignment.course), now=now),
        words.minutes(round(minutes)) if minutes is not None else gettext("running"),
        str(scores[0].scaled) if scores else "",
    )
