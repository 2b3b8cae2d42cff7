"""Rasch difficulties with standard errors, mean 0. Pure.

P(right) = 1 / (1 + exp(difficulty - ability)) (Rasch 1960). Two estimators:

- Conditional maximum likelihood (Andersen 1972, "The numerical solution of a set of conditional
  estimation equations"): given how many items a person had right, which ones they were depends on
  difficulties alone, and abilities drop out. Used where few different sets of items were presented.
- Marginal maximum likelihood with normal abilities (`rasch_marginal`), for everything else.
"""

from dataclasses import dataclass

import numpy as np

from examapp.reports.measurement.outline import Floats, Ints

# Conditional estimation takes memory of the items to the power of three, for each set presented.
MOST_ITEMS, MOST_SETS = 60, 12


@dataclass(frozen=True)
class Rasch:
    """Difficulties and standard errors in logits; NaN where answers cannot tell.

    That is the case of an item that everyone, or nobody, had right.
    """

    difficulty: Floats
    error: Floats
    method: str


def rasch(table: Floats) -> Rasch:
    """Estimate from persons by items: 0, 1, or NaN where an item was not presented.

    Persons all right or all wrong tell nothing of items and are left out by the conditional method.
    """
    known = _estimable(table)
    difficulty, error = np.full((2, table.shape[1]), np.nan)
    inside = table[:, known]
    if known.sum() < 2:
        return Rasch(difficulty, error, "none")
    sets, group = np.unique(~np.isnan(inside), axis=0, return_inverse=True)
    if known.sum() <= MOST_ITEMS and len(sets) <= MOST_SETS and _is_linked(sets):
        found = conditional(inside, sets, group.ravel())
        method = "conditional"
    else:
        # Half a second to load, which most tables do not need.
        from examapp.reports.measurement.rasch_marginal import marginal, totals_of

        found = marginal(totals_of(inside, sets, group.ravel()))
        method = "marginal"
    difficulty[known], error[known] = found
    return Rasch(difficulty, error, method)


def _estimable(table: Floats) -> np.ndarray:
    """Return which items somebody had right and somebody wrong, among persons who vary."""
    known = np.ones(table.shape[1], dtype=bool)
    while True:
        inside = np.where(known, table, np.nan)
        presented = ~np.isnan(inside)
        total, count = np.nansum(inside, axis=1), presented.sum(axis=1)
        varied = (total > 0) & (total < count)
        right = np.nansum(inside[varied], axis=0)
        asked = presented[varied].sum(axis=0)
        still = known & (right > 0) & (right < asked)
        if (still == known).all():
            return known
        known = still


def _is_linked(sets: np.ndarray) -> bool:
    """Tell whether the sets of items presented hang together, so that all compare."""
    reached = sets[0].copy()
    for _ in range(len(sets)):
        touching = (sets & reached).any(axis=1)
        reached = sets[touching].any(axis=0)
    return bool(reached.all())


def conditional(table: Floats, sets: np.ndarray, group: Ints) -> tuple[Floats, Floats]:
    """Return difficulties and standard errors by Newton's method on the conditional likelihood."""
    count = table.shape[1]
    difficulty = np.zeros(count)
    right, scored = np.zeros(count), []
    for number, presented in enumerate(sets):
        items = np.flatnonzero(presented)
        answers = table[group == number][:, items]
        totals = answers.sum(axis=1).astype(int)
        varied = (totals > 0) & (totals < len(items))
        right[items] += answers[varied].sum(axis=0)
        persons = np.bincount(totals[varied], minlength=len(items) + 1).astype(float)
        scored.append((items, persons))
    information = np.eye(count)
    for _ in range(50):
        expected, information = np.zeros(count), np.zeros((count, count))
        for items, persons in scored:
            means, covariance = _moments(difficulty[items], persons)
            expected[items] += means
            information[np.ix_(items, items)] += covariance
        # Only differences of difficulties are known: the direction of all ones is held at 0.
        step = np.linalg.solve(information + 1.0 / count, expected - right)
        step = np.clip(step, -2, 2)
        difficulty += step - step.mean()
        if np.abs(step).max() < 1e-10:
            break
    variance = np.linalg.inv(information + 1.0 / count) - 1.0 / count
    return difficulty - difficulty.mean(), np.sqrt(np.maximum(np.diag(variance), 0))


def _moments(difficulty: Floats, persons: Floats) -> tuple[Floats, Floats]:
    """Return the mean and covariance of right answers to each item, summed over persons.

    `persons` counts them by their number right, on which all chances are conditional. Elementary
    symmetric functions come by the summation algorithm (Fischer 1974), scaled to chances.
    """
    count = len(difficulty)
    chance = 1 / (1 + np.exp(difficulty))
    pairs = np.zeros((count, count, count + 1))
    pairs[:, :, 0] = 1.0  # distribution of the number right among all items but two
    whole = np.zeros(count + 1)
    whole[0] = 1.0
    index = np.arange(count)
    for j in range(count):
        others = index != j
        moved = pairs * (1 - chance[j])
        moved[:, :, 1:] += pairs[:, :, :-1] * chance[j]
        pairs = np.where((others[:, None] & others[None, :])[:, :, None], moved, pairs)
        shifted = whole * (1 - chance[j])
        shifted[1:] += whole[:-1] * chance[j]
        whole = shifted
    singles = pairs[index, index]
    by_score = np.where(persons > 0, persons / np.maximum(whole, 1e-300), 0.0)
    # P(item right | score) and P(both right | score)
    one = np.zeros((count, count + 1))
    one[:, 1:] = singles[:, :-1] * chance[:, None] / np.maximum(whole[1:], 1e-300)
    means = one @ persons
    both = (pairs[:, :, : count - 1] @ by_score[2:]) * chance[:, None] * chance[None, :]
    both[index, index] = means
    covariance = both - (one * persons) @ one.T
    return means, covariance
