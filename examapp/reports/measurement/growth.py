"""How ability moves from one occasion to the next, before any answer is looked at. Pure.

The ability of an exam is a random walk with a drift of the learner's own (the local level model of
Durbin & Koopman 2012, "Time Series Analysis by State Space Methods", section 2.1, with a slope):

    theta_1 ~ N(mean, spread^2)
    theta_t - theta_s = drift * (study_t - study_s) + noise
    drift ~ N(walk.drift, walk.drift_spread^2)
    Var(noise) = walk.step^2 * (study_t - study_s) + walk.daily_variance * (day_t - day_s)

so that old answers fade by what was learned, and by what time alone may have changed. `study`
counts what a learner did: a mock exam with its review is 1, as are PRACTICE_PER_STEP answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from examapp.reports.measurement.outline import Floats

# Practice answers, explained one by one, that may teach as much as a mock exam and its review.
PRACTICE_PER_STEP = 65.0
# After so many days without study, what an exam of 65 told counts half: its error is 0.3 logit.
FADE_DAYS = 120.0
# Below this a standard deviation of the walk is none; the arithmetic needs a little.
LEAST_STEP = 0.03


@dataclass(frozen=True)
class Walk:
    """How abilities move, in logits: the mean drift of learners a step of study and its spread.

    `step` is the standard deviation of what else a step changes, `daily_variance` the variance that
    a day adds without any study.
    """

    drift: float
    drift_spread: float
    step: float
    daily_variance: float = 0.3**2 / FADE_DAYS


# Assumed until learners tell otherwise; suits one alone, who may stand still or gain half a logit.
ASSUMED_WALK = Walk(drift=0.15, drift_spread=0.25, step=0.15)
STILL = Walk(drift=0.0, drift_spread=0.0, step=0.0, daily_variance=0.0)


@dataclass(frozen=True)
class Clock:
    """When occasions were, learners by occasions: steps of study and days since the first one.

    Neither ever falls. An occasion without an answer may stand among them, such as today.
    """

    study: Floats
    days: Floats

    @property
    def occasions(self) -> int:
        return int(self.study.shape[1])


def clock(practice: ArrayLike, exams: ArrayLike, days: ArrayLike) -> Clock:
    """Return the clock of learners by occasions.

    `practice` counts practice answers and `exams` finished mock exams before each occasion; `days`
    are since the first one.
    """
    study = np.asarray(exams, dtype=float) + np.asarray(practice, dtype=float) / PRACTICE_PER_STEP
    return Clock(np.atleast_2d(study), np.atleast_2d(np.asarray(days, dtype=float)))


def evenly(learners: int, occasions: int) -> Clock:
    """Return the clock of learners who sat a mock exam each time, with no days between."""
    study = np.broadcast_to(np.arange(float(occasions)), (learners, occasions))
    return Clock(study, np.zeros((learners, occasions)))


def path_mean(mean: float, walk: Walk, when: Clock) -> Floats:
    """Return the expected ability at each occasion, learners by occasions."""
    expected: Floats = mean + walk.drift * (when.study - when.study[:, :1])
    return expected


def path_covariance(spread: float, walk: Walk, when: Clock) -> Floats:
    """Return the covariance of abilities at all occasions: learners by occasions twice."""
    study, days = when.study - when.study[:, :1], when.days - when.days[:, :1]
    together = np.minimum(study[:, :, None], study[:, None, :])
    order = np.arange(float(when.occasions))
    least = LEAST_STEP**2 * np.minimum(order[:, None], order)
    covariance: Floats = (
        spread**2
        + walk.drift_spread**2 * study[:, :, None] * study[:, None, :]
        + walk.step**2 * together
        + walk.daily_variance * np.minimum(days[:, :, None], days[:, None, :])
        + least
    )
    return covariance
