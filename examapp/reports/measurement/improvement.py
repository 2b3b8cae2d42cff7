"""Whether a learner has improved: a test that says how often it is wrong, and how often it sees.

Pure. What answers tell of the abilities before and after is compared. A claim that someone improved
rests on the learner's own answers: of those who stand still at most 5 % are told so. Where others
after as many exams are known to improve, and the claim is then right 95 times in 100, less evidence
of one's own is enough, never less than _LEAST_Z.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from examapp.reports.measurement.outline import Floats
from examapp.reports.measurement.pooling import Pooled, pool
from examapp.reports.measurement.trajectory import Trajectory

# The improvement, in logits, that the test is made to see: about 9 % more right answers.
STEP = 0.5
# One-sided, 5 % with room for errors that come out a little small.
ENOUGH_Z = 1.75
_LEAST_Z = 1.3
_ENOUGH_CHANCE = 0.95
# Steps between one exam and the next, until learners tell otherwise, and what that weighs.
ASSUMED_STEPS = Pooled(mean=0.15, error=0.0, spread=0.29)
_PRIOR_LEARNERS = 4.0


class Improvement(NamedTuple):
    """What answers tell of a step between two groups of occasions; arrays over learners.

    `estimate` and `error` are of the step, in logits; `power` is how often an improvement by STEP
    would be seen; `is_improved` whether one is. Where it is not, it is too early to say.
    """

    estimate: Floats
    error: Floats
    power: Floats
    is_improved: np.ndarray


def steps_of(found: Trajectory, *, since: int = -1) -> tuple[Floats, Floats]:
    """Return how much higher ability was from occasion `since` on than before, and its error.

    One ability before and one after, by generalised least squares; a side without an answer has an
    infinite error.
    """
    precision, pull = found.told_of_path()
    first = range(found.occasions)[since]
    after = (np.arange(found.occasions) >= first).astype(float)
    design = np.stack([1 - after, after])
    told = design @ precision @ design.T
    sums = pull @ design.T
    determinant = told[:, 0, 0] * told[:, 1, 1] - told[:, 0, 1] ** 2
    is_known = determinant > 1e-9
    safe = np.where(is_known, determinant, 1.0)
    before = (told[:, 1, 1] * sums[:, 0] - told[:, 0, 1] * sums[:, 1]) / safe
    since_then = (told[:, 0, 0] * sums[:, 1] - told[:, 0, 1] * sums[:, 0]) / safe
    variance = (told[:, 0, 0] + told[:, 1, 1] + 2 * told[:, 0, 1]) / safe
    estimate = np.where(is_known, since_then - before, 0.0)
    return estimate, np.where(is_known, np.sqrt(np.maximum(variance, 0)), np.inf)


def usual_steps(estimates: Floats, errors: Floats) -> Pooled:
    """Return how much learners of a platform improve, from the steps of as many as there are."""
    return pool(estimates, errors, assumed=ASSUMED_STEPS, weight=_PRIOR_LEARNERS)


def improvement(
    found: Trajectory, *, since: int = -1, usual: Pooled = ASSUMED_STEPS
) -> Improvement:
    """Return whether ability was higher from occasion `since` on than on all before it.

    `usual` is what learners who sat as many exams gained.
    """
    estimate, error = steps_of(found, since=since)
    own = 1 / error**2
    of_usual = 1 / max(usual.spread, 1e-3) ** 2
    mean = (estimate * own + usual.mean * of_usual) / (own + of_usual)
    chance = ndtr(mean * np.sqrt(own + of_usual))
    z = estimate / error
    is_improved = (z >= ENOUGH_Z) | ((z >= _LEAST_Z) & (chance >= _ENOUGH_CHANCE))
    return Improvement(estimate, error, ndtr(STEP / error - ENOUGH_Z), is_improved)
