"""What a learner knows, area by area, and whether a fresh form would be passed. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from examapp.reports.measurement.items import Items, at, leaf_curves
from examapp.reports.measurement.outline import Floats
from examapp.reports.measurement.posterior import Posterior

DRAWS = 256
# The interval holds the truth 9 times out of 10.
TAIL = 0.05


def standard_normals(count: int, columns: int, *, seed: int = 20) -> Floats:
    """Return the same standard normal numbers every time, so that a report can be made again.

    Every column is the same ladder of `count` quantiles in an order of its own (Latin hypercube
    sampling; McKay, Beckman & Conover 1979), which makes means smoother than plain chance would.
    """
    rng = np.random.default_rng(seed)
    ladder = ndtri((np.arange(count) + 0.5) / count)
    return np.stack([rng.permutation(ladder) for _ in range(columns)], axis=1)


@dataclass(frozen=True)
class Bank:
    """What a fresh form is drawn from: for each leaf the mean curve of its items and their spread.

    `squares` is the mean of the items' squared chances; from it follows how much forms differ.
    """

    curves: Floats
    squares: Floats


def bank(items: Items, leaves: ArrayLike, count: int) -> Bank:
    """Return the bank of these items, each in its leaf; `count` leaves in all."""
    curves = items.curves()
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


def scores(posterior: Posterior, bank: Bank, *, draws: int = DRAWS) -> Scores:
    """Return draws of the expected share of right answers over all questions of each area."""
    outline = posterior.outline
    normals = standard_normals(draws, 1 + sum(outline.sizes))
    abilities = posterior.draws(normals)
    leaves = at(bank.curves, abilities)
    squares = at(bank.squares, abilities)
    levels = tuple(leaves @ outline.mixing(level).T for level in range(outline.depth))
    shares = np.array(outline.shares)
    return Scores(levels, leaves @ shares, (leaves - squares) @ shares, abilities)


def chance_to_pass(found: Scores, rules: FormRules) -> Floats:
    """Return each learner's chances that a fresh form reaches the cut, one for each draw.

    Given abilities, the number right is a sum of independent answers (Poisson binomial); its normal
    approximation with the correction for continuity is within half a per cent for 50 items. The
    mean over the draws is the posterior predictive chance (Gelman et al. 2013, section 1.3).
    """
    mean = rules.scored_count * found.exam
    deviation = np.sqrt(np.maximum(rules.scored_count * found.form_variance, 1e-6))
    chances: Floats = ndtr((mean - (rules.needed - 0.5)) / deviation)
    return chances


def chance_weakest(draws: Floats, count: int = 1) -> Floats:
    """Return the chance of each area (last axis) to be among the `count` weakest."""
    order = draws.argsort(axis=-1)[..., :count]
    hits = np.zeros(draws.shape)
    np.put_along_axis(hits, order, 1.0, axis=-1)
    chances: Floats = hits.mean(axis=-2)
    return chances


def interval(draws: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the range that holds the truth 9 times out of 10; draws lie on axis 1."""
    low, high = np.quantile(draws, [TAIL, 1 - TAIL], axis=1, method="weibull")
    return low, high
