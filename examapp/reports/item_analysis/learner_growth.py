"""How fast an exam's learners change from one mock exam to the next."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np

from examapp.practice.models import PracticeItem
from examapp.reports.measurement import growth_fit
from examapp.reports.measurement.calibration import Calibration
from examapp.reports.measurement.evidence import Answers
from examapp.reports.measurement.growth import Clock, clock
from examapp.reports.measurement.improvement import ASSUMED_STEPS, steps_of, usual_steps
from examapp.reports.measurement.outline import Ints, Outline
from examapp.reports.measurement.pooling import Pooled
from examapp.reports.measurement.trajectory import infer
from examapp.reports.weak_areas.calibrated_items import Growth
from questions.models import Exam as AskedExam

DAY = timedelta(days=1)
# Later exams of a learner are taken together with this one.
MOST_OCCASIONS = 6
# So many learners tell how fast all change; more would tell it no better.
MOST_LEARNERS = 1200


class Exam(NamedTuple):
    """A mock exam that an answer was given in, and when it ended."""

    candidate: int
    session: UUID
    at: datetime


class LearnerClocks(NamedTuple):
    """The occasion of each answer, and when occasions were; the last one of a learner repeats."""

    of_answer: list[int]
    when: Clock
    occasions: Ints


def clock_of(
    exam: AskedExam, sat: Sequence[Exam], learner_index: Mapping[int, int]
) -> LearnerClocks:
    """Return the clocks of learners, a row each; `sat` is the exam of each answer."""
    exams: dict[int, dict[UUID, datetime]] = defaultdict(dict)
    for each in sat:
        exams[each.candidate][each.session] = each.at
    order = {candidate: sorted(ends, key=ends.__getitem__) for candidate, ends in exams.items()}
    place = {
        session: min(number, MOST_OCCASIONS - 1)
        for sessions in order.values()
        for number, session in enumerate(sessions)
    }
    practiced = _practiced(exam)
    width = max((place[each.session] for each in sat), default=0) + 1
    rows = [
        _row(
            [exams[candidate][session] for session in order[candidate]], practiced[candidate], width
        )
        for candidate in learner_index
    ]
    practice, taken, days = np.array(rows, dtype=float).reshape(-1, 3, width).transpose(1, 0, 2)
    counts = [min(len(order[candidate]), width) for candidate in learner_index]
    return LearnerClocks(
        [place[each.session] for each in sat],
        clock(practice, taken, days),
        np.array(counts, dtype=np.intp),
    )


def _row(ends: Sequence[datetime], practiced: Sequence[datetime], width: int) -> list[list[float]]:
    """Return practice answers, exams and days before each occasion of a learner."""
    known = [*ends[:width], *[ends[min(len(ends), width) - 1]] * (width - len(ends))]
    return [
        [float(bisect_right(practiced, at)) for at in known],
        [float(min(number, len(ends) - 1)) for number in range(width)],
        [(at - ends[0]) / DAY for at in known],
    ]


def _practiced(exam: AskedExam) -> Mapping[int, list[datetime]]:
    """Return when each candidate answered in practice, in order."""
    answered = PracticeItem.objects.answered().filter(set__exam=exam).order_by("answered_at")
    found: dict[int, list[datetime]] = defaultdict(list)
    for candidate, at in answered.values_list("set__candidate", "answered_at").iterator():
        if at:
            found[candidate].append(at)
    return found


def fitted(
    given: Answers, found: Calibration, outline: Outline, when: LearnerClocks, last: Growth
) -> tuple[Calibration, Growth]:
    """Return the calibration with the spreads at the first exam, and how learners change.

    While nobody has sat twice, what was known before stands.
    """
    if when.when.occasions < 2:
        return found, last
    some = _some(given, when)
    spreads, walk = growth_fit.fit(
        some.given, found.items, outline, found.spreads, some.when.when, walk=last.walk
    )
    found = replace(found, spreads=spreads)
    steps = tuple(
        _usual(some, found, outline, Growth(walk, ()), exams)
        for exams in range(2, when.when.occasions + 1)
    )
    return found, Growth(walk, steps)


class _Some(NamedTuple):
    given: Answers
    when: LearnerClocks


def _some(given: Answers, when: LearnerClocks) -> _Some:
    """Return MOST_LEARNERS of the learners, spread evenly, numbered anew; all where fewer are."""
    count = len(when.when.study)
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_LEARNERS)).astype(np.intp))
    return _of(given, when, chosen)


def _of(given: Answers, when: LearnerClocks, chosen: Ints) -> _Some:
    number = np.full(len(when.when.study), -1, dtype=np.intp)
    number[chosen] = np.arange(len(chosen))
    some = given.take(np.flatnonzero(number[given.learner] >= 0))
    some = replace(some, learner=number[some.learner])
    clocks = Clock(when.when.study[chosen], when.when.days[chosen])
    return _Some(some, LearnerClocks([], clocks, when.occasions[chosen]))


def _usual(some: _Some, found: Calibration, outline: Outline, growth: Growth, exams: int) -> Pooled:
    """Return what learners usually gained at the last of so many exams."""
    able = np.flatnonzero(some.when.occasions >= exams)[:400]
    if not len(able):
        return ASSUMED_STEPS
    given, when = _of(some.given, some.when, able)
    if given.occasion is None:
        raise ValueError("answers must tell their occasions")
    given = given.take(np.flatnonzero(given.occasion < exams))
    clocks = Clock(when.when.study[:, :exams], when.when.days[:, :exams])
    path = infer(given, found.items, outline, found.spreads, growth.walk, clocks)
    return usual_steps(*steps_of(path))
