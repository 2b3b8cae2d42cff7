"""What a learner knows, area by area, and whether a fresh form would be passed. Pure."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import ndtr, ndtri

from examapp.reports.measurement.doubts import Doubts, doubts
from examapp.reports.measurement.items import Items, Places, leaf_curves, places
from examapp.reports.measurement.outline import Floats, Ints, Outline
from examapp.reports.measurement.posterior import Posterior
from examapp.reports.measurement.trajectory import Trajectory

DRAWS = 256
# The interval holds the truth 9 times out of 10.
TAIL = 0.05


@cache
def standard_normals(count: int, columns: int, *, seed: int = 20) -> Floats:
    """Return the same standard normal numbers every time, so that a report can be made again.

    Every column is the same ladder of `count` quantiles in an order of its own (Latin hypercube
    sampling; McKay, Beckman & Conover 1979), which makes means smoother than plain chance would.
    """
    rng = np.random.default_rng(seed)
    ladder = ndtri((np.arange(count) + 0.5) / count)
    found = np.stack([rng.permutation(ladder) for _ in range(columns)], axis=1)
    found.setflags(write=False)
    return found


@dataclass(frozen=True)
class Bank:
    """What a fresh form is drawn from: for each leaf the mean curve of its items and their spread.

    `squares` is the mean of the items' squared chances; from it follows how much forms differ.
    `doubts` is what is not known of the items; without it they are taken to be as their curves say.
    """

    curves: Floats
    squares: Floats
    doubts: Doubts | None = None


def bank(curves: Floats, leaves: ArrayLike, count: int) -> Bank:
    """Return the bank of items with these curves, each in its leaf; `count` leaves in all."""
    return Bank(leaf_curves(curves, leaves, count), leaf_curves(curves**2, leaves, count))


def bank_of(items: Items, leaves: ArrayLike, count: int) -> Bank:
    """Return the bank of items with what is not known of them, each in its leaf."""
    sure = bank(items.curves(), leaves, count)
    return replace(sure, doubts=doubts(items, leaves, count))


@dataclass(frozen=True)
class FormRules:
    """How many scored items a form holds, and the least number right that passes."""

    scored_count: int
    needed: int


@dataclass(frozen=True)
class Scores:
    """Draws of what may be true of learners, learners by draws by areas.

    `levels` holds true scores, shares from 0 to 1, of each level's areas, `exam` of the whole;
    `form_variance` is the variance of one answer on a form, `abilities` are those of the leaves.
    """

    levels: tuple[Floats, ...]
    exam: Floats
    form_variance: Floats
    abilities: Floats


def scores(posterior: Posterior[Outline], bank: Bank, *, draws: int = DRAWS) -> Scores:
    """Return draws of the expected share of right answers over all questions of each area."""
    outline = posterior.outline
    normals = standard_normals(draws, 1 + sum(outline.sizes))
    return scores_of(posterior.draws(normals), bank, outline)


def scores_at(
    trajectory: Trajectory,
    bank: Bank,
    *,
    counts: csr_array | None = None,
    occasion: int = -1,
    draws: int = DRAWS,
) -> Scores:
    """Return the scores of learners at an occasion, the last when none is named; as scores_of."""
    # Always as many columns for about as many occasions, so that they are made once.
    columns = -(-trajectory.unknowns // 64) * 64
    abilities = trajectory.draws(standard_normals(draws, columns), occasion=occasion)
    return scores_of(abilities, bank, trajectory.outline, counts=counts)


def scores_of(
    abilities: Floats, bank: Bank, outline: Outline, *, counts: csr_array | None = None
) -> Scores:
    """Return the scores that drawn abilities make: learners by draws by leaves.

    Where the bank tells its doubts, what is not known of items is drawn as well, given the answers:
    `counts` is evidence's of the same learners on the bank's items, none when it is not given.
    """
    place, own = places(abilities), np.arange(outline.sizes[-1])
    squares = place.along(bank.squares, own)
    if bank.doubts is None:
        leaves = place.along(bank.curves, own)
    else:
        leaves = _drawn_shares(place, bank.curves, bank.doubts, counts)
    above = (leaves @ mixing.T for mixing in outline.mixing)
    shares = np.array(outline.shares)
    variance = np.maximum((leaves - squares) @ shares, 1e-4)
    return Scores((*above, leaves), leaves @ shares, variance, abilities)


def _drawn_shares(
    place: Places, curves: Floats, unsure: Doubts, counts: csr_array | None
) -> Floats:
    """Return the share right of each leaf's items, drawn: learners by draws by leaves."""
    learners, draws, leaves = place.low.shape
    variance = unsure.variance
    which: Ints = np.arange(leaves)
    if counts is not None:
        shift, variance = unsure.given(counts)
        curves = np.tile(curves, (learners, 1)) + shift
        which = which.reshape(1, 1, -1) + leaves * np.arange(learners)[:, None, None]
    noise = standard_normals(draws, leaves, seed=22)
    shares = place.along(curves, which) + place.along(np.sqrt(variance), which) * noise
    return np.clip(shares, 0.0, 1.0)


def chance_to_pass(found: Scores, rules: FormRules, *, left: Floats | None = None) -> Floats:
    """Return each learner's chances that a fresh form reaches the cut, one for each draw.

    Given abilities, the number right is a sum of independent answers (Poisson binomial); its normal
    approximation with the correction for continuity is within half a per cent for 50 items. The
    mean over the draws is the posterior predictive chance (Gelman et al. 2013, section 1.3).

    `left` holds for each draw the share of questions left unanswered, none when it is not given;
    which questions those are is chance.
    """
    answered = 1.0 if left is None else 1 - left
    mean = rules.scored_count * answered * found.exam
    within = found.form_variance + (1 - answered) * found.exam**2
    deviation = np.sqrt(np.maximum(rules.scored_count * answered * within, 1e-6))
    chances: Floats = ndtr((mean - (rules.needed - 0.5)) / deviation)
    return chances


def chance_weakest(draws: Floats, count: int = 1) -> Floats:
    """Return the chance of each area (last axis) to be among the `count` weakest."""
    chances: Floats = are_weakest(draws, count).mean(axis=-2)
    return chances


def are_weakest(draws: Floats, count: int) -> Floats:
    """Return 1 for each area (last axis) that is among the `count` weakest of its draw, else 0."""
    order = np.argpartition(draws, min(count, draws.shape[-1]) - 1, axis=-1)[..., :count]
    hits = np.zeros(draws.shape)
    np.put_along_axis(hits, order, 1.0, axis=-1)
    return hits


def interval(draws: Floats, axis: int = 1) -> tuple[Floats, Floats]:
    """Return the ends of the range that holds the truth 9 times out of 10; draws lie on `axis`.

    They are the quantiles of Weibull (1939), q (n + 1) - 1 being counted from the least draw.
    """
    table = np.ascontiguousarray(np.moveaxis(draws, axis, -1))
    last = table.shape[-1] - 1
    place = max(TAIL * (last + 2) - 1, 0.0)
    whole = int(place)
    rest, near = place - whole, [whole, whole + 1, last - whole - 1, last - whole]
    lowest, low, high, highest = np.moveaxis(np.partition(table, near, axis=-1)[..., near], -1, 0)
    return lowest + rest * (low - lowest), highest + rest * (high - highest)
