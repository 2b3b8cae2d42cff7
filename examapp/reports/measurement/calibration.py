"""Item difficulties and the spreads of abilities, from the answers of all learners. Pure.

Marginal maximum likelihood by the EM algorithm (Bock & Aitkin 1981, "Marginal maximum likelihood
estimation of item parameters"): given what is known of items, every learner's belief about each
area is computed; given those, each item's parameters are the most probable ones under a normal
prior about the level that its author gave it, and the spreads are the root mean squares of what is
believed of the deviations, together with what is assumed before (empirical Bayes; Gelman et al.
2013, "Bayesian Data Analysis", sections 5.4 and 13.4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from examapp.reports.measurement.evidence import Answers, log_chances
from examapp.reports.measurement.items import GRID, Items
from examapp.reports.measurement.outline import Floats, Grove, Ints, Outline, grove
from examapp.reports.measurement.posterior import ASSUMED, LEAST_SPREAD, Spreads, infer
from examapp.reports.measurement.verdicts import ENOUGH_ANSWERS

# Standard deviation of difficulties about their level until they are known, and of log slopes.
ASSUMED_DIFFICULTY_SPREAD = 0.9
SLOPE_SPREAD = 0.3
# What is assumed weighs as much as so many learners, or items, so that a few cannot tell of all.
PRIOR_LEARNERS, PRIOR_ITEMS = 4.0, 10.0
# Learners who are taken through one step of arithmetic together; bounds memory.
_CHUNK = 250
# Levels with fewer items than this many lean on the mean of all.
_LEVEL_WEIGHT = 10.0
_LEAST_DIFFICULTY_SPREAD = 0.2
# How many steps of EM one leap may stand for.
_LONGEST_STRIDE = 12.0


@dataclass(frozen=True)
class Calibration:
    """What is known of items and learners; `level_means` and `difficulty_spread` of new items.

    `offsets` is how far raters place each item from its level's mean, nowhere when it is not given.
    """

    items: Items
    spreads: Spreads = ASSUMED
    level_means: tuple[float, ...] = (0.0,)
    difficulty_spread: float = ASSUMED_DIFFICULTY_SPREAD
    answers: Floats = field(default_factory=lambda: np.zeros(0))
    rounds: int = 0
    offsets: Floats | None = None

    def centres(self, level: Ints) -> Floats:
        """Return what each item's difficulty is drawn toward."""
        means = np.array(self.level_means)[level]
        return means if self.offsets is None else means + self.offsets


def uncalibrated(
    level: Ints, floor: Floats, *, levels: int, spreads: Spreads = ASSUMED
) -> Calibration:
    """Return what is assumed of items before any answer."""
    count = len(level)
    items = Items(
        difficulty=np.zeros(count),
        error=np.full(count, ASSUMED_DIFFICULTY_SPREAD),
        slope=np.ones(count),
        floor=np.asarray(floor, dtype=float),
    )
    return Calibration(items, spreads, (0.0,) * levels, answers=np.zeros(count))


def calibrate(
    given: Answers,
    outline: Outline,
    start: Calibration,
    *,
    level: Ints,
    learners: int,
    rounds: int = 12,
    tolerance: float = 0.005,
) -> Calibration:
    """Return the calibration that explains the answers best, beginning from `start`.

    `level` is each item's author's level, an index of `start.level_means`. Ends after `rounds`, or
    when no spread and no mean moved by more than `tolerance`.
    """
    chunks = list(_chunks(given, outline, learners, len(start.items)))
    answered = np.bincount(given.item, minlength=len(start.items)).astype(float)
    now = replace(start, answers=answered)
    for _ in range(rounds):
        trail = [now]
        for _ in range(2):
            trail.append(_step(chunks, outline.sizes, trail[-1], level))
        now = _leap(*trail)
        if np.abs(_figures(now) - _figures(trail[0])).max() < tolerance:
            break
    return now


def _figures(calibration: Calibration) -> Floats:
    spreads = calibration.spreads
    logs = np.log([*spreads.deviations, calibration.difficulty_spread])
    return np.array([spreads.mean, *logs])


def _leap(start: Calibration, first: Calibration, second: Calibration) -> Calibration:
    """Return `second` with its spreads moved on to where the steps of EM lead (SQUAREM).

    EM creeps where answers say little; two of its steps tell how far it is going (Varadhan & Roland
    2008, "Simple and globally convergent methods for accelerating the convergence of any EM
    algorithm", scheme S3).
    """
    begun, middle, ended = (_figures(each) for each in (start, first, second))
    step, bend = middle - begun, ended - 2 * middle + begun
    length = float(np.linalg.norm(bend))
    if length < 1e-9:
        return second
    stride = min(max(float(np.linalg.norm(step)) / length, 1.0), _LONGEST_STRIDE)
    mean, *logs = begun + 2 * stride * step + stride**2 * bend
    deviations = [float(np.clip(np.exp(log), LEAST_SPREAD, 3)) for log in logs]
    return replace(
        second,
        spreads=Spreads(float(mean), tuple(deviations[:-1])),
        difficulty_spread=max(deviations[-1], _LEAST_DIFFICULTY_SPREAD),
    )


def _chunks(
    given: Answers, outline: Outline, learners: int, items: int
) -> Iterator[tuple[csr_array, Grove]]:
    """Yield the counts of some learners at a time, a row for each leaf they answered in."""
    leaves = outline.sizes[-1]
    order = np.argsort(given.learner, kind="stable")
    sorted_learners = given.learner[order]
    for first in range(0, learners, _CHUNK):
        last = min(first + _CHUNK, learners)
        low, high = np.searchsorted(sorted_learners, [first, last])
        mine = order[low:high]
        part = Answers(
            given.learner[mine] - first,
            given.leaf[mine],
            given.item[mine],
            given.credit[mine],
            given.weight[mine],
        )
        counts = part.counts(last - first, leaves, items)
        rows = np.flatnonzero(np.diff(counts.indptr))
        if len(rows):
            yield counts[rows], grove(outline, *np.divmod(rows, leaves))


