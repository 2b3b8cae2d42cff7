"""Rasch difficulties by marginal maximum likelihood with normal abilities. Pure.

Thissen 1982, "Marginal maximum likelihood estimation for the one-parameter logistic model".
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logsumexp

from examapp.reports.measurement.outline import Floats, Ints

_POINTS: Floats = np.linspace(-4, 4, 33)


@dataclass(frozen=True)
class Totals:
    """All that marginal estimation reads: what was presented to whom, and how much was right.

    A row of `presented` stands for `persons` who met the same items and had `total` right; `right`
    counts the right answers to each item.
    """

    presented: csr_array
    total: Floats
    persons: Floats
    right: Floats


def totals_of(table: Floats, sets: np.ndarray, group: Ints) -> Totals:
    """Return the totals of persons by items; each person presented the set that `group` names."""
    total = np.nansum(table, axis=1)
    pairs, persons = np.unique(np.stack([group, total]), axis=1, return_counts=True)
    presented = csr_array(sets[pairs[0].astype(int)].astype(float))
    return Totals(presented, pairs[1], persons.astype(float), np.nansum(table, axis=0))


def marginal(given: Totals) -> tuple[Floats, Floats]:
    """Return difficulties and standard errors, the spread of abilities being estimated as well."""
    asked = given.presented.T @ given.persons
    start = np.append(-np.log((given.right + 0.5) / (asked - given.right + 0.5)), 0.0)

    def loss(figures: Floats) -> tuple[float, Floats]:
        """Return minus the log likelihood and its gradient; the last figure is log sigma."""
        difficulty, points = figures[:-1], np.exp(figures[-1]) * _POINTS
        belief, whole = _beliefs(given, difficulty, points)
        chance = expit(points - difficulty[:, None])  # items by points
        weights = given.presented.T @ (belief * given.persons[:, None])
        expected = weights * chance
        by_difficulty = expected.sum(axis=1) - given.right
        ability = (given.persons * given.total) @ belief - expected.sum(axis=0)
        value = given.persons @ whole - given.right @ difficulty
        return -float(value), -np.append(by_difficulty, ability @ points)

    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    difficulty, points = best[:-1], np.exp(best[-1]) * _POINTS
    belief, _ = _beliefs(given, difficulty, points)
    chance = expit(points[:, None] - difficulty)
    mean, square = belief @ chance, belief @ chance**2
    # The information of each item on its own: of the answers if abilities were known, less what
    # not knowing them takes away (Louis 1982, "Finding the observed information matrix when using
    # the EM algorithm", eq. 3.2).
    each = given.presented * ((mean - square) - (square - mean**2))
    information = np.maximum(each.T @ given.persons, 1e-9)
    shift = 1 - 1 / len(difficulty)
    return difficulty - difficulty.mean(), np.sqrt(shift / information)


def _beliefs(given: Totals, difficulty: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Return the chance of each point for each row, and the log likelihood of its answers."""
    costs = given.presented @ np.logaddexp(0, points - difficulty[:, None])
    logs = given.total[:, None] * points - costs - _POINTS**2 / 2
    whole = logsumexp(logs, axis=1)
    belief: Floats = np.exp(logs - whole[:, None])
    return belief, whole
