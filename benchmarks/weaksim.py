"""What each method says of simulated learners, and how well it finds their weaknesses."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.weakworld import (
    ABILITY,
    DOMAIN_SPREAD,
    TASK_SPREAD,
    TOPIC_SPREAD,
    World,
)
from examapp.reports.measurement import growth_fit, next_items
from examapp.reports.measurement.calibration import Calibration, calibrate, uncalibrated
from examapp.reports.measurement.evidence import Answers, answers, by_occasion
from examapp.reports.measurement.growth import ASSUMED_WALK, Clock, Walk, evenly
from examapp.reports.measurement.intervals import wilson
from examapp.reports.measurement.items import GRID, STEP, Items
from examapp.reports.measurement.learner import (
    FormRules,
    Scores,
    bank_of,
    chance_to_pass,
    chance_weakest,
    interval,
    scores_at,
)
from examapp.reports.measurement.posterior import ASSUMED, Spreads
from examapp.reports.measurement.trajectory import Trajectory, infer

PRACTICE_ITEMS, PRACTICE_ROUND = 30, 5


class Known(NamedTuple):
    """What a method knows before it looks at a learner."""

    items: Items
    spreads: Spreads
    walk: Walk


# --- What each method says --------------------------------------------------------------------


def knowledge(world: World, method: str, exams: int) -> Known:
    """Return what a method knows of items, spreads and growth.

    `model`: what the nightly refresh makes of the answers so far; `first night`: before any
    refresh; `omniscient`: all but the learners themselves, which no estimator can better.
    """
    outline = world.outline
    start = uncalibrated(
        world.level, world.assumed_floor, levels=2, spreads=ASSUMED.to_depth(outline.depth)
    )
    if method == "model":
        return refreshed(world, start, exams)
    if method == "first night":
        return Known(start.items, start.spreads, ASSUMED_WALK)
    known = Items(world.difficulty, np.zeros(len(world.level)), world.slope, world.floor)
    factor, gains = world.setting.spread_factor, world.setting.gains
    deviations = tuple(factor * each for each in (DOMAIN_SPREAD, TASK_SPREAD, TOPIC_SPREAD))
    spreads = Spreads(ABILITY[0], (ABILITY[1], *deviations)).to_depth(outline.depth)
    return Known(known, spreads, Walk(gains[1] - gains[0], 0.0, 0.0, 0.0))


def refreshed(world: World, start: Calibration, exams: int) -> Known:
    """Return what the nightly refresh makes of everyone's answers."""
    given = world.given(exams)
    apart, persons = by_occasion(given)
    found = calibrate(apart, world.outline, start, level=world.level, learners=persons)
    if exams == 1:
        return Known(found.items, found.spreads, ASSUMED_WALK)
    when = evenly(world.learners, exams)
    spreads, walk = growth_fit.fit(given, found.items, world.outline, found.spreads, when)
    return Known(found.items, spreads, walk)


def believe(world: World, known: Known, given: Answers, exams: int) -> tuple[Trajectory, Scores]:
    """Return what the product would believe of every learner after these answers."""
    when = evenly(world.learners, exams)
    return _believe(world, known, given, when)


def _believe(world: World, known: Known, given: Answers, when: Clock) -> tuple[Trajectory, Scores]:
    outline, leaves = world.outline, world.outline.sizes[-1]
    found = infer(given, known.items, outline, known.spreads, known.walk, when)
    bank = bank_of(known.items, world.leaf_of, leaves)
    counts = given.counts(len(when.study), leaves, len(known.items))
    return found, scores_at(found, bank, counts=counts)


def rules_of(world: World) -> FormRules:
    return FormRules(world.pool.plan.scored_count, world.needed)


def held(draws: np.ndarray, truth: np.ndarray) -> float:
    """Return how often the range of nine in ten holds the truth."""
    low, high = interval(draws)
    return float(((low <= truth) & (truth <= high)).mean())


