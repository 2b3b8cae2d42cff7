"""Plain rivals of what a report predicts: Elo ratings, and the share right so far. Pure.

Both take answers in the order of time. A person's answers of one stretch, an exam and the practice
before it, are all predicted from what was known of them when it began, as a report predicts them.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from examapp.reports.measurement.outline import Floats

# How far a rating moves at its first answer, and how fast it settles (Pelánek 2016, section 2.3).
ELO_FIRST_STEP, ELO_SETTLING = 1.0, 0.05


class Response(NamedTuple):
    """An answer, its credit from 0 to 1; `stretch` counts the exams that the person had ended."""

    person: Hashable
    question: Hashable
    credit: float
    stretch: int


@dataclass
class _Rating:
    """An Elo rating in logits, and how many answers it rests on."""

    value: float = 0.0
    answers: int = 0

    def move(self, surprise: float) -> None:
        self.value += ELO_FIRST_STEP / (1 + ELO_SETTLING * self.answers) * surprise
        self.answers += 1


def elo(responses: Sequence[Response]) -> Floats:
    """Return the chance that Elo ratings gave each answer to be right, before it was given.

    Pelánek (2016), "Applications of the Elo rating system in adaptive educational systems",
    Computers & Education 98, eq. 1 to 3: the chance is logistic in the person's rating less the
    question's, and each answer moves both by its surprise, less the more answers they have.
    """
    people: dict[Hashable, _Rating] = defaultdict(_Rating)
    questions: dict[Hashable, _Rating] = defaultdict(_Rating)
    began: dict[Hashable, tuple[int, float]] = {}
    chances = []
    for person, question, credit, stretch in responses:
        rating, difficulty = people[person], questions[question]
        if began.get(person, (-1, 0.0))[0] != stretch:
            began[person] = stretch, rating.value
        chances.append(expit(began[person][1] - difficulty.value))
        surprise = credit - float(expit(rating.value - difficulty.value))
        rating.move(surprise)
        difficulty.move(-surprise)
    return np.array(chances, dtype=float)


def running_share(responses: Sequence[Response]) -> Floats:
    """Return the share that each person had right so far, before each answer.

    It is half before the first one (Laplace's rule of succession, 1774).
    """
    so_far: dict[Hashable, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    began: dict[Hashable, tuple[int, float]] = {}
    shares = []
    for person, _, credit, stretch in responses:
        right, count = so_far[person]
        if began.get(person, (-1, 0.0))[0] != stretch:
            began[person] = stretch, (right + 1) / (count + 2)
        shares.append(began[person][1])
        so_far[person] = right + credit, count + 1
    return np.array(shares, dtype=float)
