"""What was predicted, held against what happened: scores, calibration, and simple rivals. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from examapp.reports.measurement.outline import Floats, Ints

BINS = 10
# The step of Elo's update after the first answers, and how soon it falls (Pelánek 2016,
# "Applications of the Elo rating system in adaptive educational systems", section 2.3).
_STEP, _STEP_FALL = 1.0, 0.05
# A running share begins as if so many answers had been right by this share.
_SHARE, _WEIGHT = 0.6, 2.0


class Bin(NamedTuple):
    """Predictions of about the same size: how many, their mean, and the share that came true.

    `low` and `high` hold the true share 9 times in 10 (Wilson 1927).
    """

    predictions: int
    predicted: float
    observed: float
    low: float
    high: float


class Backtest(NamedTuple):
    """How right predictions were. NaN where there is none.

    `brier` is the mean squared error (Brier 1950), `calibration_error` the mean distance of bins
    from what came true, weighted by their counts (Naeini et al. 2015); `bias` the mean prediction
    less the share that came true.
    """

    predictions: int
    brier: float
    calibration_error: float
    bias: float
    bins: tuple[Bin, ...]


def brier(predicted: ArrayLike, outcome: ArrayLike) -> float:
    """Return the Brier score; outcomes are from 0 to 1. NaN of nothing."""
    errors = np.asarray(predicted, dtype=float) - np.asarray(outcome, dtype=float)
    return float((errors**2).mean()) if len(errors) else float("nan")


def backtest(predicted: ArrayLike, outcome: ArrayLike) -> Backtest:
    """Return how right predictions from 0 to 1 were, given what came true, each 0 or 1."""
    chance, came = np.asarray(predicted, dtype=float), np.asarray(outcome, dtype=float)
    if len(chance) == 0:
        nothing = float("nan")
        return Backtest(0, nothing, nothing, nothing, ())
    place = np.clip((chance * BINS).astype(int), 0, BINS - 1)
    bins = tuple(_bin(chance[place == n], came[place == n]) for n in np.unique(place))
    apart = sum(each.predictions * abs(each.predicted - each.observed) for each in bins)
    return Backtest(
        len(chance), brier(chance, came), apart / len(chance), float((chance - came).mean()), bins
    )


def _bin(chance: Floats, came: Floats) -> Bin:
    count, share = len(came), float(came.mean())
    z = 1.6449
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return Bin(count, float(chance.mean()), share, float(middle - half), float(middle + half))


def elo(learner: Ints, item: Ints, credit: Floats) -> Floats:
    """Return Elo's prediction of each answer, in order, from the answers before it.

    Learners and items begin at 0; after each answer both move by what it was off, by a step that
    falls with the number of their answers.
    """
    size = int(learner.max(initial=-1)) + 1, int(item.max(initial=-1)) + 1
    ability, difficulty = [0.0] * size[0], [0.0] * size[1]
    met, asked = [0] * size[0], [0] * size[1]
    predicted = np.zeros(len(credit))
    rows = zip(learner.tolist(), item.tolist(), credit.tolist(), strict=True)
    for place, (who, what, earned) in enumerate(rows):
        chance = float(1 / (1 + np.exp(difficulty[what] - ability[who])))
        predicted[place] = chance
        ability[who] += _STEP / (1 + _STEP_FALL * met[who]) * (earned - chance)
        difficulty[what] -= _STEP / (1 + _STEP_FALL * asked[what]) * (earned - chance)
        met[who] += 1
        asked[what] += 1
    return predicted


def running_share(learner: Ints, credit: Floats) -> Floats:
    """Return for each answer, in order, the learner's share of credit before it."""
    size = int(learner.max(initial=-1)) + 1
    earned, met = [_SHARE * _WEIGHT] * size, [_WEIGHT] * size
    predicted = np.zeros(len(credit))
    for place, (who, value) in enumerate(zip(learner.tolist(), credit.tolist(), strict=True)):
        predicted[place] = earned[who] / met[who]
        earned[who] += value
        met[who] += 1
    return predicted


def last_verdicts(learner: Ints, passed: Sequence[bool]) -> tuple[Floats, np.ndarray]:
    """Return for each sitting, in order, whether the learner's sitting before it was passed.

    Also whether there was one; where there was none the prediction is a half.
    """
    last: dict[int, bool] = {}
    predicted, known = np.full(len(passed), 0.5), np.zeros(len(passed), dtype=bool)
    for place, (who, verdict) in enumerate(zip(learner.tolist(), passed, strict=True)):
        if who in last:
            predicted[place], known[place] = float(last[who]), True
        last[who] = bool(verdict)
    return predicted, known
