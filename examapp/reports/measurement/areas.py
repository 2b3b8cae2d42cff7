"""What draws of a learner's true scores mean for each area of the exam. Pure."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from examapp.reports.measurement.intervals import Z_90
from examapp.reports.measurement.learner import chance_weakest, interval
from examapp.reports.measurement.outline import Floats

# With fewer answers an area gets no verdict, whatever its estimate.
FEW_ANSWERS = 4
# More questions than this would be no help to anyone.
MOST_MORE = 200
# So many of those who are told "N more questions" shall be sure after N, with room for error.
_SURENESS = 0.85
# An answer tells less of an area than of the very question it was given to.
_WORTH = 0.8
# Of fewer answers than this the normal curve says too little.
_LEAST_MORE = 3
_Z_CHANGE = 2.5758


class AreaEstimates(NamedTuple):
    """What is known of areas, a column each; every share is 0 to 1.

    `error` is the standard deviation of the belief; `gain` the expected share of the exam's credit
    that lies between here and the cut: the area's share times E[max(0, cut - score)]. `more_needed`
    answers would likely settle on which side of the cut the area lies: 0 when it is settled, None
    when MOST_MORE, or the questions that the area has left, would not do. `weakest` is the chance
    to be among the weakest of its level.
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
    draws: Floats,
    shares: Floats,
    answers: Floats,
    *,
    cut: float,
    named: int,
    available: Floats | None = None,
) -> AreaEstimates:
    """Judge all areas of a level from draws by areas; `named` is how many count as the weakest.

    `available` is how many questions each area has left to ask, without end when it is not given.
    """
    mean, error = draws.mean(axis=0), draws.std(axis=0)
    low, high = interval(draws, axis=0)
    is_known = answers >= FEW_ANSWERS
    is_settled = is_known & ((low >= cut) | (high < cut))
    side = np.where(low >= cut, "above", "below")
    left = np.full(mean.shape, np.inf) if available is None else available
    reach = np.where(mean >= cut, mean - low, high - mean) / np.maximum(error, 1e-6)
    most = int(np.clip(left.max(initial=0.0), _LEAST_MORE, MOST_MORE))
    needed = more_needed(mean, error, answers, cut, reach=reach, most=most)
    more = np.where(is_settled, 0, needed)
    return AreaEstimates(
        mean,
        error,
        low,
        high,
        chance_below=(draws < cut).mean(axis=0),
        gain=shares * np.maximum(cut - draws, 0).mean(axis=0),
        weakest=chance_weakest(draws, named),
        verdict=np.where(is_settled, side, np.where(is_known, "open", "too_few")).tolist(),
        more_needed=[
            int(count) if count <= min(MOST_MORE, own) else None
            for count, own in zip(more.tolist(), left.tolist(), strict=True)
        ],
    )


def more_needed(
    mean: Floats,
    error: Floats,
    answers: Floats,
    cut: float,
    *,
    reach: ArrayLike = Z_90,
    most: int = MOST_MORE,
) -> Floats:
    """Return how many more answers would part each range from the cut, with _SURENESS.

    Infinity stands where `most` would not. An answer adds _WORTH / (m (1 - m)) to the precision
    of a share m; 1 / (m (1 - m)) is the information of a Bernoulli trial. Whatever the answers will
    be, the estimate after them is normal about that of today, with the variance that they take away
    (a belief is a martingale). The range has parted where the estimate lies `reach` of its errors
    from the cut, on either side.
    """
    count = np.arange(float(_LEAST_MORE), most + 1)[:, None]
    now = np.maximum(error, 1e-6)
    later = (now**-2 + _WORTH * count / np.maximum(mean * (1 - mean), 1e-6)) ** -0.5
    moves = np.sqrt(np.maximum(now**2 - later**2, 1e-12))
    off = mean - cut
    ends = np.maximum(reach, Z_90) * later
    chance = ndtr((off - ends) / moves) + ndtr((-off - ends) / moves)
    is_enough = (chance >= _SURENESS) & (answers + count >= FEW_ANSWERS)
    first: Floats = is_enough.argmax(axis=0) + float(_LEAST_MORE)
    return np.where(is_enough.any(axis=0), first, np.inf)


def is_change(before: float, error_before: float, after: float, error_after: float) -> bool:
    """Tell whether an estimate moved by more than new answers alone would move it, 99 times in 100.

    While a learner stays as they are, an estimate moves by chance with the variance that it loses:
    Var(after - before) = error_before^2 - error_after^2 (a belief is a martingale). Because old
    answers fade in the meantime, at least a quarter of what is left is assumed. The bar is high
    since several areas are looked at, each of which could move by chance.
    """
    lost = max(error_before**2 - error_after**2, error_after**2 / 4)
    return abs(after - before) > _Z_CHANGE * math.sqrt(lost)