def figures_of_model(world: World, known: Known, exams: int) -> dict[str, float]:
    _, found = believe(world, known, world.given(exams), exams)
    domains, tasks = found.levels[:2]
    domain_truth, task_truth = world.truth(exams - 1)[:2]
    rate = world.pass_rate(exams - 1)
    chance = chance_to_pass(found, rules_of(world)).mean(axis=1)
    weakest = chance_weakest(domains)
    named = weakest.argmax(axis=1)
    return {
        "weakest": float((named == domain_truth.argmin(axis=1)).mean()),
        "told": float(weakest.max(axis=1).mean()),
        "tasks": recall(-chance_weakest(tasks, 3), task_truth),
        "rmse": rmse(domains.mean(axis=1), domain_truth),
        "coverage": held(domains, domain_truth),
        "brier": brier(chance, rate),
        **bins(chance, rate),
    }


def figures_of_counting(world: World, exams: int) -> dict[str, float]:
    """Return the figures of percent correct and its companions."""
    given, rng = world.given(exams), np.random.default_rng(world.seed + 7)
    task = world.pool.task_of[given.item]
    domains, counts = shares(given, world.pool.domain_of_task[task], world.learners)
    tasks, _ = shares(given, task, world.learners)
    # Ties are broken by chance.
    domains_ranked = domains + 1e-9 * rng.random(domains.shape)
    ends = np.array(
        [wilson(c * n, n) for c, n in zip(domains.ravel(), counts.ravel(), strict=True)]
    )
    low, high = ends.T.reshape(2, *domains.shape)
    last = world.right[:, exams - 1] * world.pool.scored[world.way, exams - 1]
    verdict = (last.sum(axis=1) >= world.needed).astype(float)
    total = world.right[:, :exams].mean(axis=(1, 2))
    truth, task_truth = world.truth(exams - 1)[:2]
    rate = world.pass_rate(exams - 1)
    return {
        "weakest": float((domains_ranked.argmin(axis=1) == truth.argmin(axis=1)).mean()),
        "tasks": recall(tasks + 1e-9 * rng.random(tasks.shape), task_truth),
        "rmse": rmse(domains, truth),
        "rmse_shrunk": rmse(shrunk(domains, counts), truth),
        "coverage": float(((low <= truth) & (truth <= high)).mean()),
        "brier_verdict": brier(verdict, rate),
        "brier_logistic": brier(logistic_fit(total, rate), rate),
    }


def shares(given: Answers, group: np.ndarray, learners: int) -> tuple[np.ndarray, np.ndarray]:
    shape = (learners, group.max() + 1)
    right, count = np.zeros(shape), np.zeros(shape)
    np.add.at(right, (given.learner, group), given.credit)
    np.add.at(count, (given.learner, group), 1)
    return right / np.maximum(count, 1), count


def shrunk(domains: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return percent correct drawn toward everybody's mean by its reliability (Kelley 1927)."""
    mean = domains.mean(axis=0)
    noise = (domains * (1 - domains) / np.maximum(counts, 1)).mean(axis=0)
    variance = np.maximum(domains.var(axis=0) - noise, 1e-4)
    estimate: np.ndarray = mean + variance / (variance + noise) * (domains - mean)
    return estimate


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


def figures_of_practice(world: World, known: Known, *, chosen: bool) -> dict[str, float]:
    """Let every learner answer 30 more items, chosen or at random, and name the weak again."""
    rng = np.random.default_rng(world.seed + 13)
    pool, given = world.pool, world.given(1)
    everyone = np.arange(world.learners)
    chance = world.chance(0)
    unseen = np.ones(chance.shape, dtype=bool)
    unseen[given.learner, given.item] = False
    curves = known.items.curves()
    information = next_items.item_information(curves)
    items = np.arange(len(pool.tasks))
    for _ in range(PRACTICE_ITEMS // PRACTICE_ROUND):
        if chosen:
            _, found = believe(world, known, given, 1)
            worth = next_items.worth_of_leaves(found, world.outline)
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
        right = (rng.random(len(item)) < chance[learner, item]).astype(float)
        given = answers(
            np.concatenate([given.learner, learner]),
            np.concatenate([given.leaf, pool.task_of[item]]),
            np.concatenate([given.item, item]),
            np.concatenate([given.credit, right]),
        )
    domains, tasks = believe(world, known, given, 1)[1].levels
    domain_truth, task_truth = world.truth(0)
    truly = domain_truth.argmin(axis=1)
    return {
        "weakest": float((chance_weakest(domains).argmax(axis=1) == truly).mean()),
        "tasks": recall(-chance_weakest(tasks, 3), task_truth),
    }
