"""Items as measurement sees them: how the chance of a right answer grows with ability. Pure.

The three-parameter logistic model of Birnbaum with a guessing floor that is known by type (Lord
1980, "Applications of Item Response Theory to Practical Testing Problems", eq. 2-1):

    P(theta) = floor + (1 - floor) / (1 + exp(-slope * (theta - difficulty)))

Ability is measured on a grid of points, so that what is known of it needs no formula.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import expit

from examapp.reports.measurement.outline import Floats, Ints

# Abilities in logits. Finer than the narrowest belief a thousand answers can give.
GRID: Floats = np.linspace(-5.0, 6.0, 67)
STEP = float(GRID[1] - GRID[0])


@dataclass(frozen=True)
class Items:
    """What is known of items: arrays of one length; `error` is the difficulty's standard error."""

    difficulty: Floats
    error: Floats
    slope: Floats
    floor: Floats

    def __len__(self) -> int:
        return len(self.difficulty)

    def curves(self) -> Floats:
        """Return the chance of a right answer, items by points of the grid.

        Difficulty that is not known for certain flattens the curve: averaging a logistic curve over
        a normal error of its place divides its slope by sqrt(1 + pi * (slope * error)^2 / 8)
        (MacKay 1992, "The evidence framework applied to classification networks", eq. 9).
        """
        flat = np.sqrt(1 + np.pi / 8 * (self.slope * self.error) ** 2)
        rise = expit((self.slope / flat)[:, None] * (GRID - self.difficulty[:, None]))
        chances: Floats = self.floor[:, None] + (1 - self.floor[:, None]) * rise
        return chances

    def take(self, chosen: ArrayLike) -> "Items":
        index = np.asarray(chosen)
        return Items(
            self.difficulty[index], self.error[index], self.slope[index], self.floor[index]
        )

    def joined(self, others: "Items") -> "Items":
        """Return these items and others behind them."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in _FIELDS)
        return Items(*(np.concatenate(pair) for pair in pairs))


_FIELDS = ("difficulty", "error", "slope", "floor")


def leaf_curves(curves: Floats, leaves: ArrayLike, count: int) -> Floats:
    """Return the mean curve of each leaf's items, `count` leaves by points of the grid.

    A leaf without items is given the mean of all.
    """
    index = np.asarray(leaves, dtype=np.intp)
    inside = csr_array(
        (np.ones(len(index)), (index, np.arange(len(index)))), shape=(count, len(index))
    )
    sums = inside @ curves
    counts = np.bincount(index, minlength=count)
    mean = curves.mean(axis=0) if len(curves) else np.full(len(GRID), 0.5)
    return np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], mean)


@dataclass(frozen=True)
class Places:
    """Where abilities lie on the grid: the point below each, and how far on to the next, 0 to 1."""

    low: Ints
    rest: Floats

    def along(self, rows: Floats, which: Ints) -> Floats:
        """Return rows[which] at each place, by linear interpolation between points of the grid.

        `which` is broadcast with the places; axes before the last of `rows` are counted through.
        """
        values, index = rows.reshape(-1), which * rows.shape[-1] + self.low
        below = values.take(index)
        found: Floats = below + (values.take(index + 1) - below) * self.rest
        return found


def at(curves: Floats, abilities: Floats) -> Floats:
    """Return curves[k] at abilities[..., k]."""
    return places(abilities).along(curves, np.arange(abilities.shape[-1]))


def places(abilities: Floats) -> Places:
    """Return where abilities lie on the grid; what is outside lies at its end."""
    place = np.clip((abilities - GRID[0]) / STEP, 0, len(GRID) - 1 - 1e-9)
    low = place.astype(np.intp)
    return Places(low, place - low)
