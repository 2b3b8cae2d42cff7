"""What was predicted, held against what happened: scores and calibration. Pure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from examapp.reports.measurement.intervals import wilson
from examapp.reports.measurement.outline import Floats

BINS = 10
# Surer than this no prediction counts as, so that a single one cannot outweigh all others.
_SUREST = 0.99


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


def log_loss(predicted: ArrayLike, outcome: ArrayLike) -> float:
    """Return the mean logarithmic loss in nats (Good 1952); outcomes are from 0 to 1.

    Predictions surer than 99 % count as 99 %. NaN of nothing.
    """
    chance = np.clip(np.asarray(predicted, dtype=float), 1 - _SUREST, _SUREST)
    came = np.asarray(outcome, dtype=float)
    if len(chance) == 0:
        return float("nan")
    return float(-(came * np.log(chance) + (1 - came) * np.log(1 - chance)).mean())


def backtest(predicted: ArrayLike, outcome: ArrayLike) -> Backtest:
    """Return how right predictions were, given what came true; both are from 0 to 1.

    Of outcomes between 0 and 1, partial credit, the ranges of bins are rather too wide.
    """
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
    return Bin(count, float(chance.mean()), share, *wilson(share * count, count))
