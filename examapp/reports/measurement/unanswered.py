"""How many questions a candidate leaves unanswered, and what that does to the chance to pass. Pure.

A question without an answer earns nothing, and says nothing of what the candidate knows. So ability
is told from answers alone, and the rate of unanswered questions, the candidate's own, stands beside
it in the chance to pass (beta-binomial; Gelman et al. 2013, "Bayesian Data Analysis", section 2.4).
Limit: the questions left are taken to be no harder for the candidate than those answered.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from examapp.reports.measurement.learner import FormRules, Scores, chance_to_pass, standard_normals
from examapp.reports.measurement.outline import Floats

# What is assumed of a candidate before any sitting: next to none left, worth three questions.
ASSUMED_LEFT, ASSUMED_WEIGHT = 0.03, 3.0
# A sitting counts so much less than the one after it, since pace can be trained.
_FADING = 0.7
# However many sittings there were, the next differs by as much as one of so many questions tells.
_MOST_WEIGHT = 300.0
# Pace repeats itself: a question left tells as much as two tosses of a coin would.
_CONSTANCY = 2.0
# The two chances are told beside each other where they differ by so much.
TELLING_DIFFERENCE = 0.1


class Blanks(NamedTuple):
    """How the questions of sittings ended, an entry a sitting, the oldest first.

    `not_reached` are those after the last answer, `omitted` those left among answers.
    """

    asked: Floats
    not_reached: Floats
    omitted: Floats


@dataclass(frozen=True)
class LeftRate:
    """A beta belief of the share of questions that a candidate leaves: `left` and `answered`."""

    left: float
    answered: float

    @property
    def mean(self) -> float:
        return self.left / (self.left + self.answered)

    def draws(self, count: int) -> Floats:
        """Return draws in an order of their own, always the same; they stand for the next sitting.

        The ladder of quantiles is shuffled, so that a draw of the rate meets any draw of ability.
        """
        return _draws(self.left, self.answered, count)


@lru_cache(maxsize=64)
def _draws(left: float, answered: float, count: int) -> Floats:
    order = np.argsort(standard_normals(count, 1, seed=21)[:, 0])
    ladder = betaincinv(left, answered, (np.arange(count) + 0.5) / count)
    drawn: Floats = ladder[order]
    drawn.setflags(write=False)
    return drawn


def rate_of(asked: ArrayLike, left: ArrayLike) -> LeftRate:
    """Return what sittings tell of the share left; entries by sitting, the oldest first."""
    questions, without = np.asarray(asked, dtype=float), np.asarray(left, dtype=float)
    weights = _CONSTANCY * _FADING ** np.arange(len(questions))[::-1]
    told, total = float(weights @ without), float(weights @ questions)
    scale = min(1.0, _MOST_WEIGHT / max(total, 1.0))
    return LeftRate(
        ASSUMED_LEFT * ASSUMED_WEIGHT + scale * told,
        (1 - ASSUMED_LEFT) * ASSUMED_WEIGHT + scale * (total - told),
    )


class PassChances(NamedTuple):
    """The chance to pass a fresh form, by draws: as taken so far, and with every question answered.

    `not_reached` and `omitted` are the shares of questions that the candidate leaves either way.
    """

    as_taken: Floats
    all_answered: Floats
    not_reached: float
    omitted: float

    @property
    def differ(self) -> bool:
        """Whether the page tells both, and names pace or omissions as the thing to train."""
        apart = float(self.all_answered.mean() - self.as_taken.mean())
        return apart >= TELLING_DIFFERENCE

    @property
    def is_pace(self) -> bool:
        """Whether most of what is left was not reached."""
        return self.not_reached >= self.omitted


def pass_chances(believed: Scores, rules: FormRules, blanks: Blanks) -> PassChances:
    """Return one candidate's chances to pass; `believed` is of that candidate alone."""
    rate = rate_of(blanks.asked, blanks.not_reached + blanks.omitted)
    draws = rate.draws(believed.exam.shape[1])
    return PassChances(
        as_taken=chance_to_pass(believed, rules, left=draws)[0],
        all_answered=chance_to_pass(believed, rules)[0],
        not_reached=rate_of(blanks.asked, blanks.not_reached).mean,
        omitted=rate_of(blanks.asked, blanks.omitted).mean,
    )
