"""The weak-area estimator: how well each area is known, and how sure that is. Pure.

Knowledge of an area is a share theta: the expected share of right answers over all its questions.
Every area borrows from the one around it (Kelley 1927, "Interpretation of Educational
Measurements": an observed score is drawn toward the mean of its group by its unreliability). The
model is the beta-binomial of Lord & Novick 1968, chapter 23: theta ~ Beta(a, b), right answers
~ Binomial(n, theta), so that the posterior is Beta(a + right, b + wrong) (Gelman et al. 2013,
"Bayesian Data Analysis", section 2.4). It is applied along the chain exam, domain, task, topic:

1. begin with the prior of all candidates;
2. add the answers of the exam that lie outside the domain;
3. widen by how much domains differ from the exam, and add the domain's own answers;
4. so on for task in domain and topic in task, each answer used once.

Widening keeps the mean and adds variance: a deviation of standard deviation s on the logit scale
moves theta by about s * m * (1 - m) at the mean m (the delta method).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import betainc, betaincinv

NAME = "beta-binomial chain 1"

# What is assumed of candidates before any answer: a mean of 0.65, worth four answers.
PRIOR_MEAN, PRIOR_ANSWERS = 0.65, 4.0
# Standard deviations on the logit scale: domain about exam, task about domain, topic about task.
SPREADS = (0.45, 0.35, 0.35)
# The interval holds the true share 9 times out of 10.
TAIL = 0.05
# With fewer answers an area gets no verdict, whatever its estimate.
FEW_ANSWERS = 4
_STEPS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200])


@dataclass(frozen=True)
class Tally:
    """Answers given in an area, and the credit they earned, 0 to 1 each."""

    answers: float = 0.0
    credit: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.answers + other.answers, self.credit + other.credit)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.answers - other.answers, self.credit - other.credit)


@dataclass(frozen=True)
class Area:
    """A domain, task or topic: its key, the key it lies in (None for domains), its exam share."""

    key: str
    parent: str | None
    weight: float


@dataclass(frozen=True)
class Estimate:
    """What is known of an area; every share is 0 to 1.

    `gain` is the expected share of the exam's credit that lies between here and the cut: the weight
    times E[max(0, cut - theta)]. `more_needed` answers at the estimated rate would settle on which
    side of the cut the area lies: 0 when it is settled, None when 200 more would not do.
    """

    key: str
    tally: Tally
    mean: float
    low: float
    high: float
    chance_below: float
    gain: float
    verdict: str
    more_needed: int | None


@dataclass(frozen=True)
class _Beta:
    a: float
    b: float

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def observe(self, tally: Tally) -> "_Beta":
        wrong = max(0.0, tally.answers - tally.credit)
        return _Beta(self.a + max(0.0, tally.credit), self.b + wrong)

    def widen(self, spread: float) -> "_Beta":
        """Return the beta with this mean and the variance a deviation of `spread` logits adds."""
        mean, room = self.mean, self.mean * (1 - self.mean)
        variance = room / (self.a + self.b + 1) + (spread * room) ** 2
        strength = max(room / variance - 1, 0.5)
        return _Beta(mean * strength, (1 - mean) * strength)


def estimate(areas: Sequence[Area], tallies: Mapping[str, Tally], *, cut: float) -> list[Estimate]:
    """Estimate every area, in the order given; an area comes after the one it lies in.

    `tallies` counts the answers of the innermost areas, the topics; `cut` is the share that passes.
    """
    totals: dict[str | None, Tally] = {area.key: Tally() for area in areas}
    totals[None] = Tally()
    for area in reversed(areas):
        totals[area.key] += tallies.get(area.key, Tally())
        totals[area.parent] += totals[area.key]
    start = _Beta(PRIOR_MEAN * PRIOR_ANSWERS, (1 - PRIOR_MEAN) * PRIOR_ANSWERS)
    # What is believed of an area before any answer inside it is counted, and how deep it lies.
    before: dict[str | None, _Beta] = {None: start}
    depth: dict[str | None, int] = {None: 0}
    found = []
    for area in areas:
        around = before[area.parent].observe(totals[area.parent] - totals[area.key])
        before[area.key] = around.widen(SPREADS[depth[area.parent]])
        depth[area.key] = depth[area.parent] + 1
        found.append(_judge(area, totals[area.key], before[area.key], cut))
    return found


def _judge(area: Area, tally: Tally, prior: _Beta, cut: float) -> Estimate:
    belief = prior.observe(tally)
    low, high = (float(betaincinv(belief.a, belief.b, p)) for p in (TAIL, 1 - TAIL))
    below = float(betainc(belief.a, belief.b, cut))
    # E[max(0, cut - theta)], by theta * Beta(a, b) = mean * Beta(a + 1, b).
    shortfall = cut * below - belief.mean * float(betainc(belief.a + 1, belief.b, cut))
    verdict = "open"
    if tally.answers < FEW_ANSWERS:
        verdict = "too_few"
    elif low >= cut or high < cut:
        verdict = "above" if low >= cut else "below"
    return Estimate(
        key=area.key,
        tally=tally,
        mean=belief.mean,
        low=low,
        high=high,
        chance_below=below,
        gain=area.weight * max(0.0, shortfall),
        verdict=verdict,
        more_needed=0 if verdict in ("above", "below") else _more_needed(belief, tally, cut),
    )


def _more_needed(belief: _Beta, tally: Tally, cut: float) -> int | None:
    """Return about how many more answers at this rate would bring a verdict."""
    a, b = belief.a + _STEPS * belief.mean, belief.b + _STEPS * (1 - belief.mean)
    parted = (betaincinv(a, b, TAIL) >= cut) | (betaincinv(a, b, 1 - TAIL) < cut)
    if not parted.any():
        return None
    return max(int(_STEPS[np.argmax(parted)]), ceil(FEW_ANSWERS - tally.answers))
