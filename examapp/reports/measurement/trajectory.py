"""What answers say of learners who change: every area today, and the ability of the exam over time.

Pure. The model is posterior.py's with an ability of the exam at each occasion (growth.py):

    logit = ability at the occasion + deviation of the leaf - difficulty

Deviations of domains, tasks and topics stay. Time and tree together have no exact messages, so the
belief is the normal one that lies nearest (variational Gaussian approximation: Opper & Archambeau
2009, "The variational Gaussian approximation revisited"): its precision is that of the prior plus
the expected information of the answers, and its mean is where the expected slope of the log
posterior is zero. Expectations over an ability are three-point Gauss-Hermite sums.

Of the unknowns, what is a leaf's alone depends on the rest through its own answers only, and is
eliminated first (block elimination; Golub & Van Loan 2013, "Matrix Computations", section 4.5):
what is left to invert is as large as the occasions and the areas above the leaves.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from examapp.reports.measurement.evidence import Answers
from examapp.reports.measurement.growth import Clock, Walk, path_covariance, path_mean
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import Floats, Ints, Outline
from examapp.reports.measurement.posterior import LEAST_SPREAD, Spreads

ROUNDS = 12
_TOLERANCE = 1e-3
_NODES = np.sqrt(3.0) * np.array([-1.0, 0.0, 1.0])
_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6


@dataclass(frozen=True)
class Prior:
    """What is assumed of learners before any answer.

    `start` is the mean and `path` the precision of abilities at each occasion; `areas` the
    precision of the deviation of each area above the leaves, `leaf` that of a leaf. `member` is 1
    where a leaf (row) lies in an area above (column).
    """

    start: Floats
    path: Floats
    areas: Floats
    leaf: float
    member: Floats


def prior_of(outline: Outline, spreads: Spreads, walk: Walk, when: Clock) -> Prior:
    """Return what is assumed of learners with such a clock."""
    deviations = np.maximum(spreads.deviations, LEAST_SPREAD)
    above = outline.sizes[:-1]
    member = [np.eye(size)[outline.leaves_of(level)] for level, size in enumerate(above)]
    return Prior(
        start=path_mean(spreads.mean, walk, when),
        path=np.linalg.inv(path_covariance(float(deviations[0]), walk, when)),
        areas=np.repeat(deviations[1:-1] ** -2.0, above),
        leaf=float(deviations[-1] ** -2),
        member=np.concatenate([np.zeros((outline.sizes[-1], 0)), *member], axis=1),
    )


@dataclass(frozen=True)
class Solved:
    """The normal belief at some information of the answers, whatever its mean.

    `covariance` is that of the upper unknowns: abilities at occasions, then areas above the leaves.
    Given those, a leaf's own deviation has variance `leaf`, and falls by `follows` of what its
    occasions, and by `share` of what the areas around it, lie above their means.
    """

    occasions: int
    member: Floats
    precision: Floats
    covariance: Floats
    leaf: Floats
    follows: Floats
    share: Floats

    def deviations(self) -> Floats:
        """Return the standard deviation of each cell's ability, learners by occasions by leaves."""
        path, areas = slice(self.occasions), slice(self.occasions, None)
        of_path, follows = self.covariance[:, path, path], self.follows
        spread = of_path @ follows
        own = np.diagonal(of_path, axis1=1, axis2=2)[:, :, None] - 2 * spread
        own = own + (follows * spread).sum(axis=1, keepdims=True)
        beside = self.covariance[:, path, areas] @ self.member.T
        beside = beside - (follows * beside).sum(axis=1, keepdims=True)
        above = ((self.covariance[:, areas, areas] @ self.member.T) * self.member.T).sum(axis=1)
        kept = (1 - self.share)[:, None, :]
        variance = own + 2 * kept * beside + kept**2 * above[:, None, :] + self.leaf[:, None, :]
        return np.sqrt(np.maximum(variance, 1e-12))


