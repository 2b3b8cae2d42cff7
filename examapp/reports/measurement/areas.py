"""What draws of a learner's true scores mean for each area of the exam. Pure."""

from dataclasses import dataclass

import numpy as np

from examapp.reports.measurement.learner import TAIL, chance_weakest
from examapp.reports.measurement.outline import Floats

# With fewer answers an area gets no verdict, whatever its estimate.
FEW_ANSWERS = 4
# More questions than this would be no help to anyone.
MOST_MORE = 200
_Z = 1.6449
_Z_CHANGE = 2.5758


@dataclass(frozen=True)
class AreaEstimate:
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
    low, high = np.quantile(draws, [TAIL, 1 - TAIL], axis=0, method="weibull")
    mean, error = draws.mean(axis=0), draws.std(axis=0)
    below = (draws < cut).mean(axis=0)
    gain = shares * np.maximum(cut - draws, 0).mean(axis=0)
    weakest = chance_weakest(draws, named)
    found = []
    for area in range(draws.shape[1]):
        verdict = "open"
        if answers[area] < FEW_ANSWERS:
            verdict = "too_few"
        elif low[area] >= cut or high[area] < cut:
            verdict = "above" if low[area] >= cut else "below"
        settled = verdict in ("above", "below")
        found.append(
            AreaEstimate(
                mean=float(mean[area]),
                error=float(error[area]),
                low=float(low[area]),
                high=float(high[area]),
                chance_below=float(below[area]),
                gain=float(gain[area]),
                weakest=float(weakest[area]),
                verdict=verdict,
                more_needed=0
                if settled
                else more_needed(float(mean[area]), float(error[area]), answers[area], cut),
            )
        )
    return found


def more_needed(mean: float, error: float, answers: float, cut: float) -> int | None:
    """Return about how many more answers, going on as now, would part the range from the cut.

    The range parts when its half width is the distance to the cut. An answer adds 1 / (m (1 - m))
    to the precision of a share m (the information of a Bernoulli trial).
    """
    distance = abs(mean - cut)
    least = max(0, int(np.ceil(FEW_ANSWERS - answers)))
    if distance < 1e-6:
        return None
    lacking = (_Z / distance) ** 2 - 1 / max(error, 1e-6) ** 2
    more = int(np.ceil(max(lacking, 0) * mean * (1 - mean)))
    more = max(more, least, 1)
    return more if more <= MOST_MORE else None


def is_change(before: float, error_before: float, after: float, error_after: float) -> bool:
    """Tell whether an estimate moved by more than new answers alone would move it, 99 times in 100.

    While a learner stays as they are, an estimate moves by chance with the variance that it loses:
    Var(after - before) = error_before^2 - error_after^2 (a belief is a martingale). Because old
    answers fade in the meantime, at least a quarter of what is left is assumed. The bar is high
    since several areas are looked at, each of which could move by chance.
    """
    lost = max(error_before**2 - error_after**2, error_after**2 / 4)
    return bool(abs(after - before) > _Z_CHANGE * np.sqrt(lost))
