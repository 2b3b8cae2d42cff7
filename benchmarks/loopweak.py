"""The weakest topic of simulated learners, as the product names it: by its own estimator."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.looppool import LoopPool
from examapp.reports.measurement.areas import judge
from examapp.reports.measurement.calibration import uncalibrated
from examapp.reports.measurement.evidence import answers
from examapp.reports.measurement.growth import ASSUMED_WALK, clock
from examapp.reports.measurement.learner import bank_of, scores_at
from examapp.reports.measurement.posterior import ASSUMED
from examapp.reports.measurement.trajectory import infer
from questions.items.item import LEVELS

# As many as count as the weakest of the topics in a report.
NAMED = 5


class Told(NamedTuple):
    """An answer that tells of what is known: the first one to a question.

    `occasion` is 2n for practice after n mock exams, 2n + 1 for the exam that follows.
    """

    item: int
    is_right: bool
    occasion: int


class Weakest:
    """Names topics from answers, before any calibration."""

    def __init__(self, pool: LoopPool) -> None:
        self.pool, self.outline = pool, pool.base.topic_outline
        self.known = uncalibrated(
            pool.level,
            pool.floor,
            levels=len(LEVELS),
            spreads=ASSUMED.to_depth(self.outline.depth),
        )
        self.bank = bank_of(self.known.items, pool.topic_of, self.outline.sizes[-1])

    def topics(self, told: Sequence[list[Told]], day: int) -> list[list[int]]:
        """Return for each learner the topics to study, those that would add the most first."""
        rows = [(learner, each) for learner, mine in enumerate(told) for each in mine]
        if not rows:
            return [[] for _ in told]
        item = np.array([each.item for _, each in rows])
        learner = np.array([number for number, _ in rows])
        occasion = np.array([each.occasion for _, each in rows])
        right = np.array([float(each.is_right) for _, each in rows])
        leaf = self.pool.topic_of[item]
        given = answers(learner, leaf, item, right, occasion=occasion)
        when = clock(*_studied(learner, occasion, len(told), day))
        found = infer(given, self.known.items, self.outline, self.known.spreads, ASSUMED_WALK, when)
        counts = given.counts(len(told), self.outline.sizes[-1], len(self.known.items))
        draws = scores_at(found, self.bank, counts=counts).levels[-1]
        shape = (len(told), self.outline.sizes[-1])
        count, wrong = np.zeros(shape), np.zeros(shape)
        np.add.at(count, (learner, leaf), 1.0)
        np.add.at(wrong, (learner, leaf), 1.0 - right)
        return [self._of(draws[n], count[n], wrong[n]) for n in range(len(told))]

    def _of(self, draws: np.ndarray, count: np.ndarray, wrong: np.ndarray) -> list[int]:
        cut = self.pool.base.plan.raw_cut
        shares = np.array(self.outline.shares)
        judged = judge(draws, shares, count, cut=cut, named=NAMED)
        is_weak = (wrong > 0) & (judged.gain > 0) & (np.array(judged.verdict) != "above")
        order = np.argsort(-judged.gain, kind="stable")
        return [int(topic) for topic in order if is_weak[topic]]


def _studied(
    learner: np.ndarray, occasion: np.ndarray, learners: int, day: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return practice answers and mock exams before each occasion, and its day; by learner."""
    occasions = int(occasion.max()) + 1
    practiced = np.zeros((learners, occasions))
    np.add.at(practiced, (learner, occasion), (occasion % 2 == 0).astype(float))
    exams = np.broadcast_to(np.arange(occasions) // 2, practiced.shape)
    days = np.broadcast_to(np.linspace(0, day, occasions), practiced.shape)
    return np.cumsum(practiced, axis=1), exams, days
