"""What reports had predicted, held against what those candidates did next."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.db.models import F

from examapp.exams.models import ExamSession
from examapp.reports.item_analysis.bodies import PredictionBin, Predictions
from examapp.reports.measurement.backtest import Backtest, backtest, brier
from examapp.reports.models import WeakAreaReport
from questions.models import Exam


class _Predicted(NamedTuple):
    """A sitting with what its report said of the next one, None from too few answers."""

    candidate: int
    chance: float | None
    is_pass: bool


def predictions(exam: Exam) -> Predictions | None:
    """Return how the chance to pass came true in the next mock exam; None while nobody sat one.

    The rival beside it says that the next exam ends as the last one did.
    """
    pairs = [
        (before, after)
        for before, after in pairwise(_sittings(exam))
        if before.candidate == after.candidate and before.chance is not None
    ]
    if not pairs:
        return None
    came = [float(after.is_pass) for _, after in pairs]
    found = backtest([before.chance or 0.0 for before, _ in pairs], came)
    return {
        "n": found.predictions,
        "brier": round(found.brier, 4),
        "last_verdict_brier": round(brier([float(before.is_pass) for before, _ in pairs], came), 4),
        "calibration_error": round(found.calibration_error, 4),
        "bins": bins_of(found),
    }


def bins_of(found: Backtest) -> list[PredictionBin]:
    """Return the bins of a back-test as a body stores them."""
    return [
        PredictionBin(
            n=each.predictions,
            predicted_percent=round(100 * each.predicted),
            observed_percent=round(100 * each.observed),
        )
        for each in found.bins
    ]


def _sittings(exam: Exam) -> Sequence[_Predicted]:
    """Return the sittings that statistics count, each candidate's in order."""
    counted = ExamSession.objects.telling().filter(exam=exam)
    reports = WeakAreaReport.objects.filter(session__in=counted, score__is_current=True)
    rows = reports.order_by("session__candidate", "session__finished_at", "pk").values_list(
        "session__candidate", "body__readiness", F("score__is_pass")
    )
    return [
        _Predicted(candidate, chance["percent"] / 100 if chance["is_enough"] else None, is_pass)
        for candidate, chance, is_pass in rows
    ]
