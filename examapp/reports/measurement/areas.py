"""What draws of a learner's true scores mean for each area of the exam. Pure."""

import math
from typing import NamedTuple

import numpy as np

from examapp.reports.measurement.learner import chance_weakest, interval
from examapp.reports.measurement.outline import Floats

# With fewer answers an area gets no verdict, whatever its estimate.
FEW_ANSWERS = 4
# More questions than this would be no help to anyone.
MOST_MORE = 200
_Z = 1.6449
_Z_CHANGE = 2.5758


class AreaEstimate(NamedTuple):
    """What is known of an area; every share is 0 to 1.

    `error` is the standard deviation of the belief; `gain` the expected share of the exam's credit
    that lies between here and the cut: the area's share times E[max(0, cut - score)]. `more_needed`
    answers would settle on which side of the cut the area lies: 0 when it is settled, None when
    MOST_MORE would not do. `weakest` is the chance to be among the weakest of its level.
    """

    mean: float
    error: float
    low: float
    high: float
    chance_below: float
    gain: float
    weakest: float
    verdict: str
    more_needed: int | None


def judge(
    draws: Floats, shares: Floats, answers: Floats, *, cut: float, named: int
) -> list[AreaEstimate]:
    """Judge all areas of a level from draws by areas; `named` is how many count as the weakest."""
    low, high = interval(draws, axis=0)
    columns = (
        draws.mean(axis=0),
        draws.std(axis=0),
        low,
        high,
        (draws < cut).mean(axis=0),
        shares * np.maximum(cut - draws, 0).mean(axis=0),
        chance_weakest(draws, named),
    )
    found = []
    for row in zip(*(column.tolist() for column in columns), answers.tolist(), strict=True):
        *figures, count = row
        mean, error, low, high = figures[:4]
        found.append(AreaEstimate._make((*figures, *_standing(mean, error, low, high, count, cut))))
    return found


def _standing(
    mean: float, error: float, low: float, high: float, answers: float, cut: float
) -> tuple[str, int | None]:
    """Return the verdict on an area, and how many more answers would settle it."""
    if answers >= FEW_ANSWERS and (low >= cut or high < cut):
        return "above" if low >= cut else "below", 0
    verdict = "too_few" if answers < FEW_ANSWERS else "open"
    return verdict, more_needed(mean, error, answers, cut)


def more_needed(mean: float, error: float, answers: float, cut: float) -> int | None:
    """Return about how many more answers, going on as now, would part the range from the cut.

    The range parts when its half width is the distance to the cut. An answer adds 1 / (m (1 - m))
    to the precision of a share m (the information of a Bernoulli trial).
    """
    distance = abs(mean - cut)
    least = max(0, math.ceil(FEW_ANSWERS - answers))
    if distance < 1e-6:
        return None
    lacking = (_Z / distance) ** 2 - 1 / max(error, 1e-6) ** 2
    more = max(math.ceil(max(lacking, 0) * mean * (1 - mean)), least, 1)
    return more if more <= MOST_MORE else None


def is_change(before: float, error_before: float, after: float, error_after: float) -> bool:
    """Tell whether an estimate moved by more than new answers alone would move it, 99 times in 100.

    While a learner stays as they are, an estimate moves by chance with the variance that it loses:
    Var(after - before) = error_before^2 - error_after^2 (a belief is a martingale). Because old
    answers fade in the meantime, at least a quarter of what is left is assumed. The bar is high
    since several areas are looked at, each of which could move by chance.
    """
    lost = max(error_before**2 - error_after**2, error_after**2 / 4)
    return abs(after - before) > _Z_CHANGE * math.sqrt(lost)
