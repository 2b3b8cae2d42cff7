"""Cells of weakbench beyond learners who stand still: growth, steps, blanks, topics, small
platforms, what the model does not have, and classes.

Each cell is a function of a pool and a seed that returns figures; `CELLS` names them all.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks import weaksim
from benchmarks.weakbars import Figures
from benchmarks.weakpool import FORMS, Pool
from benchmarks.weaksim import Known, brier, held, knowledge, rmse, rules_of
from benchmarks.weakworld import LENGTH, Setting, World, make_world
from examapp.reports.measurement import areas, unanswered
from examapp.reports.measurement.class_estimates import class_areas, class_scores
from examapp.reports.measurement.evidence import Answers, answers
from examapp.reports.measurement.growth import evenly
from examapp.reports.measurement.improvement import improvement, steps_of, usual_steps
from examapp.reports.measurement.learner import Scores, bank_of, chance_to_pass

GAINS = (0.0, 0.25, 0.5)
# Learners on a platform; of small ones so many are drawn that as many learners are judged.
PLATFORMS = (1, 5, 20, 100, 400)
_JUDGED = 60
_CHUNK = 50
_EXAMS = range(FORMS - 1)
_CUT = 0.7


def growing(gain: float, exams: int) -> Callable[[Pool, int, int], Figures]:
    """Return the cell of learners who gain so much an exam, looked at after `exams`."""
    setting = Setting(gains=tuple(gain * exam for exam in _EXAMS))

    def figures(pool: Pool, seed: int, learners: int) -> Figures:
        world = make_world(pool, seed, setting, learners=learners)
        found: Figures = {}
        rate = world.pass_rate(exams - 1)
        truth = world.truth(exams - 1)[0]
        whole = world.chance(exams - 1).mean(axis=1)
        for method in ("model", "first night", "omniscient"):
            known = knowledge(world, method, exams)
            _, scores = weaksim.believe(world, known, world.given(exams), exams)
            name = method.split()[0]
            chance = chance_to_pass(scores, rules_of(world)).mean(axis=1)
            found |= {
                f"{name}_held": held(scores.exam, whole),
                f"{name}_domains": held(scores.levels[0], truth),
                f"{name}_rmse": rmse(scores.levels[0].mean(axis=1), truth),
                f"{name}_ready": float(chance.mean()),
                f"{name}_brier": brier(chance, rate),
            }
        counting = weaksim.figures_of_counting(world, exams)
        shrunk = {"shrunk_rmse": counting["rmse_shrunk"], "percent_rmse": counting["rmse"]}
        return found | shrunk | {"true": float(rate.mean())}

    return figures


def stepping(before: int) -> Callable[[Pool, int, int], Figures]:
    """Return the cell of half a logit gained after so many exams, told after one more."""

    def figures(pool: Pool, seed: int, learners: int) -> Figures:
        found: Figures = {}
        for name, gain in (("still", 0.0), ("step", 0.5)):
            gains = tuple(gain * (exam >= before) for exam in _EXAMS)
            world = make_world(pool, seed, Setting(gains=gains), learners=learners)
            for method in ("model", "first night", "omniscient"):
                known = knowledge(world, method, before + 1)
                path, _ = weaksim.believe(world, known, world.given(before + 1), before + 1)
                usual = usual_steps(*steps_of(path))
                of_crowd = {"usual": usual} if method == "model" else {}
                told = improvement(path, **of_crowd)
                found[f"{method.split()[0]}_{name}"] = float(told.is_improved.mean())
                found[f"{method.split()[0]}_power"] = float(told.power.mean())
        return found

    return figures


def leaving(tail: int, exams: int) -> Callable[[Pool, int, int], Figures]:
    """Return the cell of learners who leave the last `tail` questions of every form."""

    def figures(pool: Pool, seed: int, learners: int) -> Figures:
        world = make_world(pool, seed, Setting(tail=tail), learners=learners)
        known = knowledge(world, "model", exams)
        _, scores = weaksim.believe(world, known, world.given(exams), exams)
        rate = unanswered.rate_of([LENGTH] * exams, [tail] * exams)
        left = rate.draws(scores.exam.shape[1])
        as_taken = chance_to_pass(scores, rules_of(world), left=left).mean(axis=1)
        answered = chance_to_pass(scores, rules_of(world)).mean(axis=1)
        true = world.pass_rate(exams - 1)
        return {
            "told": float(as_taken.mean()),
            "true": float(true.mean()),
            "told_answered": float(answered.mean()),
            "true_answered": float(world.pass_rate(exams - 1, is_whole=True).mean()),
            "brier": brier(as_taken, true),
            "brier_answered": brier(answered, true),
        }

    return figures


def chunked(world: World, known: Known, given: Answers, exams: int) -> Scores:
    """Return what is believed of all learners, some at a time: topics take memory."""
    parts = []
    for first in range(0, world.learners, _CHUNK):
        whose = np.arange(first, min(first + _CHUNK, world.learners))
        mine = given.take(np.flatnonzero(np.isin(given.learner, whose)))
        mine = replace(mine, learner=mine.learner - first)
        some = replace(world, ability=world.ability[whose])
        parts.append(weaksim.believe(some, known, mine, exams)[1])
    levels = zip(*(part.levels for part in parts), strict=True)
    names = ("exam", "form_variance", "abilities")
    return Scores(
        tuple(np.concatenate(level) for level in levels),
        *(np.concatenate([getattr(part, name) for part in parts]) for name in names),
    )


def platform(size: int, exams: int) -> Callable[[Pool, int, int], Figures]:
    """Return the cell of platforms of so many learners, their items unknown, topics told."""

    def figures(pool: Pool, seed: int, learners: int) -> Figures:
        held_: list[tuple[float, ...]] = []
        settled: list[bool] = []
        offered: list[float] = []
        for number in range(max(1, min(learners, _JUDGED) // size)):
            world = make_world(
                pool, 1000 * seed + number, Setting(topics=True), learners=min(size, learners)
            )
            known = knowledge(world, "model", exams)
            scores = chunked(world, known, world.given(exams), exams)
            truths = world.truth(exams - 1)
            ranges = zip(scores.levels, truths, strict=True)
            held_.append(tuple(held(draws, truth) for draws, truth in ranges))
            for level in range(3):
                sure, share = _promises(world, known, scores, exams, level)
                settled += sure
                offered.append(share)
        domains, tasks, topics = np.mean(held_, axis=0)
        return {
            "domains": float(domains),
            "tasks": float(tasks),
            "topics": float(topics),
            "promises": float(len(settled)),
            "settled": float(np.sum(settled)),
            "offered": float(np.mean(offered)),
        }

    return figures


def _promises(
    world: World, known: Known, scores: Scores, exams: int, level: int
) -> tuple[list[bool], float]:
    """Return whether "N more questions" in one area a learner settled it, and how often it is said.

    The share is that of areas that are not settled.
    """
    rng = np.random.default_rng((world.seed, level))
    given, outline = world.given(exams), world.outline
    of = outline.leaves_of(level)
    area, size = of[world.leaf_of], outline.sizes[level]
    total = np.bincount(area, minlength=size)
    answered = np.zeros((world.learners, size))
    np.add.at(answered, (given.learner, of[given.leaf]), 1)
    shares = outline.shares_of(level)
    picks: dict[int, tuple[int, int]] = {}
    offers = open_ = 0
    for one in range(world.learners):
        judged = areas.judge(
            scores.levels[level][one],
            shares,
            answered[one],
            cut=_CUT,
            named=1,
            available=total - answered[one],
        )
        able = [place for place, more in enumerate(judged.more_needed) if more]
        offers += len(able)
        open_ += sum(verdict in ("open", "too_few") for verdict in judged.verdict)
        if able:
            place = int(rng.choice(able))
            picks[one] = place, judged.more_needed[place] or 0
    later = _answer_more(world, given, area, picks, rng, exams)
    told = chunked(world, known, later, exams)
    sure = []
    for one, (place, more) in picks.items():
        count = answered[one].copy()
        count[place] += more
        judged = areas.judge(told.levels[level][one], shares, count, cut=_CUT, named=1)
        sure.append(judged.verdict[place] in ("above", "below"))
    return sure, offers / max(open_, 1)


def _answer_more(
    world: World,
    given: Answers,
    area: np.ndarray,
    picks: dict[int, tuple[int, int]],
    rng: np.random.Generator,
    exams: int,
) -> Answers:
    """Return the answers with as many more, in the area picked for each learner, as were named."""
    learner, item = [], []
    for one, (place, more) in picks.items():
        unseen = np.setdiff1d(np.flatnonzero(area == place), given.item[given.learner == one])
        item += rng.choice(unseen, more, replace=False).tolist()
        learner += [one] * more
    who, what = np.array(learner, dtype=np.intp), np.array(item, dtype=np.intp)
    right = rng.random(len(what)) < world.chance(exams - 1)[who, what]
    last = np.full(len(what), exams - 1)
    return answers(
        np.concatenate([given.learner, who]),
        np.concatenate([given.leaf, world.leaf_of[what]]),
        np.concatenate([given.item, what]),
        np.concatenate([given.credit, right]),
        occasion=np.concatenate([np.asarray(given.occasion), last]),
    )


def other(exams: int) -> Callable[[Pool, int, int], Figures]:
    """Return the cell of what the model does not have."""

    def figures(pool: Pool, seed: int, learners: int) -> Figures:
        world = make_world(pool, seed, Setting(is_other=True), learners=learners)
        counting = weaksim.figures_of_counting(world, exams)
        found = {f"counting_{name}": figure for name, figure in counting.items()}
        for method in ("model", "omniscient"):
            known = knowledge(world, method, exams)
            figures_ = weaksim.figures_of_model(world, known, exams)
            found |= {f"{method}_{name}": figure for name, figure in figures_.items()}
        return found | {"learners": float(learners)}

    return figures


def classroom(members: int) -> Callable[[Pool, int, int], Figures]:
    """Return the cell of a class in which topics were taught unequally, after two exams."""

    def figures(pool: Pool, seed: int, learners: int) -> Figures:
        world = make_world(
            pool, seed, Setting(topics=True), learners=min(members, max(learners, 10))
        )
        rng = np.random.default_rng(seed)
        taught = rng.normal(0, 0.2, world.outline.sizes[-1])
        world = replace(world, ability=world.ability + taught[world.leaf_of])
        rows = np.arange(world.learners)[:, None]
        for exam in range(2):
            chance = world.chance(exam)[rows, world.items_of(exam)]
            world.right[:, exam] = rng.random(chance.shape) < chance
        known, given = knowledge(world, "model", 2), world.given(2)
        bank = bank_of(known.items, world.leaf_of, world.outline.sizes[-1])
        began_at = time.process_time()
        when = evenly(world.learners, 2)
        scores = class_scores(
            given, known.items, world.outline, known.spreads, known.walk, when, bank
        )
        told = class_areas(scores, world.outline, given, cut=_CUT)
        seconds = time.process_time() - began_at
        means = [truth.mean(axis=0) for truth in world.truth(1)]
        names = ("domains", "tasks", "topics")
        found = {
            name: float(((of.low <= mean) & (mean <= of.high)).mean())
            for name, of, mean in zip(names, told, means, strict=True)
        }
        error = rmse(told[2].mean, means[2])
        return found | {"rmse": error, "seconds": seconds}

    return figures


CELLS: dict[str, Callable[[Pool, int, int], Figures]] = {
    **{f"growth {gain:g}, {n}": growing(gain, n) for gain in GAINS for n in (2, 3, 4, 5)},
    **{f"step after {before}": stepping(before) for before in (1, 2)},
    **{f"last {tail} left, {n}": leaving(tail, n) for tail in (0, 8) for n in (1, 3, 5)},
    **{f"platform of {size}, {n}": platform(size, n) for size in PLATFORMS for n in (1, 3)},
    **{f"other, {n}": other(n) for n in (1, 2, 3, 5)},
    **{f"class of {members}": classroom(members) for members in (30, 500)},
}
