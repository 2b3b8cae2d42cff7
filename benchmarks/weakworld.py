"""Simulated learners, items and answers of one seed: as the model has them, or otherwise."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from benchmarks.weakpool import FORMS, WAYS, Pool
from examapp.reports.measurement.evidence import Answers, answers
from examapp.reports.measurement.outline import Outline
from questions.items.kinds.registry import kind_of

ABILITY, DOMAIN_SPREAD, TASK_SPREAD, TOPIC_SPREAD = (0.5, 0.9), 0.45, 0.35, 0.25
DIFFICULTY_SPREAD, SLOPE_SPREAD = 0.9, 0.3
FRESH_FORMS = 20
LENGTH = 65


@dataclass(frozen=True)
class Setting:
    """What learners are like.

    `gains` is what ability has gained at each exam, in logits. `tail` is how many questions at the
    end of every form are left unanswered. With `topics` each topic deviates too. `is_other` draws
    what the model does not have: domains of unequal spreads that go together, heavy tails, a
    guessing floor of .2 whatever the type, and authors' levels that mislead.
    """

    spread_factor: float = 1.0
    gains: tuple[float, ...] = (0.0,) * (FORMS - 1)
    tail: int = 0
    topics: bool = False
    is_other: bool = False


@dataclass(frozen=True)
class World:
    """Learners, items and answers of one seed; every array begins with learners or items."""

    pool: Pool
    seed: int
    setting: Setting
    difficulty: np.ndarray
    slope: np.ndarray
    floor: np.ndarray
    assumed_floor: np.ndarray
    level: np.ndarray
    ability: np.ndarray
    way: np.ndarray
    right: np.ndarray = field(repr=False)

    @property
    def learners(self) -> int:
        return len(self.ability)

    @property
    def outline(self) -> Outline:
        return self.pool.topic_outline if self.setting.topics else self.pool.outline

    @property
    def leaf_of(self) -> np.ndarray:
        return self.pool.topic_of if self.setting.topics else self.pool.task_of

    @property
    def needed(self) -> int:
        return int(np.ceil(self.pool.plan.raw_cut * self.pool.plan.scored_count - 1e-9))

    def items_of(self, form: int) -> np.ndarray:
        return self.pool.forms[self.way, form]

    def chance(self, exam: int) -> np.ndarray:
        """Return the chance of a right answer at the moment of an exam, learners by items."""
        ability = self.ability + self.setting.gains[exam] - self.difficulty
        return self.floor + (1 - self.floor) * expit(self.slope * ability)

    def truth(self, exam: int) -> tuple[np.ndarray, ...]:
        """Return the true shares right of each level's areas at the moment of an exam."""
        chance, outline = self.chance(exam), self.outline
        found = []
        for level in range(outline.depth):
            area = outline.leaves_of(level)[self.leaf_of]
            inside = (area[:, None] == np.arange(outline.sizes[level])).astype(float)
            found.append(chance @ inside / inside.sum(axis=0))
        return tuple(found)

    def given(self, exams: int) -> Answers:
        """Return the answers of everyone's first `exams` mock exams."""
        reached = LENGTH - self.setting.tail
        item = np.stack([self.items_of(form)[:, :reached] for form in range(exams)], axis=1)
        learner = np.repeat(np.arange(self.learners), exams * reached)
        occasion = np.tile(np.repeat(np.arange(exams), reached), self.learners)
        right = self.right[:, :exams, :reached].ravel()
        leaf = self.leaf_of[item.ravel()]
        return answers(learner, leaf, item.ravel(), right, occasion=occasion)

    def pass_rate(self, exam: int, *, is_whole: bool = False) -> np.ndarray:
        """Return each learner's share of passes on fresh forms, as taken or with all answered."""
        rng = np.random.default_rng((self.seed, exam, 3))
        chance, rows = self.chance(exam), np.arange(self.learners)[:, None]
        reached = LENGTH if is_whole else LENGTH - self.setting.tail
        passed = np.zeros(self.learners)
        for _ in range(FRESH_FORMS):
            way, form = rng.integers(0, WAYS, self.learners), rng.integers(0, FORMS, self.learners)
            hits = rng.random((self.learners, LENGTH)) < chance[rows, self.pool.forms[way, form]]
            earned = (hits & self.pool.scored[way, form])[:, :reached].sum(axis=1)
            passed += earned >= self.needed
        return passed / FRESH_FORMS


def make_world(
    pool: Pool, seed: int, setting: Setting | None = None, *, learners: int = 1000
) -> World:
    """Draw items, learners and all their answers."""
    how = setting or Setting()
    rng = np.random.default_rng(seed)
    count = len(pool.tasks)
    assumed = np.array([kind_of(name).floor for name in pool.types])
    floor = np.full(count, 0.2) if how.is_other else assumed
    difficulty = rng.normal(0, DIFFICULTY_SPREAD, count)
    slope = np.exp(rng.normal(0, SLOPE_SPREAD, count))
    ability = _abilities(pool, rng, how, learners)
    level = np.zeros(count, dtype=np.intp)
    if how.is_other:
        # Authors call hard what is easy a little more often than not.
        level = (rng.normal(0, 1, count) - 0.3 * difficulty > 0).astype(np.intp)
    way = rng.integers(0, WAYS, learners)
    right = np.zeros((learners, FORMS - 1, LENGTH))
    world = World(pool, seed, how, difficulty, slope, floor, assumed, level, ability, way, right)
    rows = np.arange(learners)[:, None]
    for exam in range(FORMS - 1):
        chance = world.chance(exam)[rows, world.items_of(exam)]
        right[:, exam] = rng.random((learners, LENGTH)) < chance
    return world


def _abilities(pool: Pool, rng: np.random.Generator, how: Setting, learners: int) -> np.ndarray:
    """Return the ability of each learner (row) in each item's area (column)."""
    domain, factor = pool.domain_of_task, how.spread_factor
    domains = domain.max() + 1
    if how.is_other:
        whole = ABILITY[0] + ABILITY[1] * rng.standard_t(5, learners) * np.sqrt(3 / 5)
        spreads = DOMAIN_SPREAD * np.linspace(0.5, 1.5, domains)
        # What goes together: the first domains against the last.
        shared = rng.normal(0, 1, (learners, 1)) * np.sign(np.arange(domains) - (domains - 1) / 2)
        off = spreads * (0.5**0.5 * shared + 0.5**0.5 * rng.normal(0, 1, (learners, domains)))
    else:
        whole = rng.normal(*ABILITY, learners)
        off = rng.normal(0, DOMAIN_SPREAD * factor, (learners, domains))
    tasks = rng.normal(0, TASK_SPREAD * factor, (learners, len(domain)))
    ability = (whole[:, None] + off[:, domain] + tasks)[:, pool.task_of]
    if how.topics:
        topics = rng.normal(0, TOPIC_SPREAD * factor, (learners, pool.topic_outline.sizes[-1]))
        ability = ability + topics[:, pool.topic_of]
    return ability
