"""What answers say of learners who change: every area today, and the ability of the exam over time.

Pure. The model is posterior.py's with an ability of the exam at each occasion (growth.py):

    logit = ability at the occasion + deviation of the leaf - difficulty

Deviations of domains, tasks and topics stay. Time and tree together have no exact messages, so the
belief is the normal one that lies nearest (variational Gaussian approximation: Opper & Archambeau
2009, "The variational Gaussian approximation revisited"): its precision is that of the prior plus
the expected information of the answers, and its mean is where the expected slope of the log
posterior is zero. Expectations over an ability are three-point Gauss-Hermite sums.
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
class Trajectory:
    """Normal beliefs of learners: the ability of the exam at each occasion, then leaf deviations.

    `mean` is learners by unknowns, `covariance` learners by unknowns twice. `information` is what
    the answers of each occasion and leaf tell, learners by occasions by leaves; `pull` the slope of
    their log likelihood. `prior` is the precision of deviations before any answer.
    """

    outline: Outline
    occasions: int
    mean: Floats
    covariance: Floats
    information: Floats
    pull: Floats
    prior: Floats

    @property
    def path(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the exam's ability at each occasion, smoothed."""
        variance = np.diagonal(self.covariance, axis1=1, axis2=2)[:, : self.occasions]
        return self.mean[:, : self.occasions], np.sqrt(variance)

    def told_of_path(self) -> tuple[Floats, Floats]:
        """Return what the answers alone tell of the path: precision, and precision times mean.

        Deviations are averaged out under their prior, so that what is left is a normal likelihood
        exp(-r' precision r / 2 + r' pull) of the path r.
        """
        leaf = np.arange(self.prior.shape[0])
        within = np.broadcast_to(self.prior, (len(self.mean), *self.prior.shape)).copy()
        within[:, leaf, leaf] += self.information.sum(axis=1)
        precision = -self.information @ np.linalg.solve(within, self.information.mT)
        path = np.arange(self.occasions)
        precision[:, path, path] += self.information.sum(axis=2)
        mean = self.mean[:, : self.occasions]
        pull = np.vecdot(precision, mean[:, None, :]) + self.pull.sum(axis=2)
        return precision, pull

    def draws(self, normals: Floats, *, occasion: int = -1) -> Floats:
        """Return joint draws of the leaves' abilities at an occasion: learners by draws by leaves.

        `normals` holds standard normal numbers, a row a draw, 1 + leaves columns or more.
        """
        level = range(self.occasions)[occasion]
        index = np.array([level, *range(self.occasions, self.mean.shape[1])])
        mean = self.mean[:, index]
        root = np.linalg.cholesky(self.covariance[:, index[:, None], index])
        unknowns = normals[:, : len(index)] @ root.mT + mean[:, None, :]
        drawn: Floats = unknowns[:, :, :1] + unknowns[:, :, 1:]
        return drawn


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


def leaf_covariance(outline: Outline, spreads: Spreads) -> Floats:
    """Return the covariance of the leaves' deviations from the exam before any answer."""
    covariance = np.zeros((outline.sizes[-1],) * 2)
    for level in range(outline.depth):
        area = outline.leaves_of(level)
        deviation = max(spreads.deviations[level + 1], LEAST_SPREAD)
        covariance += deviation**2 * (area[:, None] == area)
    return covariance


def infer(
    given: Answers,
    items: Items,
    outline: Outline,
    spreads: Spreads,
    walk: Walk,
    when: Clock,
) -> Trajectory:
    """Return what answers say of learners; each answer's `occasion` is one of the clock's."""
    learners, occasions = when.study.shape
    leaves = outline.sizes[-1]
    answered = _evidence(given, items, (learners, occasions, leaves))
    prior = np.linalg.inv(leaf_covariance(outline, spreads))
    start = path_mean(spreads.mean, walk, when)
    spread = max(spreads.deviations[0], LEAST_SPREAD)
    of_path = np.linalg.inv(path_covariance(spread, walk, when))
    path, off = start.copy(), np.zeros((learners, leaves))
    covariance = np.zeros((learners, occasions + leaves, occasions + leaves))
    covariance[:, :occasions, :occasions] = path_covariance(spread, walk, when)
    covariance[:, occasions:, occasions:] = leaf_covariance(outline, spreads)
    for _ in range(ROUNDS):
        pull, information = answered.expected(
            path[:, :, None] + off[:, None, :], _deviations(covariance, occasions)
        )
        covariance = np.linalg.inv(_precision(information, of_path, prior))
        path_pull = pull.sum(axis=2) - np.vecdot(of_path, (path - start)[:, None, :])
        leaf_pull = pull.sum(axis=1) - off @ prior
        slope = np.concatenate([path_pull, leaf_pull], axis=1)
        move = np.clip(np.vecdot(covariance, slope[:, None, :]), -1.5, 1.5)
        path, off = path + move[:, :occasions], off + move[:, occasions:]
        if np.abs(move).max(initial=0.0) < _TOLERANCE:
            break
    mean = np.concatenate([path, off], axis=1)
    return Trajectory(outline, occasions, mean, covariance, information, pull, prior)


def _deviations(covariance: Floats, occasions: int) -> Floats:
    """Return the standard deviation of each cell's ability, learners by occasions by leaves."""
    own = np.diagonal(covariance, axis1=1, axis2=2)
    shared = covariance[:, :occasions, occasions:]
    variance = own[:, :occasions, None] + own[:, None, occasions:] + 2 * shared
    return np.sqrt(np.maximum(variance, 1e-12))


def _precision(information: Floats, of_path: Floats, prior: Floats) -> Floats:
    """Return the precision of all unknowns of each learner."""
    learners, occasions, leaves = information.shape
    precision = np.zeros((learners, occasions + leaves, occasions + leaves))
    precision[:, :occasions, :occasions] = of_path
    precision[:, occasions:, occasions:] = prior
    precision[:, :occasions, occasions:] = information
    precision[:, occasions:, :occasions] = information.mT
    path, leaf = np.arange(occasions), occasions + np.arange(leaves)
    precision[:, path, path] += information.sum(axis=2)
    precision[:, leaf, leaf] += information.sum(axis=1)
    return precision
