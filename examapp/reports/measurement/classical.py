"""Classical statistics of items and of whole tests, from persons by items. Pure.

Tables hold credits from 0 to 1, and NaN where an item was not presented. What cannot be told from
the answers given is NaN.
"""

from dataclasses import dataclass

import numpy as np

from examapp.reports.measurement.outline import Floats

# The share of persons at each end whose facilities the upper-lower index compares (Kelley 1939,
# "The selection of upper and lower groups for the validation of test items").
TAIL_SHARE = 0.27


@dataclass(frozen=True)
class ItemFigures:
    """Figures of each item, arrays of one length.

    `discrimination` is the correlation of the item with the rest of the test, corrected for its own
    part in the total (Henrysson 1963); `upper_lower` the difference of its facility in the upper
    and the lower 27 % by the rest; `efficiency` its covariance with the rest as a share of the
    largest there could be with these credits and totals (the discriminative efficiency of Moodle's
    quiz statistics).
    """

    n: Floats
    facility: Floats
    deviation: Floats
    discrimination: Floats
    upper_lower: Floats
    efficiency: Floats


@dataclass(frozen=True)
class TestFigures:
    """Figures of a whole test: `alpha` is KR-20 where credits are 0 and 1."""

    n: int
    mean: float
    deviation: float
    alpha: float
    sem: float


def item_figures(table: Floats) -> ItemFigures:
    """Return the figures of every item of a table."""
    presented = ~np.isnan(table)
    total, count = np.nansum(table, axis=1), presented.sum(axis=1)
    columns = []
    for item in range(table.shape[1]):
        mine = presented[:, item]
        credit = table[mine, item]
        others = count[mine] - 1
        rest = np.where(others > 0, (total[mine] - credit) / np.maximum(others, 1), np.nan)
        columns.append((float(mine.sum()), *figures_beside(credit, rest)))
    return ItemFigures(*np.array(columns).reshape(-1, 6).T)


def figures_beside(credit: Floats, rest: Floats) -> tuple[float, float, float, float, float]:
    """Return facility, deviation, discrimination, upper-lower index and efficiency of one item.

    `rest` is each person's share on the other items; persons who met no other are NaN there.
    """
    if len(credit) == 0:
        return (np.nan,) * 5
    facility, deviation = float(credit.mean()), float(credit.std())
    both = ~np.isnan(rest)
    credit, rest = credit[both], rest[both]
    if len(credit) < 2 or np.ptp(credit) == 0 or np.ptp(rest) < 1e-12:
        return facility, deviation, np.nan, np.nan, np.nan
    covariance = float(np.cov(credit, rest, bias=True)[0, 1])
    most = float(np.cov(np.sort(credit), np.sort(rest), bias=True)[0, 1])
    discrimination = covariance / float(credit.std() * rest.std())
    efficiency = covariance / most if most > 0 else np.nan
    return facility, deviation, discrimination, _upper_lower(credit, rest), efficiency


def _upper_lower(credit: Floats, rest: Floats) -> float:
    """Return the index; persons tied at the edge of a group enter it by the share that fits."""
    size = TAIL_SHARE * len(credit)
    upper = _mean_of_top(credit, rest, size)
    lower = _mean_of_top(credit, -rest, size)
    return upper - lower


def _mean_of_top(credit: Floats, rank: Floats, size: float) -> float:
    values, group = np.unique(-rank, return_inverse=True)
    persons = np.bincount(group, minlength=len(values)).astype(float)
    sums = np.bincount(group, weights=credit, minlength=len(values))
    before = np.concatenate([[0.0], np.cumsum(persons)[:-1]])
    taken = np.clip((size - before) / persons, 0, 1)
    return float((sums * taken).sum() / (persons * taken).sum())


def whole_figures(table: Floats, *, length: int | None = None) -> TestFigures:
    """Return reliability and standard error of measurement of the number right.

    `length` is how many items a test holds when each person met others; without it, all of them.

    Alpha (Cronbach 1951; KR-20 of Kuder & Richardson 1937 for 0 and 1) from mean variances v and
    covariances c, each over the persons who met both items, so that an incomplete table has one
    too: alpha = k c / (v + (k - 1) c). SEM = sqrt(k (v - c)), which is the deviation of totals
    times sqrt(1 - alpha) where the table is complete; the deviation has n - 1. Neither is told
    where alpha is below 0: items that agree less than chance would have no reliability to tell.
    """
    presented = (~np.isnan(table)).astype(float)
    used = presented.sum(axis=0) >= 2
    persons, items = len(table), int(used.sum())
    totals = np.nansum(table, axis=1)
    mean = float(totals.mean()) if persons else np.nan
    deviation = float(totals.std(ddof=1)) if persons > 1 else np.nan
    alpha = sem = np.nan
    if items >= 2 and persons >= 2:
        alpha, sem = _reliability(table[:, used], length or items)
    return TestFigures(persons, mean, deviation, alpha, sem)


def _reliability(table: Floats, length: int) -> tuple[float, float]:
    """Return alpha and the standard error of a test of so many such items; NaN where untold."""
    covariance, together = covariances(table)
    met = together >= 2
    own = np.eye(table.shape[1], dtype=bool)
    variance = float(covariance[own].mean())
    between = met & ~own
    if not between.any() or variance <= 0:
        return np.nan, np.nan
    shared = float(covariance[between].mean())
    if shared < 0:
        return np.nan, np.nan
    alpha = length * shared / (variance + (length - 1) * shared)
    return alpha, float(np.sqrt(length * max(variance - shared, 0.0)))


def covariances(table: Floats) -> tuple[Floats, Floats]:
    """Return the covariance of each pair of items over those who met both, and how many did.

    With fewer than two there is none, and its place holds nothing of use.
    """
    presented = (~np.isnan(table)).astype(float)
    credit = np.where(presented > 0, table, 0.0)
    together = presented.T @ presented
    # Sums over the persons who met both items: of the first's credit, and of the products.
    sums, products = credit.T @ presented, credit.T @ credit
    found = (products - sums * sums.T / np.maximum(together, 1)) / np.maximum(together - 1, 1)
    return found, together


def by_fifth(level: Floats) -> np.ndarray:
    """Return the fifth, 0 the lowest to 4, that each level falls in; ties stay together."""
    edges = np.quantile(level, [0.2, 0.4, 0.6, 0.8])
    found: np.ndarray = np.searchsorted(edges, level, side="left")
    return found
