"""What a class knows, area by area. Pure.

The model of one learner over many (trajectory.py), with a deviation of the class in every leaf, for
what was taught to all of them, or to none; its spread is CLASS_SHARE of that of a learner's own.
Learners err apart, so that the mean of many is known well; what is not known of items and of the
class is the same for all, and does not average away.
"""

from typing import NamedTuple

import numpy as np

from examapp.reports.measurement.evidence import Answers
from examapp.reports.measurement.growth import Clock, Walk
from examapp.reports.measurement.intervals import Z_90
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.learner import Bank, Scores, interval, scores_of
from examapp.reports.measurement.outline import Floats, Outline
from examapp.reports.measurement.posterior import LEAST_SPREAD, Spreads
from examapp.reports.measurement.trajectory import Trajectory, infer

CLASS_SHARE = 1.0
CLASS_DRAWS = 40
# What calibration itself is off by, in shares, the same for everybody (weakbench).
_SCALE_ERROR = 0.005
_ROUNDS = 2


class ClassAreas(NamedTuple):
    """What is known of a class in the areas of one level; arrays over areas, shares from 0 to 1.

    `mean` is the expected mean of the members' shares, `low` and `high` hold it 9 times in 10.
    `below` is the share of members likely below the cut, `gain` the share of the exam's credit that
    a member would gain on average if all came up to the cut here. `answered` counts members with
    an answer in the area.
    """

    mean: Floats
    low: Floats
    high: Floats
    below: Floats
    gain: Floats
    answered: Floats


def class_scores(
    given: Answers,
    items: Items,
    outline: Outline,
    spreads: Spreads,
    walk: Walk,
    when: Clock,
    bank: Bank,
) -> Scores:
    """Return draws of what members know today: learners by draws by areas.

    A draw holds one deviation of the class and one state of the items for all members.
    """
    centre, covariance = _class_deviation(given, items, outline, spreads, walk, when)
    found = infer(given, items, outline, spreads, walk, when, centre=centre)
    rng = np.random.default_rng(23)
    own = rng.standard_normal((len(when.study), CLASS_DRAWS, found.unknowns))
    shared = rng.standard_normal((CLASS_DRAWS, len(centre))) @ np.linalg.cholesky(covariance).T
    abilities = found.draws(own) + _followed(found, shared)
    counts = given.counts(len(when.study), outline.sizes[-1], len(items))
    return scores_of(abilities, bank, outline, counts=counts)


def _followed(found: Trajectory, shared: Floats) -> Floats:
    """Return how members' abilities today move where the class's deviations do: draws of `shared`.

    What a member's own answers tell of a leaf holds whatever the deviation of the class is, so that
    the member's own deviations give way.
    """
    solved, when = found.solved, found.occasions
    kept = (1 - solved.share)[:, None, :]
    move = -(shared @ _beside(found)) @ solved.covariance
    around = move[:, :, when:] @ solved.member.T
    moved: Floats = kept * (shared + around) - move[:, :, :when] @ solved.follows
    return moved + move[:, :, when - 1, None]


def _beside(found: Trajectory) -> Floats:
    """Return what answers tell of leaves and upper unknowns together, leaves' own averaged out."""
    solved = found.solved
    information = (solved.follows / solved.leaf[:, None, :]).mT  # learners, leaves, occasions
    total = information.sum(axis=2, keepdims=True)
    beside = np.concatenate([information, total * solved.member], axis=2)
    own: Floats = beside * (1 - solved.share)[:, :, None]
    return own


def _class_deviation(
    given: Answers, items: Items, outline: Outline, spreads: Spreads, walk: Walk, when: Clock
) -> tuple[Floats, Floats]:
    """Return mean and covariance of the class's deviation in each leaf, by Newton's method."""
    prior = np.linalg.inv(CLASS_SHARE**2 * _leaf_covariance(outline, spreads))
    centre = np.zeros(outline.sizes[-1])
    covariance = np.linalg.inv(prior)
    for _ in range(_ROUNDS):
        found = infer(given, items, outline, spreads, walk, when, centre=centre, rounds=3)
        covariance = np.linalg.inv(prior + _told_of_class(found))
        slope = found.pull.sum(axis=(0, 1)) - prior @ centre
        centre = centre + np.clip(covariance @ slope, -1, 1)
    return centre, covariance + _of_items(given, items, covariance @ _told_of_class(found))


def _of_items(given: Answers, items: Items, follows: Floats) -> Floats:
    """Return the covariance that errors of the items' difficulties give the class's deviations.

    All members met about the same items, so that these errors do not average away over members, as
    a learner's own do: were the items of a leaf harder than thought, the class would be better by
    `follows`, columns being leaves. The error of a leaf is that of the mean of its items, each with
    as many answers as it had.
    """
    answers = np.bincount(given.item, weights=given.weight, minlength=len(items))
    leaf = np.zeros(len(items), dtype=np.intp)
    leaf[given.item] = given.leaf
    size = len(follows)
    total = np.bincount(leaf, weights=answers, minlength=size)
    share = answers / np.maximum(total[leaf], 1e-9)
    variance = np.bincount(leaf, weights=(share * items.error) ** 2, minlength=size)
    common: Floats = (follows * variance) @ follows.T
    return common


def _leaf_covariance(outline: Outline, spreads: Spreads) -> Floats:
    """Return the covariance of the leaves' deviations from the exam before any answer."""
    covariance = np.zeros((outline.sizes[-1],) * 2)
    for level in range(outline.depth):
        area = outline.leaves_of(level)
        deviation = max(spreads.deviations[level + 1], LEAST_SPREAD)
        covariance += deviation**2 * (area[:, None] == area)
    return covariance


def _told_of_class(found: Trajectory) -> Floats:
    """Return what all answers tell of the class's deviations, its members being averaged out."""
    solved = found.solved
    root = _beside(found) @ np.linalg.cholesky(solved.covariance)
    flat = root.transpose(1, 0, 2).reshape(root.shape[1], -1)
    own = found.prior.leaf * solved.share
    told: Floats = np.diag(own.sum(axis=0)) - flat @ flat.T
    return told


def class_areas(
    scores: Scores, outline: Outline, given: Answers, *, cut: float
) -> tuple[ClassAreas, ...]:
    """Return what is known of the class at each level of the outline."""
    return tuple(
        _areas(draws, outline, level, given, cut) for level, draws in enumerate(scores.levels)
    )


def _areas(draws: Floats, outline: Outline, level: int, given: Answers, cut: float) -> ClassAreas:
    means = draws.mean(axis=0)
    middle, (low, high) = means.mean(axis=0), interval(means, axis=0)
    low = middle - np.hypot(middle - low, Z_90 * _SCALE_ERROR)
    high = middle + np.hypot(high - middle, Z_90 * _SCALE_ERROR)
    area = outline.leaves_of(level)[given.leaf]
    size = outline.sizes[level]
    members = np.unique(given.learner * size + area) % size
    return ClassAreas(
        middle,
        low,
        high,
        below=(draws < cut).mean(axis=(0, 1)),
        gain=outline.shares_of(level) * np.maximum(cut - draws, 0).mean(axis=(0, 1)),
        answered=np.bincount(members, minlength=size).astype(float),
    )