@dataclass(frozen=True)
class Trajectory:
    """Normal beliefs of learners: the ability of the exam at each occasion, and of every leaf.

    `upper` is the mean of the upper unknowns of `solved`, `off` that of the leaves' own deviations
    about `centre`. `pull` is the slope of the answers' log likelihood, learners by occasions by
    leaves.
    """

    outline: Outline
    prior: Prior
    solved: Solved
    upper: Floats
    off: Floats
    pull: Floats
    centre: Floats

    @property
    def occasions(self) -> int:
        return self.solved.occasions

    @property
    def path(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the exam's ability at each occasion, smoothed."""
        variance = np.diagonal(self.solved.covariance, axis1=1, axis2=2)[:, : self.occasions]
        return self.upper[:, : self.occasions], np.sqrt(variance)

    def told_of_path(self) -> tuple[Floats, Floats]:
        """Return what the answers alone tell of the path: precision, and precision times mean.

        Deviations are averaged out under their prior, so that what is left is a normal likelihood
        exp(-r' precision r / 2 + r' pull) of the path r.
        """
        path, areas = slice(self.occasions), slice(self.occasions, None)
        whole = self.solved.precision
        beside = whole[:, path, areas]
        precision = whole[:, path, path] - self.prior.path
        precision = precision - beside @ np.linalg.solve(whole[:, areas, areas], beside.mT)
        mean = self.upper[:, path]
        return precision, np.vecdot(precision, mean[:, None, :]) + self.pull.sum(axis=2)

    def draws(self, normals: Floats, *, occasion: int = -1) -> Floats:
        """Return joint draws of the leaves' abilities at an occasion: learners by draws by leaves.

        `normals` holds standard normal numbers, a row a draw, a column for each of `unknowns`; for
        each learner its own where there is an axis of learners before these.
        """
        solved, count = self.solved, self.upper.shape[1]
        move = normals[..., :count] @ np.linalg.cholesky(solved.covariance).mT
        around = move[:, :, self.occasions :] @ solved.member.T
        off = np.sqrt(solved.leaf)[:, None, :] * normals[..., count : self.unknowns]
        off = (
            off
            - move[:, :, : self.occasions] @ solved.follows
            + (1 - solved.share)[:, None] * around
        )
        level = range(self.occasions)[occasion]
        means = _cells(self.upper, self.off + self.centre, solved.member, self.occasions)[:, level]
        drawn: Floats = off + move[:, :, level, None] + means[:, None, :]
        return drawn

    @property
    def unknowns(self) -> int:
        """How many normal numbers a draw takes."""
        return int(self.upper.shape[1] + self.off.shape[1])


def _cells(upper: Floats, off: Floats, member: Floats, occasions: int) -> Floats:
    """Return the ability of each cell, learners by occasions by leaves."""
    of_leaf = upper[:, occasions:] @ member.T + off
    return upper[:, :occasions, None] + of_leaf[:, None, :]


@dataclass(frozen=True)
class _Evidence:
    """Answers as the arithmetic needs them: the cell of each, and its item's curve."""

    cell: Ints
    credit: Floats
    weight: Floats
    slope: Floats
    difficulty: Floats
    floor: Floats
    shape: tuple[int, int, int]

    def expected(self, mean: Floats, deviation: Floats) -> tuple[Floats, Floats]:
        """Return the expected slope and information of each cell's log likelihood.

        `mean` and `deviation` are what is believed of the ability of each cell.
        """
        centre, around = mean.ravel()[self.cell], deviation.ravel()[self.cell]
        ability = centre[:, None] + around[:, None] * _NODES
        slope = self.slope[:, None]
        rise = expit(slope * (ability - self.difficulty[:, None]))
        floor = self.floor[:, None]
        chance = floor + (1 - floor) * rise
        steep = slope * rise / chance
        off = self.credit[:, None] - chance
        # Minus the second derivative of the log likelihood, not its expectation: what was answered
        # is known.
        bend = steep**2 * (1 - floor) * (1 - rise) * chance
        bend -= off * slope**2 * rise * (1 - rise) * floor / chance**2
        return self._sums((off * steep) @ _WEIGHTS), self._sums(bend @ _WEIGHTS)

    def _sums(self, of_answers: Floats) -> Floats:
        sums = np.bincount(self.cell, self.weight * of_answers, minlength=int(np.prod(self.shape)))
        return sums.reshape(self.shape)


def _evidence(given: Answers, items: Items, shape: tuple[int, int, int]) -> _Evidence:
    """Return answers ready for arithmetic; `shape` is learners by occasions by leaves."""
    _, occasions, leaves = shape
    when = np.zeros(len(given), dtype=np.intp) if given.occasion is None else given.occasion
    slope, error = items.slope[given.item], items.error[given.item]
    return _Evidence(
        cell=(given.learner * occasions + when) * leaves + given.leaf,
        credit=given.credit,
        weight=given.weight,
        # Difficulty that is not known for certain flattens the curve, as in Items.curves.
        slope=slope / np.sqrt(1 + np.pi / 8 * (slope * error) ** 2),
        difficulty=items.difficulty[given.item],
        floor=items.floor[given.item],
        shape=shape,
    )


def infer(
    given: Answers,
    items: Items,
    outline: Outline,
    spreads: Spreads,
    walk: Walk,
    when: Clock,
    *,
    centre: Floats | None = None,
    rounds: int = ROUNDS,
) -> Trajectory:
    """Return what answers say of learners; each answer's `occasion` is one of the clock's.

    `centre` is what the deviation of each leaf lies about, 0 when it is not given.
    """
    learners, occasions = when.study.shape
    leaves = outline.sizes[-1]
    middle = np.zeros(leaves) if centre is None else centre
    answered = _evidence(given, items, (learners, occasions, leaves))
    prior = prior_of(outline, spreads, walk, when)
    upper = np.concatenate([prior.start, np.zeros((learners, len(prior.areas)))], axis=1)
    off = np.zeros((learners, leaves))
    solved = _solve(np.zeros((learners, occasions, leaves)), prior)
    for _ in range(rounds):
        ability = _cells(upper, off + middle, prior.member, occasions)
        pull, information = answered.expected(ability, solved.deviations())
        solved = _solve(information, prior)
        move, of_leaf = _step(solved, prior, upper, off, pull)
        upper, off = upper + move, off + of_leaf
        if max(np.abs(move).max(initial=0), np.abs(of_leaf).max(initial=0)) < _TOLERANCE:
            break
    return Trajectory(outline, prior, solved, upper, off, pull, middle)


def _solve(information: Floats, prior: Prior) -> Solved:
    """Return the belief's shape where the answers of each cell tell so much."""
    learners, occasions, _ = information.shape
    total = information.sum(axis=1)
    # Far from its answers a likelihood with a guessing floor may curve the wrong way.
    is_odd = (total < -prior.leaf / 2)[:, None, :]
    information = np.where(is_odd, np.maximum(information, 0), information)
    total = information.sum(axis=1)
    leaf = 1 / (prior.leaf + total)
    follows, share = information * leaf[:, None, :], total * leaf
    member = prior.member
    size = occasions + member.shape[1]
    precision = np.zeros((learners, size, size))
    precision[:, :occasions, :occasions] = prior.path - follows @ information.mT
    path = np.arange(occasions)
    precision[:, path, path] += information.sum(axis=2)
    beside = (information * (1 - share)[:, None, :]) @ member
    precision[:, :occasions, occasions:] = beside
    precision[:, occasions:, :occasions] = beside.mT
    of_areas = (member.T * (total * (1 - share))[:, None, :]) @ member
    precision[:, occasions:, occasions:] = of_areas + np.diag(prior.areas)
    covariance = np.linalg.inv(precision)
    return Solved(occasions, member, precision, covariance, leaf, follows, share)


def _step(
    solved: Solved, prior: Prior, upper: Floats, off: Floats, pull: Floats
) -> tuple[Floats, Floats]:
    """Return Newton's step of the upper unknowns and of the leaves' own deviations."""
    occasions = solved.occasions
    of_leaf = pull.sum(axis=1) - off * prior.leaf
    path = pull.sum(axis=2) - np.vecdot(
        prior.path, (upper[:, :occasions] - prior.start)[:, None, :]
    )
    areas = pull.sum(axis=1) @ prior.member - upper[:, occasions:] * prior.areas
    path = path - np.vecdot(solved.follows, of_leaf[:, None, :])
    areas = areas - (solved.share * of_leaf) @ prior.member
    slope = np.concatenate([path, areas], axis=1)
    move = np.clip(np.vecdot(solved.covariance, slope[:, None, :]), -1.5, 1.5)
    fall = np.vecdot(solved.follows.mT, move[:, None, :occasions])
    fall = fall + solved.share * (move[:, occasions:] @ prior.member.T)
    return move, np.clip(solved.leaf * of_leaf - fall, -1.5, 1.5)
