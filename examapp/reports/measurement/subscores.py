"""Whether a part of a test has a score of its own worth telling. Pure.

A part's true score can be told from the part's own score, from the whole test's, or from both. How
much of its variance each accounts for is the proportional reduction in mean squared error, PRMSE
(Haberman 2008, "When can subscores have value?", Journal of Educational and Behavioral Statistics
33). A part's own score adds something where its PRMSE is above the whole test's: else whoever wants
to know of the part had better look at the whole.
"""

from dataclasses import dataclass

import numpy as np

from examapp.reports.measurement.classical import covariances
from examapp.reports.measurement.outline import Floats, Ints

# Would be shown as 1.00.
_ALL = 0.995


@dataclass(frozen=True)
class Subscore:
    """The PRMSE of a part of `items` items: from its own score, the whole's, and both.

    The first is its reliability: KR-20 where credits are 0 and 1. NaN where it cannot be told.
    """

    items: float
    own: float
    whole: float
    both: float

    @property
    def adds_value(self) -> bool:
        return self.own > self.whole


def subscores(table: Floats, part: Ints, count: int) -> list[Subscore]:
    """Return the figures of `count` parts; `part` is the one that each column of a table lies in.

    Variances and covariances are those of the mean item and of the mean pair of items that were
    presented together, as in classical.whole_figures, for a test that holds as many items of each
    part as a person met on average. Different items err independently, so that the covariance of
    two of them is that of their true scores.
    """
    persons = max(len(table), 1)
    items = np.array([(~np.isnan(table[:, part == k])).sum() / persons for k in range(count)])
    covariance, together = covariances(table)
    own, shared, is_known = _means(covariance, together >= 2, part, count)
    # Of the sums of each part's items: what is true of them, and what is observed.
    true = np.outer(items, items) * shared
    observed = true + np.diag(items * (own - np.diag(shared)))
    return [
        _subscore(float(items[k]), true[k], observed, k)
        if is_known[k]
        else Subscore(float(items[k]), np.nan, np.nan, np.nan)
        for k in range(count)
    ]


def _means(
    covariance: Floats, met: np.ndarray, part: Ints, count: int
) -> tuple[Floats, Floats, np.ndarray]:
    """Return the mean variance of each part's items and the mean covariance of two parts' items.

    Also whether the covariance inside each part is known; what is not known is 0.
    """
    inside = (part == np.arange(count)[:, None]).astype(float)
    pairs = np.where(met, 1.0, 0.0)
    alone = np.diag(pairs).copy()
    np.fill_diagonal(pairs, 0.0)
    own = inside @ (np.diag(covariance) * alone) / np.maximum(inside @ alone, 1)
    met_by_part = inside @ pairs @ inside.T
    shared = inside @ (covariance * pairs) @ inside.T / np.maximum(met_by_part, 1)
    return own, shared, np.diag(met_by_part) > 0


def _subscore(items: float, true: Floats, observed: Floats, k: int) -> Subscore:
    """Return the figures of part k; `true` holds its true score's covariances with all parts."""
    beside = observed[k].sum()
    scores = np.array([[observed[k, k], beside], [beside, observed.sum()]])
    if true[k] <= 0 or scores[0, 0] <= 0 or scores[1, 1] <= 0:
        return Subscore(items, np.nan, np.nan, np.nan)
    # From few persons the estimates can leave the range that shares of a variance have; no score
    # tells everything, so that a figure of 1 says that there are too few.
    figures = reductions(true[k], true.sum(), scores)
    return Subscore(items, *(figure if 0 <= figure < _ALL else np.nan for figure in figures))


def reductions(variance: float, with_whole: float, scores: Floats) -> tuple[float, float, float]:
    """Return the PRMSE of a true score from the part's score, the whole's, and both.

    `variance` is the true score's, `with_whole` its covariance with the whole score; `scores` the
    covariances of the two scores as observed, the part's first. Each figure is the squared multiple
    correlation with the best linear prediction.
    """
    told = np.array([variance, with_whole])
    both = told @ np.linalg.pinv(scores) @ told / variance
    return (
        float(variance / scores[0, 0]),
        float(with_whole**2 / (variance * scores[1, 1])),
        float(both),
    )
