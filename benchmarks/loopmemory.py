"""How simulated learners remember and forget: ACT-R's activation with the spacing effect.

The model is Pavlik & Anderson 2005, "Practice and forgetting effects on vocabulary memory: An
activation-based model of the spacing effect", Cognitive Science 29. Each time a fact is met it
leaves a trace, which fades by a power of its age; the more a fact was present at that moment, the
faster its new trace fades, so that what is spaced lasts:

    activation m = ln(background + sum over traces of age ** -decay)
    decay of a new trace = SCALE * exp(m at that moment) + the learner's own least decay
    chance of recall = 1 / (1 + exp((threshold - m) / NOISE))

It has neither the stability nor the difficulty of FSRS, by which the product schedules.
"""

import math
from dataclasses import dataclass, field

import numpy as np

# Published values: how decay grows with activation, and the noise of activation.
SCALE, NOISE = 0.217, 0.255
# Published: the least decay, which varies by learner here.
DECAY, DECAY_SPREAD = 0.177, 0.15
# Seconds outside of an experiment count so much less; published.
SECONDS_A_DAY = 0.025 * 86_400
# Lower than the published -0.704 of foreign words: of what was explained once, about 6 in 10 are
# still known the day after and 3 in 10 a week later.
THRESHOLD, THRESHOLD_SPREAD = -1.46, 0.13
# How much easier or harder a fact is to keep, for a learner, in units of activation.
EASE_SPREAD = 0.2
# No two meetings lie closer than a minute.
_LEAST_AGE = SECONDS_A_DAY / 1440


@dataclass(frozen=True)
class Nature:
    """What a learner brings along: their threshold and least decay, and for each fact what they
    knew before, as a background that does not fade, and its ease."""

    threshold: float
    decay: float
    background: np.ndarray
    ease: np.ndarray


def nature(known: np.ndarray, rng: np.random.Generator) -> Nature:
    """Draw a learner; `known` is for each fact the logit of the chance that they know it today."""
    threshold = rng.normal(THRESHOLD, THRESHOLD_SPREAD)
    ease = rng.normal(0, EASE_SPREAD, len(known))
    return Nature(
        threshold,
        DECAY * math.exp(rng.normal(0, DECAY_SPREAD)),
        np.exp(threshold - ease + NOISE * known),
        ease,
    )


@dataclass
class Memory:
    """What one learner keeps of every fact, in days since the start; grows with each meeting."""

    nature: Nature
    traces: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def activation(self, fact: int, now: float) -> float:
        strength = float(self.nature.background[fact])
        for at, decay in self.traces.get(fact, ()):
            strength += max(SECONDS_A_DAY * (now - at), _LEAST_AGE) ** -decay
        return math.log(strength)

    def recall(self, fact: int, now: float) -> float:
        """Return the chance that a fact comes to mind."""
        above = self.activation(fact, now) + self.nature.ease[fact] - self.nature.threshold
        return 1 / (1 + math.exp(-above / NOISE))

    def meet(self, fact: int, now: float) -> None:
        """Leave a trace of a fact that was recalled or explained."""
        decay = SCALE * math.exp(self.activation(fact, now)) + self.nature.decay
        self.traces.setdefault(fact, []).append((now, decay))