def _step(
    chunks: Sequence[tuple[csr_array, Grove]],
    sizes: tuple[int, ...],
    now: Calibration,
    level: Ints,
) -> Calibration:
    """Return the calibration after one step of EM; `sizes` are those of the outline's levels."""
    depth = len(sizes)
    logs = log_chances(now.items.curves())
    expected = np.zeros((2 * len(now.items), len(GRID)))
    sums = np.zeros((depth, 2))  # of squared deviations, and how many
    root_sums = np.zeros(3)
    for counts, trees in chunks:
        posterior = infer(counts @ logs, trees, now.spreads)
        expected += counts.T @ posterior.beliefs(depth - 1)
        for k in range(depth):
            squares = posterior.squared_deviations(k)
            sums[k] += squares.sum(), len(squares)
        root = posterior.root
        root_sums += (root @ GRID).sum(), (root @ GRID**2).sum(), len(root)
    items, level_means, spread = _items(expected, now, level)
    return replace(
        now,
        items=items,
        spreads=_spreads(root_sums, sums, sizes),
        level_means=level_means,
        difficulty_spread=spread,
        rounds=now.rounds + 1,
    )


def _spreads(root_sums: Floats, sums: Floats, sizes: tuple[int, ...]) -> Spreads:
    """Return mean and deviations from sums over learners, and what is assumed beside them.

    `root_sums` holds the sum of abilities, of their squares, and how many; each row of `sums` the
    squared deviations of a level, and how many.
    """
    assumed = ASSUMED.to_depth(len(sizes))
    total, squares, learners = root_sums
    mean = (total + PRIOR_LEARNERS * assumed.mean) / (learners + PRIOR_LEARNERS)
    about = squares - 2 * mean * total + learners * mean**2
    prior = PRIOR_LEARNERS * np.array([1, *sizes])
    weighed = np.array([about, *sums[:, 0]]) + prior * np.array(assumed.deviations) ** 2
    count = np.array([learners, *sums[:, 1]]) + prior
    deviations = np.maximum(np.sqrt(weighed / count), LEAST_SPREAD)
    return Spreads(float(mean), tuple(map(float, deviations)))


def _items(
    expected: Floats, now: Calibration, level: Ints
) -> tuple[Items, tuple[float, ...], float]:
    """Return the most probable parameters of every item, by two steps of Fisher scoring."""
    right, tried = expected[0::2], expected[0::2] + expected[1::2]
    items = now.items
    centre = now.centres(level)
    difficulty, log_slope = items.difficulty.copy(), np.log(items.slope)
    known = now.answers >= ENOUGH_ANSWERS
    precision = 1 / now.difficulty_spread**2
    for _ in range(2):
        slope = np.exp(log_slope)
        distance = GRID - difficulty[:, None]
        rise = expit(slope[:, None] * distance)
        chance = items.floor[:, None] + (1 - items.floor[:, None]) * rise
        steep = (1 - items.floor[:, None]) * rise * (1 - rise)
        pull = (right - tried * chance) / (chance * (1 - chance)) * steep
        worth = tried / (chance * (1 - chance)) * steep**2
        by_difficulty, by_slope = -slope[:, None], slope[:, None] * distance
        g_b = (pull * by_difficulty).sum(axis=1) - (difficulty - centre) * precision
        g_a = (pull * by_slope).sum(axis=1) - log_slope / SLOPE_SPREAD**2
        h_bb = (worth * by_difficulty**2).sum(axis=1) + precision
        h_aa = (worth * by_slope**2).sum(axis=1) + 1 / SLOPE_SPREAD**2
        h_ab = (worth * by_difficulty * by_slope).sum(axis=1)
        det = h_bb * h_aa - h_ab**2
        difficulty += np.clip((h_aa * g_b - h_ab * g_a) / det, -1, 1)
        log_slope += np.clip((h_bb * g_a - h_ab * g_b) / det, -0.5, 0.5)
    error = np.sqrt(h_aa / det)
    found = Items(
        difficulty=np.where(known, np.clip(difficulty, -4.5, 5.5), centre),
        error=np.where(known, error, now.difficulty_spread),
        slope=np.where(known, np.exp(log_slope), 1.0),
        floor=items.floor,
    )
    return found, *_levels(found, known, now, level)


def _levels(
    items: Items, known: np.ndarray, now: Calibration, level: Ints
) -> tuple[tuple[float, ...], float]:
    """Return the mean difficulty of each author's level, and the spread about it.

    Means are relative to the mean of all, which is 0 by definition: without that, a harder bank and
    weaker learners would explain the same answers.
    """
    if not known.any():
        return now.level_means, now.difficulty_spread
    beside = items.difficulty if now.offsets is None else items.difficulty - now.offsets
    sums = np.bincount(level[known], weights=beside[known], minlength=len(now.level_means))
    counts = np.bincount(level[known], minlength=len(now.level_means))
    means = sums / (counts + _LEVEL_WEIGHT)
    means -= (means * counts).sum() / counts.sum()
    squares = (beside - means[level])[known] ** 2 + items.error[known] ** 2
    total = squares.sum() + PRIOR_ITEMS * ASSUMED_DIFFICULTY_SPREAD**2
    return tuple(map(float, means)), float(np.sqrt(total / (len(squares) + PRIOR_ITEMS)))
