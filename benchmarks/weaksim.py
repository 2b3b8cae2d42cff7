"""Simulated learners with known weaknesses, and how well each method finds them."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.weakpool import FORMS, WAYS, Pool
from examapp.exams.scoring import wilson
from examapp.reports.measurement import next_items
from examapp.reports.measurement.calibration import Calibration, calibrate, uncalibrated
from examapp.reports.measurement.evidence import Answers, answers, log_chances, log_likelihood
from examapp.reports.measurement.items import GRID, STEP, Items
from examapp.reports.measurement.learner import (
    FormRules,
    Scores,
    bank,
    chance_to_pass,
    chance_weakest,
    interval,
    scores,
)
from examapp.reports.measurement.posterior import ASSUMED, Spreads, infer
from questions.items.kinds.registry import kind_of

ABILITY, DOMAIN_SPREAD, TASK_SPREAD = (0.5, 0.9), 0.45, 0.35
DIFFICULTY_SPREAD, SLOPE_SPREAD = 0.9, 0.3
FRESH_FORMS = 20
PRACTICE_ITEMS, PRACTICE_ROUND = 30, 5


@dataclass(frozen=True)
class World:
    """Learners, items and answers of one seed; every array begins with learners or items."""

    pool: Pool
    seed: int
    spread_factor: float
    difficulty: np.ndarray
    slope: np.ndarray
    floor: np.ndarray
    chance: np.ndarray
    way: np.ndarray
    right: np.ndarray
    domain_truth: np.ndarray
    task_truth: np.ndarray
    pass_rate: np.ndarray

    @property
    def learners(self) -> int:
        return len(self.chance)

    @property
    def needed(self) -> int:
        return int(np.ceil(self.pool.plan.raw_cut * self.pool.plan.scored_count - 1e-9))

    def items_of(self, form: int) -> np.ndarray:
        return self.pool.forms[self.way, form]

    def given(self, exams: int) -> Answers:
        """Return the answers of everyone's first `exams` mock exams."""
        item = np.concatenate([self.items_of(form) for form in range(exams)], axis=1)
        learner = np.repeat(np.arange(self.learners), item.shape[1])
        right = self.right[:, :exams].reshape(self.learners, -1)
        return answers(learner, self.pool.task_of[item.ravel()], item.ravel(), right.ravel())


def make_world(
    pool: Pool,
    seed: int,
    spread_factor: float,
    *,
    learners: int = 1000,
    topic_spread: float = 0.0,
) -> World:
    """Draw items, learners and all their answers; `spread_factor` multiplies the deviations."""
    rng = np.random.default_rng(seed)
    count = len(pool.tasks)
    floor = np.array([kind_of(name).floor for name in pool.types])
    difficulty = rng.normal(0, DIFFICULTY_SPREAD, count)
    slope = np.exp(rng.normal(0, SLOPE_SPREAD, count))
    domain = pool.domain_of_task
    ability = rng.normal(*ABILITY, learners)[:, None] + (
        rng.normal(0, DOMAIN_SPREAD * spread_factor, (learners, domain.max() + 1))[:, domain]
        + rng.normal(0, TASK_SPREAD * spread_factor, (learners, len(domain)))
    )
    ability = ability[:, pool.task_of]
    if topic_spread:
        topics = rng.normal(0, topic_spread, (learners, pool.topic_outline.sizes[-1]))
        ability += topics[:, pool.topic_of]
    chance = floor + (1 - floor) * expit(slope * (ability - difficulty))
    way = rng.integers(0, WAYS, learners)
    rows = np.arange(learners)[:, None]
    right = np.stack(
        [rng.random((learners, 65)) < chance[rows, pool.forms[way, f]] for f in range(FORMS - 1)],
        axis=1,
    )
    passed = np.zeros(learners)
    for _ in range(FRESH_FORMS):
        fresh, form = rng.integers(0, WAYS, learners), rng.integers(0, FORMS, learners)
        hits = rng.random((learners, 65)) < chance[rows, pool.forms[fresh, form]]
        earned = (hits & pool.scored[fresh, form]).sum(axis=1)
        passed += earned >= np.ceil(pool.plan.raw_cut * pool.plan.scored_count - 1e-9)

    def truth(groups: np.ndarray) -> np.ndarray:
        return np.stack([chance[:, groups == g].mean(axis=1) for g in range(groups.max() + 1)], 1)

    return World(
        pool=pool,
        seed=seed,
        spread_factor=spread_factor,
        difficulty=difficulty,
        slope=slope,
        floor=floor,
        chance=chance,
        way=way,
        right=right.astype(float),
        domain_truth=truth(domain[pool.task_of]),
        task_truth=truth(pool.task_of),
        pass_rate=passed / FRESH_FORMS,
    )


