"""What is not known of items, and so of the share that a learner would get right in an area. Pure.

An area of five questions whose difficulties are not known has a share right that may lie far from
what ability alone foretells. The error does not shrink by averaging what is likely: it is drawn
with the abilities. An answer tells something of the question it was given to as well: who was right
met an easier question than was thought. Moments of the chance of a right answer over what is not
known of an item follow from Gauss-Hermite sums, those given an answer from Bayes' theorem:

    E[P | right] = E[P^2] / E[P],  E[P | wrong] = (E[P] - E[P^2]) / (1 - E[P])
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import expit

from examapp.reports.measurement.calibration import ASSUMED_DIFFICULTY_SPREAD, SLOPE_SPREAD
from examapp.reports.measurement.items import GRID, Items
from examapp.reports.measurement.outline import Floats

_POINTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_FEW_POINTS, _FEW_WEIGHTS = np.polynomial.hermite_e.hermegauss(3)


@dataclass(frozen=True)
class Doubts:
    """What is not known of a bank's items, on the grid of abilities.

    `variance` is that of the mean chance of each leaf's items, leaves by grid. `shift` is how an
    answer moves the mean of the leaf that its item lies in, and `relief` how it changes `variance`:
    two rows an item, right (2i) and wrong (2i + 1), as evidence counts answers.
    """

    variance: Floats
    shift: Floats
    relief: Floats

    def given(self, counts: csr_array) -> tuple[Floats, Floats]:
        """Return how the answers of learners move means, and what variance is left.

        `counts` is evidence's: a row for each leaf of a learner. Both are rows by grid.
        """
        repeat = counts.shape[0] // len(self.variance)
        left = np.tile(self.variance, (repeat, 1)) + counts @ self.relief
        return counts @ self.shift, np.maximum(left, 0.0)


def doubts(items: Items, leaves: ArrayLike, count: int) -> Doubts:
    """Return what is not known of items, each in its leaf; `count` leaves in all."""
    index = np.asarray(leaves, dtype=np.intp)
    first, second, third = _moments(items)
    variance = np.maximum(second - first**2, 0.0)
    size = np.bincount(index, minlength=count)[index][:, None].astype(float)
    sums = np.zeros((count, len(GRID)))
    np.add.at(sums, index, variance / size**2)
    right, wrong = second / first, (first - second) / (1 - first)
    right_variance = third / first - right**2
    wrong_variance = (second - third) / (1 - first) - wrong**2
    shift = np.stack([right - first, wrong - first], axis=1) / size[:, None]
    relief = np.stack([right_variance - variance, wrong_variance - variance], axis=1)
    rows = (2 * len(items), len(GRID))
    return Doubts(sums, shift.reshape(rows), (relief / size[:, None] ** 2).reshape(rows))


def _moments(items: Items) -> tuple[Floats, Floats, Floats]:
    """Return the first three moments of each item's chance at each ability, items by grid.

    A slope is as little known as the difficulty is.
    """
    of_slope = SLOPE_SPREAD * np.minimum(items.error / ASSUMED_DIFFICULTY_SPREAD, 1.0)
    sums = np.zeros((3, len(items), len(GRID)))
    floor = items.floor[:, None]
    for slope_point, slope_weight in zip(_FEW_POINTS, _FEW_WEIGHTS, strict=True):
        slope = (items.slope * np.exp(of_slope * slope_point))[:, None]
        for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
            difficulty = (items.difficulty + items.error * point)[:, None]
            chance = floor + (1 - floor) * expit(slope * (GRID - difficulty))
            share = weight * slope_weight
            sums += share * np.stack([chance, chance**2, chance**3])
    first, second, third = sums / (_WEIGHTS.sum() * _FEW_WEIGHTS.sum())
    return first, second, third
