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


class AreaEstimates(NamedTuple):
    """What is known of areas, a column each; every share is 0 to 1.

    `error` is the standard deviation of the belief; `gain` the expected share of the exam's credit
    that lies between here and the cut: the area's share times E[max(0, cut - score)]. `more_needed`
    answers would settle on which side of the cut the area lies: 0 when it is settled, None when
    MOST_MORE would not do. `weakest` is the chance to be among the weakest of its level.
    """

    mean: Floats
    error: Floats
    low: Floats
    high: Floats
    chance_below: Floats
    gain: Floats
    weakest: Floats
    verdict: list[str]
    more_needed: list[int | None]


def judge(
    draws: Floats, shares: Floats, answers: Floats, *, cut: float, named: int
) -> AreaEstimates:
    """Judge all areas of a level from draws by areas; `named` is how many count as the weakest."""
    mean, error = draws.mean(axis=0), draws.std(axis=0)
    low, high = interval(draws, axis=0)
    is_known = answers >= FEW_ANSWERS
    is_settled = is_known & ((low >= cut) | (high < cut))
    side = np.where(low >= cut, "above", "below")
    more = np.where(is_settled, 0, more_needed(mean, error, answers, cut))
    return AreaEstimates(
        mean,
        error,
        low,
        high,
        chance_below=(draws < cut).mean(axis=0),
        gain=shares * np.maximum(cut - draws, 0).mean(axis=0),
        weakest=chance_weakest(draws, named),
        verdict=np.where(is_settled, side, np.where(is_known, "open", "too_few")).tolist(),
        more_needed=[int(count) if count <= MOST_MORE else None for count in more.tolist()],
    )


def more_needed(mean: Floats, error: Floats, answers: Floats, cut: float) -> Floats:
    """Return about how many more answers, going on as now, would part each range from the cut.

    The range parts when its half width is the distance to the cut. An answer adds 1 / (m (1 - m))
    to the precision of a share m (the information of a Bernoulli trial).
    """
    distance = np.maximum(np.abs(mean - cut), 1e-6)
    lacking = np.maximum((_Z / distance) ** 2 - 1 / np.maximum(error, 1e-6) ** 2, 0)
    least = np.maximum(np.ceil(FEW_ANSWERS - answers), 1)
    found: Floats = np.maximum(np.ceil(lacking * mean * (1 - mean)), least)
    return found


def is_change(before: float, error_before: float, after: float, error_after: float) -> bool:
    """Tell whether an estimate moved by more than new answers alone would move it, 99 times in 100.

    While a learner stays as they are, an estimate moves by chance with the variance that it loses:
    Var(after - before) = error_before^2 - error_after^2 (a belief is a martingale). Because old
    answers fade in the meantime, at least a quarter of what is left is assumed. The bar is high
    since several areas are looked at, each of which could move by chance.
    """
    lost = max(error_before**2 - error_after**2, error_after**2 / 4)
    return abs(after - before) > _Z_CHANGE * math.sqrt(lost)