# --- What each method says --------------------------------------------------------------------


def knowledge(world: World, method: str, exams: int) -> Calibration:
    """Return what a method knows of items and spreads.

    `model`: what the nightly refresh makes of the answers so far; `first night`: before any
    refresh; `omniscient`: all but the learners themselves, which no estimator can better.
    """
    level = np.zeros(len(world.difficulty), dtype=np.intp)
    start = uncalibrated(
        level, world.floor, levels=1, spreads=ASSUMED.to_depth(world.pool.outline.depth)
    )
    if method == "model":
        given, outline = world.given(exams), world.pool.outline
        return calibrate(given, outline, start, level=level, learners=world.learners)
    if method == "first night":
        return start
    known = Items(world.difficulty, np.zeros(len(level)), world.slope, world.floor)
    factor = world.spread_factor
    deviations = (ABILITY[1], DOMAIN_SPREAD * factor, TASK_SPREAD * factor)
    return Calibration(known, Spreads(ABILITY[0], deviations), (0.0,))


def believe(world: World, known: Calibration, given: Answers) -> Scores:
    """Return what the product would believe of every learner after these answers."""
    outline, items = world.pool.outline, known.items
    leaves = outline.sizes[-1]
    counts = given.counts(world.learners, leaves, len(items))
    curves = items.curves()
    likelihood = log_likelihood(counts, log_chances(curves), leaves=leaves)
    posterior = infer(likelihood, outline, known.spreads)
    return scores(posterior, bank(curves, world.pool.task_of, leaves))


def figures_of_model(world: World, known: Calibration, exams: int) -> dict[str, float]:
    found = believe(world, known, world.given(exams))
    domains, tasks = found.levels
    low, high = interval(domains)
    rules = FormRules(world.pool.plan.scored_count, world.needed)
    chance = chance_to_pass(found, rules).mean(axis=1)
    weakest = chance_weakest(domains)
    named = weakest.argmax(axis=1)
    truly = world.domain_truth.argmin(axis=1)
    return {
        "weakest": float((named == truly).mean()),
        "told": float(weakest.max(axis=1).mean()),
        "tasks": recall(-chance_weakest(tasks, 3), world.task_truth),
        "rmse": rmse(domains.mean(axis=1), world.domain_truth),
        "coverage": float(((low <= world.domain_truth) & (world.domain_truth <= high)).mean()),
        "brier": brier(chance, world.pass_rate),
        **bins(chance, world.pass_rate),
    }


def figures_of_counting(world: World, exams: int) -> dict[str, float]:
    """Return the figures of percent correct and its companions."""
    given, rng = world.given(exams), np.random.default_rng(world.seed + 7)
    domain = world.pool.domain_of_task[given.leaf]
    domains, counts = _shares(given, domain, world.learners)
    tasks, _ = _shares(given, given.leaf, world.learners)
    # Ties are broken by chance.
    domains_ranked = domains + 1e-9 * rng.random(domains.shape)
    ends = np.array(
        [wilson(c * n, n) for c, n in zip(domains.ravel(), counts.ravel(), strict=True)]
    )
    low, high = ends.T.reshape(2, *domains.shape)
    last = world.right[:, exams - 1] * world.pool.scored[world.way, exams - 1]
    verdict = (last.sum(axis=1) >= world.needed).astype(float)
    total = world.right[:, :exams].mean(axis=(1, 2))
    truth = world.domain_truth
    return {
        "weakest": float((domains_ranked.argmin(axis=1) == truth.argmin(axis=1)).mean()),
        "tasks": recall(tasks + 1e-9 * rng.random(tasks.shape), world.task_truth),
        "rmse": rmse(domains, truth),
        "coverage": float(((low <= truth) & (truth <= high)).mean()),
        "brier_verdict": brier(verdict, world.pass_rate),
        "brier_logistic": brier(logistic_fit(total, world.pass_rate), world.pass_rate),
    }


