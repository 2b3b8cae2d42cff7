"""What a learner knows, area by area, and whether a fresh form would be passed. Pure."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from examapp.reports.measurement.items import leaf_curves, places
from examapp.reports.measurement.outline import Floats, Outline
from examapp.reports.measurement.posterior import Posterior

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
    """

    curves: Floats
    squares: Floats


def bank(curves: Floats, leaves: ArrayLike, count: int) -> Bank:
    """Return the bank of items with these curves, each in its leaf; `count` leaves in all."""
    return Bank(leaf_curves(curves, leaves, count), leaf_curves(curves**2, leaves, count))


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
    abilities = posterior.draws(normals)
    place, own = places(abilities), np.arange(outline.sizes[-1])
    leaves, squares = place.along(bank.curves, own), place.along(bank.squares, own)
    above = (leaves @ mixing.T for mixing in outline.mixing)
    shares = np.array(outline.shares)
    return Scores((*above, leaves), leaves @ shares, (leaves - squares) @ shares, abilities)


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
