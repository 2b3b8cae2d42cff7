"""How ratings of items lie, and how far raters agree. Pure."""

from typing import NamedTuple

import numpy as np

from examapp.reports.measurement.outline import Floats


class RatedItems(NamedTuple):
    """Per item: how many raters, the mean of their ratings, their standard deviation.

    The mean is NaN without a rating, the deviation (n - 1) with fewer than two.
    """

    raters: Floats
    mean: Floats
    spread: Floats


class Agreement(NamedTuple):
    """Intraclass correlations over the items that every rater rated; NaN where they cannot tell.

    `single` is ICC(2,1), how far one rater's ratings can be relied on, `average` is ICC(2,k), how
    far the mean of all can; `items` and `raters` are how many they rest on.
    """

    single: float
    average: float
    items: int
    raters: int


def rated(ratings: Floats) -> RatedItems:
    """Return how the ratings of items lie; `ratings` are items by raters, NaN where one lacks."""
    given = ~np.isnan(ratings)
    count = given.sum(axis=1).astype(float)
    held = np.where(given, ratings, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = held.sum(axis=1) / count
        apart = np.where(given, held - mean[:, None], 0.0)
        spread = np.sqrt((apart**2).sum(axis=1) / np.where(count > 1, count - 1, np.nan))
    return RatedItems(count, np.where(count > 0, mean, np.nan), spread)


def agreement(ratings: Floats) -> Agreement:
    """Return how far raters agree on the items that all of them rated, by their very ratings.

    Two-way random effects, absolute agreement: ICC(2,1) and ICC(2,k) of Shrout & Fleiss 1979,
    "Intraclass correlations: uses in assessing rater reliability", from the mean squares between
    items, between raters and of the residuals.
    """
    whole = ratings[~np.isnan(ratings).any(axis=1)]
    items, raters = whole.shape
    if items < 2 or raters < 2:
        return Agreement(float("nan"), float("nan"), items, raters)
    middle = whole.mean()
    of_items, of_raters = whole.mean(axis=1), whole.mean(axis=0)
    between_items = raters * ((of_items - middle) ** 2).sum() / (items - 1)
    between_raters = items * ((of_raters - middle) ** 2).sum() / (raters - 1)
    left = whole - of_items[:, None] - of_raters + middle
    residual = (left**2).sum() / ((items - 1) * (raters - 1))
    bias = (between_raters - residual) / items
    return Agreement(
        _share(between_items - residual, between_items + (raters - 1) * residual + raters * bias),
        _share(between_items - residual, between_items + bias),
        items,
        raters,
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 1e-12 else float("nan")