def _shares(given: Answers, group: np.ndarray, learners: int) -> tuple[np.ndarray, np.ndarray]:
    shape = (learners, group.max() + 1)
    right, count = np.zeros(shape), np.zeros(shape)
    np.add.at(right, (given.learner, group), given.credit)
    np.add.at(count, (given.learner, group), 1)
    return right / np.maximum(count, 1), count


def recall(weakness: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of the truly weakest 3 areas among the 3 of lowest `weakness`."""
    named, weak = np.argsort(weakness, axis=1)[:, :3], np.argsort(truth, axis=1)[:, :3]
    return float((named[:, :, None] == weak[:, None, :]).any(axis=1).mean())


def rmse(estimate: np.ndarray, truth: np.ndarray) -> float:
    return float(np.sqrt(((estimate - truth) ** 2).mean()))


def brier(chance: np.ndarray, rate: np.ndarray) -> float:
    """Return the Brier score (Brier 1950), averaged over the fresh forms behind `rate`."""
    return float((rate * (1 - chance) ** 2 + (1 - rate) * chance**2).mean())


def bins(chance: np.ndarray, rate: np.ndarray) -> dict[str, float]:
    """Return the sums behind the expected calibration error, in ten bins."""
    place = np.clip((chance * 10).astype(int), 0, 9)
    found = {}
    for n in range(10):
        inside = place == n
        found[f"bin_{n}_told"] = float(chance[inside].sum())
        found[f"bin_{n}_was"] = float(rate[inside].sum())
    return found


def logistic_fit(total: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Return chances by a logistic curve on percent correct, fitted to the very outcomes judged."""

    def loss(line: np.ndarray) -> float:
        logit = line[0] + line[1] * total
        return float((np.logaddexp(0, logit) - rate * logit).mean())

    line = minimize(loss, np.array([0.0, 1.0])).x
    fitted: np.ndarray = expit(line[0] + line[1] * total)
    return fitted


# --- Practice after the first mock exam -------------------------------------------------------


def figures_of_practice(world: World, known: Calibration, *, chosen: bool) -> dict[str, float]:
    """Let every learner answer 30 more items, chosen or at random, and name the weak again."""
    rng = np.random.default_rng(world.seed + 13)
    pool, given = world.pool, world.given(1)
    everyone = np.arange(world.learners)
    unseen = np.ones(world.chance.shape, dtype=bool)
    unseen[given.learner, given.item] = False
    curves = known.items.curves()
    information = next_items.item_information(curves)
    items = np.arange(len(pool.tasks))
    for _ in range(PRACTICE_ITEMS // PRACTICE_ROUND):
        if chosen:
            found = believe(world, known, given)
            worth = next_items.worth_of_leaves(found, pool.outline)
            level = found.abilities.mean(axis=1)
            point = np.clip(np.rint((level - GRID[0]) / STEP).astype(int), 0, len(GRID) - 1)
            picked = [
                next_items.choose(
                    worth[one],
                    information[items, point[one][pool.task_of]],
                    pool.task_of,
                    unseen[one],
                    count=PRACTICE_ROUND,
                )
                for one in everyone
            ]
        else:
            picked = [
                list(rng.choice(np.flatnonzero(unseen[one]), PRACTICE_ROUND, replace=False))
                for one in everyone
            ]
        learner, item = np.repeat(everyone, PRACTICE_ROUND), np.concatenate(picked)
        unseen[learner, item] = False
        right = (rng.random(len(item)) < world.chance[learner, item]).astype(float)
        given = answers(
            np.concatenate([given.learner, learner]),
            np.concatenate([given.leaf, pool.task_of[item]]),
            np.concatenate([given.item, item]),
            np.concatenate([given.credit, right]),
        )
    domains, tasks = believe(world, known, given).levels
    truly = world.domain_truth.argmin(axis=1)
    return {
        "weakest": float((chance_weakest(domains).argmax(axis=1) == truly).mean()),
        "tasks": recall(-chance_weakest(tasks, 3), world.task_truth),
    }
