"""What measurement costs: CPU of a learner's estimates, time and memory of a refresh."""

import resource
import time
from dataclasses import dataclass

import numpy as np

from examapp.reports.measurement.calibration import calibrate, uncalibrated
from examapp.reports.measurement.evidence import answers, log_likelihood
from examapp.reports.measurement.learner import (
    FormRules,
    bank,
    chance_to_pass,
    chance_weakest,
    interval,
    scores,
)
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.posterior import infer

# As large as the shipped exam: 5 domains, 14 tasks, 91 topics.
TASKS, TOPICS = (3, 3, 4, 2, 2), 91
ITEMS, RESPONSES = 1000, 100_000


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds of a learner's estimates by number of answers, and of the refresh."""

    learner_ms: dict[int, float]
    refresh_seconds: float
    refresh_rounds: int
    peak_mb: float

    def __str__(self) -> str:
        learner = ", ".join(
            f"{ms:.1f} ms with {count} answers" for count, ms in self.learner_ms.items()
        )
        return (
            f"CPU for one learner's estimates over 91 topics: {learner}. Refresh of {RESPONSES:,} "
            f"responses on {ITEMS:,} items: {self.refresh_seconds:.1f} s of CPU from nothing "
            f"({self.refresh_rounds} rounds of EM), the process at most {self.peak_mb:.0f} MB."
        )


def measure_cost() -> Cost:
    """Time the estimates of one learner and a refresh from nothing, on made-up answers."""
    rng = np.random.default_rng(5)
    task_of = np.sort(np.arange(TOPICS) % sum(TASKS))
    domain_of = np.repeat(np.arange(len(TASKS)), TASKS)
    paths = [(int(domain_of[t]), int(t), topic) for topic, t in enumerate(task_of)]
    outline = nested(paths, [1 / TOPICS] * TOPICS)
    leaf_of = np.sort(np.arange(ITEMS) % TOPICS)
    level = np.zeros(ITEMS, dtype=np.intp)
    start = uncalibrated(level, np.full(ITEMS, 0.25), levels=1)

    def learner(count: int) -> float:
        item = rng.permutation(ITEMS)[:count]
        right = rng.random(count) < 0.7
        spent = []
        for _ in range(20):
            began_at = time.process_time()
            given = answers(np.zeros(count), leaf_of[item], item, right)
            likelihood = log_likelihood(
                given.counts(1, TOPICS, ITEMS), start.items.curves(), leaves=TOPICS
            )
            found = scores(
                infer(likelihood, outline, start.spreads), bank(start.items, leaf_of, TOPICS)
            )
            chance_to_pass(found, FormRules(50, 35))
            for draws in found.levels:
                interval(draws)
                chance_weakest(draws, 3)
            spent.append(time.process_time() - began_at)
        return 1000 * float(np.median(spent))

    learners = -(-RESPONSES // 65)
    who = np.repeat(np.arange(learners), 65)[:RESPONSES]
    item = rng.integers(0, ITEMS, RESPONSES)
    ability, difficulty = rng.normal(0.5, 0.9, learners), rng.normal(0, 0.9, ITEMS)
    right = rng.random(RESPONSES) < 1 / (1 + np.exp(difficulty[item] - ability[who]))
    given = answers(who, leaf_of[item], item, right)
    began_at = time.process_time()
    found = calibrate(given, outline, start, level=level, learners=learners)
    seconds = time.process_time() - began_at
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost({count: learner(count) for count in (65, 1000)}, seconds, found.rounds, peak)
