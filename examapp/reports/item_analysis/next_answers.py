"""What reports told of each task, held against the answers that their readers gave next."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from django.db.models import Min
from django.db.models.functions import Coalesce

from examapp.exams.models import ExamSession, SessionItem
from examapp.practice.models import PracticeItem
from examapp.reports.item_analysis.bodies import Accuracy, NextAnswers
from examapp.reports.item_analysis.predictions import bins_of
from examapp.reports.measurement.backtest import backtest, brier, log_loss
from examapp.reports.measurement.outline import Floats
from examapp.reports.measurement.rivals import Response, elo, running_share
from examapp.reports.models import WeakAreaReport
from examapp.study.models import CardEvent, EventSources
from questions.models import Exam


class _Given(NamedTuple):
    """An answer, in a mock exam as of its end; `place` orders those of one moment."""

    candidate: int
    at: datetime
    place: int
    question: int
    task: int
    credit: float


class _Told(NamedTuple):
    """What the report of a mock exam told: the share right of each task, by its key."""

    at: datetime
    shares: dict[int, float]


def next_answers(exam: Exam) -> NextAnswers | None:
    """Return how reports predicted the answers after them, beside two rivals; None without any.

    Only an answer to a question that its person never met before is predicted: whoever meets it
    again knows more than the report could. Blanks are left out, which say nothing of what is known.
    """
    told = _told(exam)
    given = _first_answers(exam, told)
    stretch = [bisect_left(told[each.candidate], each.at, key=attrgetter("at")) for each in given]
    chance = np.array(
        [_chance(told[each.candidate], each, n) for each, n in zip(given, stretch, strict=True)],
        dtype=float,
    )
    is_told = ~np.isnan(chance)
    if not is_told.any():
        return None
    responses = [
        Response(each.candidate, each.question, each.credit, number)
        for each, number in zip(given, stretch, strict=True)
    ]
    came = np.array([each.credit for each in given])[is_told]
    found = backtest(chance[is_told], came)
    return {
        "n": found.predictions,
        "people": len({each.candidate for each, told in zip(given, is_told, strict=True) if told}),
        "report": _accuracy(chance[is_told], came),
        "elo": _accuracy(elo(responses)[is_told], came),
        "running_share": _accuracy(running_share(responses)[is_told], came),
        "calibration_error": round(found.calibration_error, 4),
        "bins": bins_of(found),
    }


def _accuracy(chance: Floats, came: Floats) -> Accuracy:
    return {"brier": round(brier(chance, came), 4), "log_loss": round(log_loss(chance, came), 4)}


def _chance(told: Sequence[_Told], given: _Given, ended: int) -> float:
    """Return the share that the newest of the reports before an answer told; NaN without one."""
    return told[ended - 1].shares.get(given.task, np.nan) if ended else np.nan


def _told(exam: Exam) -> dict[int, list[_Told]]:
    """Return by candidate what reports of counted mock exams told, in the order of their ends."""
    counted = ExamSession.objects.telling().filter(exam=exam)
    reports = WeakAreaReport.objects.filter(session__in=counted, score__is_current=True)
    rows = reports.order_by("session__finished_at", "pk").values_list(
        "session__candidate", "session__finished_at", "body__tasks"
    )
    told: dict[int, list[_Told]] = defaultdict(list)
    for candidate, at, tasks in rows.iterator():
        if at is not None:
            shares = {task["pk"]: task["estimate_percent"] / 100 for task in tasks}
            told[candidate].append(_Told(at, shares))
    return told


def _first_answers(exam: Exam, people: dict[int, list[_Told]]) -> list[_Given]:
    """Return the answers to what was never met before, of all who have a report, in time's order.

    What was left blank in a mock exam was met too: it is explained after its end.
    """
    sat = SessionItem.objects.of_statistics().filter(
        session__exam=exam, credit__isnull=False, response__isnull=False
    )
    practiced = PracticeItem.objects.telling().filter(set__exam=exam, credit__isnull=False)
    rows = [
        *sat.order_by().values_list(
            *("session__candidate", "session__finished_at", "position"),
            *("version__question", "topic__task", "credit"),
        ),
        *practiced.order_by().values_list(
            *("set__candidate", "answered_at", "position"),
            *("version__question", "topic__task", "credit"),
        ),
    ]
    met = _met(exam)
    first = [
        given._replace(credit=float(given.credit))
        for given in map(_Given._make, rows)
        if given.candidate in people and given.at == met[given.candidate, given.question]
    ]
    return sorted(first, key=attrgetter("at", "candidate", "place"))


def _met(exam: Exam) -> dict[tuple[int, int], datetime]:
    """Return when each person first met each question: in any mock exam, practice or review.

    That of a mock exam is its end, or its beginning while it runs.
    """
    sat = SessionItem.objects.filter(session__exam=exam).order_by()
    ended = Min(Coalesce("session__finished_at", "session__started_at"))
    practiced = PracticeItem.objects.answered().filter(set__exam=exam).order_by()
    reviews = CardEvent.objects.filter(
        card__exam=exam, source=EventSources.REVIEW, version__isnull=False
    ).order_by()
    met: dict[tuple[int, int], datetime] = {}
    for person, question, at in (
        *sat.values_list("session__candidate", "version__question").annotate(at=ended),
        *practiced.values_list("set__candidate", "version__question").annotate(
            at=Min("answered_at")
        ),
        *reviews.values_list("card__candidate", "version__question").annotate(at=Min("at")),
    ):
        met[person, question] = min(at, met.get((person, question), at))
    return met
