"""Learners who prepare for an exam in three ways, day by day, at equal questions a day.

`loop`: led by the product, by its own functions: what is due by `study.schedule`, the day's lines
by `study.plan`, the weakest topic by `reports.measurement`, the questions of a topic by
`practice.selection`; where the product asks its database (which cards are due, which question asks
a card) the same rule stands here. `random`: any question of the bank. `new`: never one that was met
before, until there are none.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from scipy.special import expit

from benchmarks.loopmemory import Memory, Nature, nature
from benchmarks.looppool import LoopPool
from benchmarks.loopweak import Told, Weakest
from examapp.practice import selection
from examapp.study import plan, schedule

ARMS = ("loop", "random", "new")
START = date(2027, 3, 1)
# As one starts: the ability in logits and its spreads, those of weakbench but for the mean.
ABILITY, DOMAIN_SPREAD, TASK_SPREAD, TOPIC_SPREAD, FACT_SPREAD = (-0.5, 0.9), 0.45, 0.35, 0.25, 1.0
# The logits of recalling a fact that one knew before, and one that one did not.
KNEW, DID_NOT_KNOW = 3.0, -4.0
# The product's own default.
REVIEWS_A_DAY = 20
# A question is answered wrong by oversight so often, and a guess called one so often.
OVERSIGHT, FRANKNESS = 0.03, 0.8
# Who would recall with such a chance says that they are sure.
SURE_FROM = 0.8
MOCKS = 5


@dataclass(frozen=True)
class Cell:
    """How long learners have, and how many minutes a day they give.

    Before it starts a fact is known or not; where `is_graded` it is known more or less.
    """

    days: int
    minutes: int
    is_graded: bool = False

    @property
    def wishes(self) -> plan.Wishes:
        every_day = frozenset(range(7))
        return plan.Wishes(every_day, self.minutes, START + timedelta(days=self.days))


@dataclass
class Learner:
    """One learner on one of the three ways: what they remember, met, and what the log says."""

    pool: LoopPool
    way: int
    memory: Memory
    rng: random.Random
    now: float = 0.0
    met_at: dict[int, float] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    # Cards by the fact they are of: what is scheduled, and the questions that asked it.
    cards: dict[int, schedule.State] = field(default_factory=dict)
    asked: dict[int, dict[int, date]] = field(default_factory=dict)
    last_mock: date | None = None
    mocks: int = 0

    def answer(self, item: int, *, is_mock: bool = False) -> tuple[bool, str]:
        """Answer a question; return whether it was right and how sure the learner was.

        All of its facts must come to mind, or luck help. Practice explains every answer; of a
        mock exam only what was missed is read.
        """
        self.now += 1 / 1440
        facts = self.pool.facts_of[item]
        chance = float(np.prod([self.memory.recall(fact, self.now) for fact in facts]))
        is_known = self.rng.random() < chance
        luck = float(self.pool.floor[item])
        is_right = self.rng.random() < (1 - OVERSIGHT if is_known else luck)
        if is_known:
            sureness = "sure" if chance > SURE_FROM else "fairly"
        else:
            sureness = "guess" if self.rng.random() < FRANKNESS else "fairly"
        if is_known or not is_right or not is_mock:
            for fact in facts:
                self.memory.meet(fact, self.now)
        return is_right, "" if is_mock else sureness

    def met(self, item: int, *, occasion: int, is_mock: bool = False) -> None:
        """Answer outside of a review, which begins or moves a card and may tell of the topic."""
        is_right, sureness = self.answer(item, is_mock=is_mock)
        if item not in self.met_at:
            self.told.append(Told(item, is_right, occasion))
        self.met_at[item] = self.now
        fact, rating = (
            self.pool.facts_of[item][0],
            schedule.rating_of(is_right=is_right, sureness=sureness),
        )
        if fact in self.cards or rating <= schedule.Ratings.HARD:
            self._log(fact, item, rating)

    def review(self, fact: int, item: int) -> None:
        is_right, sureness = self.answer(item)
        self.met_at[item] = self.now
        self._log(fact, item, schedule.rating_of(is_right=is_right, sureness=sureness))

    def _log(self, fact: int, item: int, rating: schedule.Ratings) -> None:
        state = self.cards.get(fact, schedule.State())
        self.cards[fact] = schedule.answered(state, rating, self.today)
        self.asked.setdefault(fact, {})[item] = self.today

    @property
    def today(self) -> date:
        return START + timedelta(days=int(self.now))

    def share_of_mock(self, now: float) -> float:
        """Return the expected share correct on the fresh mock exam, of its scored questions."""
        form, scored = self.pool.forms[self.way, MOCKS], self.pool.scored[self.way, MOCKS]
        known = np.array(
            [
                np.prod([self.memory.recall(fact, now) for fact in self.pool.facts_of[item]])
                for item in form
            ]
        )
        luck = self.pool.floor[form]
        return float((known * (1 - OVERSIGHT) + (1 - known) * luck)[scored].mean())


def free_items(learner: Learner) -> list[int]:
    """Return what may be practiced: not the fresh exam, nor a mock exam that was not sat."""
    kept = set(learner.pool.forms[learner.way, learner.mocks :].ravel().tolist())
    return [item for item in range(len(learner.pool.facts_of)) if item not in kept]


# --- The product's day -------------------------------------------------------------------------


def due(learner: Learner, horizon: schedule.Horizon, free: set[int]) -> list[int]:
    """Return the facts of the cards that are due, in the order of `CardQuerySet.due`."""
    found = []
    for fact, state in learner.cards.items():
        memory = state.memory
        if state.due_on is None or memory is None or not free & learner.pool.asking[fact]:
            continue
        comes = horizon.due_on(state.due_on, last_on=memory.last_on, is_weak=memory.is_weak)
        if comes <= learner.today:
            found.append((state.due_on, memory.stability, fact))
    return [fact for _, _, fact in sorted(found)]


def asking(learner: Learner, fact: int, free: set[int]) -> int:
    """Return the question that asks a card, by the rule of `queue.asked`."""
    mine = sorted(free & learner.pool.asking[fact])
    since = learner.today - timedelta(days=schedule.LATELY)
    lately = {item: day for item, day in learner.asked[fact].items() if day > since}
    fresh = [item for item in mine if item not in lately]
    if fresh:
        return learner.rng.choice(fresh)
    return min((item for item in mine if item in lately), key=lambda item: lately[item])


def of_topic(learner: Learner, topic: int, free: Iterable[int], count: int) -> list[int]:
    """Return the questions of a topic to practice, as a practice set of it is drawn."""
    inside = [item for item in free if learner.pool.topic_of[item] == topic]
    turn = selection.in_turn((_candidate(learner, item) for item in inside), learner.rng)
    return selection.first_of(turn, count)


def _candidate(learner: Learner, item: int) -> selection.Candidate:
    rank = 1 + learner.met_at[item] if item in learner.met_at else 0.0
    return selection.Candidate(item, rank, learner.pool.conflicts[item])


def day_of_loop(learner: Learner, cell: Cell, weak: Sequence[int]) -> int:
    """Do what the product asks for on a day, until its plan has nothing left; count the questions.

    `weak` are the topics that it would name, the first one first.
    """
    reviewed, practiced, done = 0, 0, 0
    while True:
        free = set(free_items(learner))
        queue = due(learner, schedule.Horizon(cell.wishes.exam_on), free)
        topic, waiting = first_waiting(learner, weak, free)
        minutes = reviewed * plan.REVIEW_MINUTES + practiced * plan.QUESTION_MINUTES
        today = plan.Today(
            learner.today,
            max(0, min(len(queue), REVIEWS_A_DAY - reviewed)),
            None if topic is None else plan.WeakTopic("", 0, 0, waiting),
            plan.NextMock("", learner.pool.length, 90, learner.last_mock)
            if learner.mocks < MOCKS
            else None,
            round(minutes),
            round(reviewed * plan.REVIEW_MINUTES),
            mock_done=learner.last_mock == learner.today,
        )
        line = next(iter(plan.plan_of(today, cell.wishes).today), None)
        if line is None:
            return done
        if line.kind == "review":
            for fact in queue[: line.count]:
                learner.review(fact, asking(learner, fact, free))
            reviewed += line.count
        elif line.kind == "topic" and topic is not None:
            chosen = of_topic(learner, topic, free, line.count)
            for item in chosen:
                learner.met(item, occasion=2 * learner.mocks)
            practiced += len(chosen)
        else:
            for item in learner.pool.forms[learner.way, learner.mocks].tolist():
                learner.met(item, occasion=2 * learner.mocks + 1, is_mock=True)
            learner.mocks, learner.last_mock = learner.mocks + 1, learner.today
        done += line.count if line.kind != "topic" else len(chosen)


def first_waiting(learner: Learner, weak: Sequence[int], free: set[int]) -> tuple[int | None, int]:
    """Return the first weak topic with questions that were not met, and how many it has."""
    waiting = Counter(int(learner.pool.topic_of[item]) for item in free - learner.met_at.keys())
    topic = next((each for each in weak if waiting[each]), None)
    return topic, waiting[topic] if topic is not None else 0


# --- The other two ways ------------------------------------------------------------------------


def day_of_random(learner: Learner, free: list[int], count: int) -> None:
    for item in learner.rng.sample(free, min(count, len(free))):
        learner.answer(item)


def day_of_new(learner: Learner, free: list[int], count: int) -> None:
    """Answer what was never met; once there is nothing left, what was met longest ago."""
    turn = selection.in_turn((_candidate(learner, item) for item in free), learner.rng)
    for candidate in turn[:count]:
        learner.answer(candidate.key)
        learner.met_at[candidate.key] = learner.now


# --- All of it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """The share correct on a fresh mock exam of every learner: before, and at the end by way."""

    before: np.ndarray
    after: dict[str, np.ndarray]
    questions_a_day: float


def natures(
    pool: LoopPool, rng: np.random.Generator, learners: int, *, is_graded: bool
) -> list[Nature]:
    """Draw learners: what each knows beforehand follows domains, tasks, topics and facts."""
    found = []
    for _ in range(learners):
        logit = rng.normal(*ABILITY) + rng.normal(0, FACT_SPREAD, len(pool.asking))
        for spread, area in (
            (DOMAIN_SPREAD, pool.domain_of_fact),
            (TASK_SPREAD, pool.task_of_fact),
            (TOPIC_SPREAD, pool.topic_of_fact),
        ):
            logit += rng.normal(0, spread, area.max() + 1)[area]
        if not is_graded:
            logit = np.where(rng.random(len(logit)) < expit(logit), KNEW, DID_NOT_KNOW)
        found.append(nature(logit, rng))
    return found


def simulate(pool: LoopPool, cell: Cell, seed: int, learners: int) -> Outcome:
    """Let learners prepare in all three ways; a learner is the same person on each of them."""
    drawn = natures(pool, np.random.default_rng(seed), learners, is_graded=cell.is_graded)
    ways = {
        arm: [
            Learner(pool, number % len(pool.forms), Memory(each), random.Random(f"{seed}-{number}"))
            for number, each in enumerate(drawn)
        ]
        for arm in ARMS
    }
    before = np.array([learner.share_of_mock(0.5) for learner in ways["loop"]])
    weakest, total = Weakest(pool), 0
    for day in range(cell.days):
        for group in ways.values():
            for learner in group:
                learner.now = day + 0.5
        topics = weakest.topics([learner.told for learner in ways["loop"]], day)
        for number, learner in enumerate(ways["loop"]):
            count = day_of_loop(learner, cell, topics[number])
            total += count
            others = (ways["random"][number], ways["new"][number])
            free = [
                item for item in range(len(pool.facts_of)) if item not in pool.fresh(learner.way)
            ]
            day_of_random(others[0], free, count)
            day_of_new(others[1], free, count)
    after = {
        arm: np.array([learner.share_of_mock(cell.days + 0.5) for learner in group])
        for arm, group in ways.items()
    }
    return Outcome(before, after, total / learners / cell.days)
