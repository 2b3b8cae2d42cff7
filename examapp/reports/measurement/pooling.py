"""Many uncertain figures of one kind: their mean, and how far they truly differ. Pure."""

from typing import NamedTuple

import numpy as np

from examapp.reports.measurement.outline import Floats


class Pooled(NamedTuple):
    """The mean of what figures estimate, its standard error, and their true spread about it."""

    mean: float
    error: float
    spread: float


def pool(
    estimates: Floats, errors: Floats, *, assumed: Pooled | None = None, weight: float = 0.0
) -> Pooled:
    """Return the pooled figures of estimates with known standard errors (random effects).

    The spread is the moment estimate of DerSimonian & Laird 1986, "Meta-analysis in clinical
    trials", eq. 8; `assumed` stands beside the estimates as if so many of them had told it. Figures
    with an infinite error tell nothing. Raises ValueError when there is nothing to pool.
    """
    is_told = np.isfinite(errors) & (errors > 0)
    if not is_told.any() and (assumed is None or weight <= 0):
        raise ValueError("nothing to pool")
    estimate, precision = estimates[is_told], errors[is_told] ** -2.0
    count = len(estimate)
    variance = _true_variance(estimate, precision)
    if assumed is not None:
        variance = (count * variance + weight * assumed.spread**2) / (count + weight)
    weights = 1 / (1 / precision + variance)
    total, sums = weights.sum(), (weights * estimate).sum()
    if assumed is not None and weight > 0:
        of_assumed = weight / max(assumed.spread, 1e-6) ** 2
        total, sums = total + of_assumed, sums + of_assumed * assumed.mean
    return Pooled(float(sums / total), float(total**-0.5), float(variance**0.5))


def _true_variance(estimate: Floats, precision: Floats) -> float:
    if len(estimate) < 2:
        return 0.0
    total = precision.sum()
    mean = (precision * estimate).sum() / total
    off = (precision * (estimate - mean) ** 2).sum() - (len(estimate) - 1)
    return float(max(off / (total - (precision**2).sum() / total), 0.0))
