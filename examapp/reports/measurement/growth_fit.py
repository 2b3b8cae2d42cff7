"""How fast learners change, from what their answers tell: empirical Bayes. Pure.

The mean and spread of abilities at the first occasion and the walk are those under which what the
answers tell of all paths is most likely (type II maximum likelihood; Gelman et al. 2013, "Bayesian
Data Analysis", section 13.4), with what is assumed beside it as if some learners had told so.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from examapp.reports.measurement.calibration import PRIOR_LEARNERS
from examapp.reports.measurement.evidence import Answers
from examapp.reports.measurement.growth import (
    ASSUMED_WALK,
    LEAST_STEP,
    Clock,
    Walk,
    path_covariance,
    path_mean,
)
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import Floats, Outline
from examapp.reports.measurement.posterior import ASSUMED, LEAST_SPREAD, Spreads
from examapp.reports.measurement.trajectory import infer

_ROUNDS = 3
_TOLERANCE = 0.01
# Learners taken through the arithmetic together; bounds memory.
_CHUNK = 200


def fit(
    given: Answers,
    items: Items,
    outline: Outline,
    spreads: Spreads,
    when: Clock,
    *,
    walk: Walk = ASSUMED_WALK,
) -> tuple[Spreads, Walk]:
    """Return the spreads with the mean and spread at the first occasion, and the walk.

    Begins from `spreads` and `walk`; learners who had one occasion tell of the first two alone.
    """
    for _ in range(_ROUNDS):
        told = _told(given, items, outline, spreads, walk, when)
        found = _most_likely(*told, when, _figures(spreads, walk))
        moved = np.abs(found - _figures(spreads, walk)).max()
        spreads, walk = _named(found, spreads, walk)
        if moved < _TOLERANCE:
            break
    return spreads, walk


def _told(
    given: Answers, items: Items, outline: Outline, spreads: Spreads, walk: Walk, when: Clock
) -> tuple[Floats, Floats]:
    """Return what answers tell of each learner's path, as Trajectory.told_of_path does."""
    order = np.argsort(given.learner, kind="stable")
    whose = given.learner[order]
    parts = []
    for first in range(0, len(when.study), _CHUNK):
        last = min(first + _CHUNK, len(when.study))
        mine = order[slice(*np.searchsorted(whose, [first, last]))]
        part = given.take(mine)
        part = replace(part, learner=part.learner - first)
        clock = Clock(when.study[first:last], when.days[first:last])
        parts.append(infer(part, items, outline, spreads, walk, clock).told_of_path())
    precision, pull = zip(*parts, strict=True)
    return np.concatenate(precision), np.concatenate(pull)


def _figures(spreads: Spreads, walk: Walk) -> Floats:
    """Return mean, log spread, drift, log spread of drifts and log step."""
    deviations = np.array([spreads.deviations[0], walk.drift_spread, walk.step])
    logs = np.log(np.maximum(deviations, [LEAST_SPREAD, LEAST_STEP, LEAST_STEP]))
    return np.array([spreads.mean, logs[0], walk.drift, logs[1], logs[2]])


def _named(figures: Floats, spreads: Spreads, walk: Walk) -> tuple[Spreads, Walk]:
    mean, spread, drift, drift_spread, step = figures.tolist()
    deviations = (float(np.exp(spread)), *spreads.deviations[1:])
    return Spreads(mean, deviations), replace(
        walk, drift=drift, drift_spread=float(np.exp(drift_spread)), step=float(np.exp(step))
    )


_ASSUMED_FIGURES = _figures(ASSUMED, ASSUMED_WALK)
# Log spreads stay within reach: from next to none to three logits.
_BOUNDS = [(-4, 5), (np.log(LEAST_SPREAD), np.log(3)), (-1, 2), *[(np.log(LEAST_STEP), 0)] * 2]


def _most_likely(precision: Floats, pull: Floats, when: Clock, start: Floats) -> Floats:
    """Return the figures that explain all paths best."""

    def loss(figures: Floats) -> float:
        return _unlikely(figures) - _log_likelihood(figures, precision, pull, when)

    best: Floats = minimize(loss, start, method="L-BFGS-B", bounds=_BOUNDS).x
    return best


def _log_likelihood(figures: Floats, precision: Floats, pull: Floats, when: Clock) -> float:
    """Return the log likelihood of the answers, less a constant, paths being averaged out."""
    spreads, walk = _named(figures, ASSUMED, ASSUMED_WALK)
    mean = path_mean(spreads.mean, walk, when)
    covariance = path_covariance(spreads.deviations[0], walk, when)
    at_mean = np.vecdot(precision, mean[:, None, :])
    off = pull - at_mean
    whole = np.eye(when.occasions) + covariance @ precision
    moved = np.linalg.solve(whole, np.vecdot(covariance, off[:, None, :])[..., None])[..., 0]
    _, size = np.linalg.slogdet(whole)
    of_mean = np.vecdot(pull - at_mean / 2, mean)
    return float((of_mean + np.vecdot(off, moved) / 2 - size / 2).sum())


def _unlikely(figures: Floats) -> float:
    """Return minus the log of how likely figures are before any answer.

    The first occasion's are as PRIOR_LEARNERS would tell who are as assumed. The mean drift is as
    one learner would tell, and how learners differ in growing is log-normal: nearer to 0 an inverse
    gamma, as that of the first occasion, would hold on to a walk that is not there.
    """
    mean, spread, drift, drift_spread, step = figures - _ASSUMED_FIGURES
    first = figures[1] + np.exp(-2 * spread) / 2 + mean**2 * np.exp(-2 * figures[1]) / 2
    of_growth = drift**2 * np.exp(-2 * _ASSUMED_FIGURES[3]) / 2
    of_growth += (drift_spread**2 + step**2) / 2
    return float(PRIOR_LEARNERS * first + of_growth)
