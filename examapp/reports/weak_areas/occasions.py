"""When a candidate answered: mock exams and stretches of practice, in order, as ability's clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from examapp.reports.measurement.growth import Clock, clock
from examapp.reports.weak_areas.evidence import Evidence

DAY = timedelta(days=1)
# Practice is taken together up to so many answers, within so many days.
MOST_ANSWERS, MOST_DAYS = 40, 14
# More stretches of practice than this would cost more than they tell.
MOST_STRETCHES = 16


class Occasion(NamedTuple):
    """A mock exam, or a stretch of practice that ended then; `session` is None of practice."""

    at: datetime
    session: str | None


class Occasions(NamedTuple):
    """The occasions of a candidate, the oldest first; one at least.

    `of_answer` is the occasion of each answer that counts, `when` the clock of all.
    """

    occasions: tuple[Occasion, ...]
    of_answer: list[int]
    when: Clock


def occasions_of(
    evidence: Evidence, counted_at: Sequence[tuple[str | None, datetime]]
) -> Occasions:
    """Return the occasions of all evidence; `counted_at` is session and moment of each answer."""
    sittings = [Occasion(sitting.at, sitting.session) for sitting in evidence.sittings]
    practice = [Occasion(at, None) for at in _stretches(evidence)]
    found = sorted([*sittings, *practice], key=lambda each: (each.at, each.session is None))
    if not found:
        found = [Occasion(evidence.as_of, None)]
    place_of = {each.session: place for place, each in enumerate(found) if each.session}
    ends = [(each.at, place) for place, each in enumerate(found) if each.session is None]
    moments = [at for at, _ in ends]
    of_answer = [
        place_of[session] if session else ends[bisect_left(moments, at)][1]
        for session, at in counted_at
    ]
    return Occasions(tuple(found), of_answer, _clock(found, evidence))


def _stretches(evidence: Evidence) -> list[datetime]:
    """Return the end of each stretch of practice; none reaches over a mock exam."""
    most = max(MOST_ANSWERS, len(evidence.practiced_at) // MOST_STRETCHES)
    exams = sorted(sitting.at for sitting in evidence.sittings)
    ends: list[datetime] = []
    first, count = None, 0
    for at in evidence.practiced_at:
        is_over = (
            first is None
            or count >= most
            or at - first > MOST_DAYS * DAY
            or bisect_left(exams, at) > bisect_left(exams, first)
        )
        if is_over:
            first, count = at, 0
            ends.append(at)
        ends[-1] = at
        count += 1
    return ends


def _clock(found: Sequence[Occasion], evidence: Evidence) -> Clock:
    exams = sorted(sitting.at for sitting in evidence.sittings)
    began = found[0].at
    return clock(
        [bisect_right(evidence.practiced_at, each.at) for each in found],
        [bisect_left(exams, each.at) for each in found],
        [(each.at - began) / DAY for each in found],
    )
