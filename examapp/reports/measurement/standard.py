"""The pass mark of a form from what raters expect, and how far raters agree. Pure.

Each rater says which share of just-qualified candidates would answer an item correctly (Angoff
1971, "Scales, norms, and equivalent scores"); the item's rating is the mean over raters, and the
raw cut of a form the sum of the ratings of its scored items (exams.scoring.form_cut). So forms of
different difficulty ask the same ability. Until answers speak, a rating also says how difficult an
item is.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from examapp.reports.measurement.items import GRID, Items
from examapp.reports.measurement.outline import Floats

# A rating needs so many raters, none of whom wrote the item.
ENOUGH_RATERS = 3
# How ratings and true difficulties correlate (Brandon 2004, "Conclusions about frequently studied
# modified Angoff standard-setting topics", finds about .6 with observed shares).
CORRELATION = 0.6
# The spread of what fewer ratings than _ENOUGH_RATINGS foretell is taken to be this, in logits.
_ASSUMED_RATING_SPREAD, _ENOUGH_RATINGS = 1.5, 10


def standard_of(items: Items, ratings: Floats) -> float:
    """Return the ability that a just-qualified candidate has, in logits.

    There the items' expected sum of right answers is the sum of their ratings (Kane 1987, "On the
    use of IRT models with judgmental standard setting procedures"); the end of the grid where no
    ability has it. Items without a rating are left out; NaN when all are.
    """
    is_rated = ~np.isnan(ratings)
    if not is_rated.any():
        return float("nan")
    expected = items.take(is_rated).curves().sum(axis=0) - ratings[is_rated].sum()
    if expected[0] >= 0 or expected[-1] <= 0:
        return float(GRID[0] if expected[0] >= 0 else GRID[-1])
    return float(brentq(lambda ability: np.interp(ability, GRID, expected), GRID[0], GRID[-1]))


def difficulty_offsets(ratings: Floats, floor: Floats, *, spread: float) -> tuple[Floats, float]:
    """Return how far each item's difficulty lies from its level's mean by its rating, in logits.

    A rating r of an item with guessing floor c foretells -logit((r - c) / (1 - c)) about the mean
    of all. Raters judge with error, so that what they foretell is regressed toward that mean by
    CORRELATION; `spread` is the standard deviation of difficulties. Items without a rating have 0.
    Also returns the standard deviation of what is left of a rated item's difficulty.
    """
    is_rated = ~np.isnan(ratings)
    above = np.clip((ratings - floor) / (1 - floor), 0.03, 0.97)
    foretold = -logit(np.where(is_rated, above, 0.5))
    middle = foretold[is_rated].mean() if is_rated.any() else 0.0
    seen = _ASSUMED_RATING_SPREAD
    if is_rated.sum() >= _ENOUGH_RATINGS:
        seen = max(float(foretold[is_rated].std()), 0.3)
    slope = min(CORRELATION * spread / seen, 1.0)
    offsets = np.where(is_rated, slope * (foretold - middle), 0.0)
    return offsets, spread * float(np.sqrt(1 - CORRELATION**2))


class Agreement(NamedTuple):
    """How far raters agree, in shares from 0 to 1; NaN where that cannot be told.

    `spread` is each item's standard deviation over raters, `leniency` how much each rater's mean
    lies above that of all on the items rated; `apart` the mean absolute difference of two raters.
    `one` is the share of the variance of single ratings that is due to items, the intraclass
    correlation ICC(2,1) of Shrout & Fleiss 1979, `mean` that of the mean of all raters, ICC(2,k).
    """

    spread: Floats
    leniency: Floats
    apart: float
    one: float
    mean: float


def agreement(ratings: Floats) -> Agreement:
    """Return the agreement of ratings, items by raters, NaN where a rater did not rate.

    Intraclass correlations are of the items that all have rated.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        count = (~np.isnan(ratings)).sum(axis=1)
        mean = np.where(count > 0, np.nansum(ratings, axis=1) / np.maximum(count, 1), np.nan)
        squares = np.nansum((ratings - mean[:, None]) ** 2, axis=1)
        spread = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
        rated = (~np.isnan(ratings)).sum(axis=0)
        off = np.nansum(ratings - mean[:, None], axis=0) / np.where(rated > 0, rated, np.nan)
    first, second = np.triu_indices(ratings.shape[1], 1)
    pairs = np.abs(ratings[:, first] - ratings[:, second])
    apart = float(np.nanmean(pairs)) if np.isfinite(pairs).any() else float("nan")
    return Agreement(spread, off, apart, *_intraclass(ratings[count == ratings.shape[1]]))


def _intraclass(ratings: Floats) -> tuple[float, float]:
    """Return ICC(2,1) and ICC(2,k) of complete ratings from their two-way mean squares."""
    items, raters = ratings.shape
    if items < 2 or raters < 2:
        return float("nan"), float("nan")
    whole = ratings.mean()
    of_items = raters * ((ratings.mean(axis=1) - whole) ** 2).sum() / (items - 1)
    of_raters = items * ((ratings.mean(axis=0) - whole) ** 2).sum() / (raters - 1)
    rest = ((ratings - whole) ** 2).sum() - of_items * (items - 1) - of_raters * (raters - 1)
    error = rest / ((items - 1) * (raters - 1))
    one = of_items + (raters - 1) * error + raters * (of_raters - error) / items
    mean = of_items + (of_raters - error) / items
    if one <= 0 or mean <= 0:
        return float("nan"), float("nan")
    return float((of_items - error) / one), float((of_items - error) / mean)


def rating_foretold(ability: float, items: Items) -> Floats:
    """Return the share of candidates of an ability who would answer each item correctly.

    What the data say beside each rating; `ability` is that of standard_of.
    """
    flat = np.sqrt(1 + np.pi / 8 * (items.slope * items.error) ** 2)
    rise = expit(items.slope / flat * (ability - items.difficulty))
    share: Floats = items.floor + (1 - items.floor) * rise
    return share
