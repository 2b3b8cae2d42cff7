"""What to answer next: the items that tell most about what is weak. Pure.

An answer is worth the mutual information between it and what is asked (Lindley 1956, "On a measure
of the information provided by an experiment"): which domain is the weakest, and whether the item's
own task is among the weakest. What is settled already, however badly, draws no more items.
"""

import numpy as np
from scipy.special import entr

from examapp.reports.measurement.items import GRID, STEP
from examapp.reports.measurement.learner import Scores, are_weakest
from examapp.reports.measurement.outline import Floats, Ints, Outline
from examapp.reports.measurement.posterior import Spreads

# How many areas of a level the naming of the weak is about: one domain, three tasks.
NAMED = (1, 3)
# Items of a task lose worth as more of them are chosen before the answers are in.
_CROWDING = 0.35
# What tells this share of the most of its topic tells about as much.
_ABOUT = 0.95


def worth_of_leaves(found: Scores, outline: Outline) -> Floats:
    """Return what one answer in each leaf tells, in nats: learners by leaves."""
    chances = found.levels[-1]  # learners, draws, leaves
    worth = np.zeros((chances.shape[0], chances.shape[2]))
    for level, named in enumerate(NAMED[: outline.depth]):
        draws = found.levels[level]
        is_weak = are_weakest(draws, named)
        if named == 1:
            worth += _told_of_one(chances, is_weak)
        else:
            worth += _told_of_own(chances, is_weak[..., outline.leaves_of(level)])
    return worth


def _entropy(chance: Floats) -> Floats:
    entropy: Floats = entr(chance) + entr(1 - chance)
    return entropy


def _told_of_one(chances: Floats, is_weak: Floats) -> Floats:
    """Return I(answer; which area is the weakest) of each leaf."""
    held = is_weak.mean(axis=1)  # learners, areas
    joint = chances.mT @ is_weak / chances.shape[1]
    given = joint / np.maximum(held, 1e-9)[:, None, :]
    left = (_entropy(np.clip(given, 0, 1)) * held[:, None, :]).sum(axis=-1)
    told: Floats = _entropy(chances.mean(axis=1)) - left
    return told


def _told_of_own(chances: Floats, is_weak: Floats) -> Floats:
    """Return I(answer; the leaf's own area is among the weakest) of each leaf."""
    held = is_weak.mean(axis=1)
    inside = (chances * is_weak).mean(axis=1) / np.maximum(held, 1e-9)
    outside = (chances * (1 - is_weak)).mean(axis=1) / np.maximum(1 - held, 1e-9)
    left = held * _entropy(np.clip(inside, 0, 1)) + (1 - held) * _entropy(np.clip(outside, 0, 1))
    told: Floats = _entropy(chances.mean(axis=1)) - left
    return told


def item_information(curves: Floats) -> Floats:
    """Return each item's expected information about ability (Lord 1980, eq. 5-9): items by grid."""
    slope = np.gradient(curves, GRID, axis=1)
    information: Floats = slope**2 / (curves * (1 - curves))
    return information


def choose(
    worth: Floats, information: Floats, leaves: Ints, is_open: np.ndarray, *, count: int
) -> list[int]:
    """Return the items one learner should answer next, the most telling first.

    `worth` is that learner's row of worth_of_leaves, `information` what each item says at the
    learner's level, `leaves` the leaf of each item, `is_open` whether it may be asked.
    """
    left = worth.copy()
    value = np.where(is_open, information, -np.inf)
    best = [
        list(mine[np.argsort(-value[mine])])
        for mine in (np.flatnonzero((leaves == leaf) & is_open) for leaf in range(len(worth)))
    ]
    mean = information[is_open].mean() if is_open.any() else 1.0
    chosen: list[int] = []
    for _ in range(count):
        offers = [
            left[leaf] * information[mine[0]] / mean if mine else -np.inf
            for leaf, mine in enumerate(best)
        ]
        leaf = int(np.argmax(offers))
        if not best[leaf]:
            break
        chosen.append(int(best[leaf].pop(0)))
        left[leaf] *= 1 - _CROWDING
    return chosen


def expected_information(curves: Floats, abilities: Floats, leaves: Ints) -> Floats:
    """Return what each item is expected to say of the ability of its leaf, by all that is believed.

    `abilities` are draws of one learner's, draws by leaves. An item that suits only one ability
    says little of a learner of whom nothing is known.
    """
    point = np.clip(np.rint((abilities - GRID[0]) / STEP).astype(int), 0, len(GRID) - 1)
    information = item_information(curves)
    expected: Floats = information[np.arange(len(leaves)), point[:, leaves]].mean(axis=0)
    return expected


def leaf_covariance(outline: Outline, spreads: Spreads, told: Floats) -> Floats:
    """Return how uncertain the abilities of leaves are, and how they hang together.

    `told` is the information of the answers so far, by leaf. The prior is posterior.py's; a normal
    belief gains the answers' information (Gelman et al. 2013, section 4.1).
    """
    variances = np.square(spreads.deviations)
    prior = np.full((len(told), len(told)), variances[0])
    for level, variance in enumerate(variances[1:]):
        area = outline.leaves_of(level)
        prior = prior + variance * (area[:, None] == area[None, :])
    covariance: Floats = np.linalg.inv(np.linalg.inv(prior) + np.diag(told))
    return covariance


def survey(
    outline: Outline,
    covariance: Floats,
    information: Floats,
    leaves: Ints,
    is_open: np.ndarray,
    *,
    count: int,
    rng: np.random.Generator,
) -> list[int]:
    """Return the items that together tell most about the abilities of all domains, best first.

    Each in turn is the one whose answer lowers the sum of the domains' variances most, given those
    before it (A-optimal design; Chaloner & Verdinelli 1995, "Bayesian experimental design: a
    review", section 2). So a domain, a task and a topic that were asked about wait for the others,
    and of the items of a topic the most telling one comes first. Of those that tell about as much
    chance takes one, lest everybody is asked the same (Kingsbury & Zara 1989, "Procedures for
    selecting items for computerized adaptive tests").
    """
    mixing = outline.mixing[0] if outline.depth > 1 else np.eye(outline.sizes[0])
    noise = 1 / np.maximum(information, 1e-9)
    left = is_open.copy()
    chosen: list[int] = []
    for _ in range(min(count, int(left.sum()))):
        told = np.square(mixing @ covariance).sum(axis=0)[leaves]
        drop = told / (np.diagonal(covariance)[leaves] + noise)
        drop = np.where(left, drop, -np.inf)
        leaf = leaves[rng.choice(np.flatnonzero(drop >= (1 - 1e-9) * drop.max()))]
        inside = np.where(leaves == leaf, drop, -np.inf)
        best = int(rng.choice(np.flatnonzero(inside >= _ABOUT * inside.max())))
        chosen.append(best)
        left[best] = False
        column = covariance[:, leaves[best]]
        covariance = covariance - np.outer(column, column) / (column[leaves[best]] + noise[best])
    return chosen
