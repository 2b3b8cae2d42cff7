"""What is known today of the whole exam's share and of passing, occasion by occasion. Pure.

The path of abilities is smoothed: what came later tells of earlier occasions too. Deviations of
areas are held at their means, so that a point costs next to nothing; what is not known of them is
left out of its range.
"""

from typing import NamedTuple

import numpy as np

from examapp.reports.measurement.items import GRID, places
from examapp.reports.measurement.learner import (
    Bank,
    FormRules,
    Scores,
    chance_to_pass,
    interval,
    standard_normals,
)
from examapp.reports.measurement.outline import Floats
from examapp.reports.measurement.trajectory import Trajectory

_DRAWS = 128


class History(NamedTuple):
    """Figures by occasion, shares from 0 to 1: the mean, and what holds the truth 9 times in 10."""

    share: Floats
    share_low: Floats
    share_high: Floats
    chance: Floats
    chance_low: Floats
    chance_high: Floats


def history(
    found: Trajectory, bank: Bank, rules: FormRules, *, left: Floats | None = None
) -> History:
    """Return the figures of one learner, the only one of `found`, at each occasion.

    `left` holds draws of the share of questions left unanswered, as chance_to_pass takes them.
    """
    outline, occasions = found.outline, found.occasions
    own = found.upper[0, occasions:] @ found.solved.member.T + found.off[0] + found.centre
    place, leaves = places(GRID[:, None] + own), np.arange(outline.sizes[-1])
    curves = place.along(bank.curves, leaves)
    shares = np.array(outline.shares)
    whole, within = curves @ shares, (curves - place.along(bank.squares, leaves)) @ shares
    abilities = _paths(found)
    share = np.interp(abilities, GRID, whole)
    drawn = Scores((), share, np.maximum(np.interp(abilities, GRID, within), 1e-4), abilities)
    spread = None if left is None else np.resize(left, _DRAWS)
    chance = chance_to_pass(drawn, rules, left=spread)
    return History(share.mean(axis=1), *interval(share), chance.mean(axis=1), *interval(chance))


def _paths(found: Trajectory) -> Floats:
    """Return draws of the ability of the exam: occasions by draws."""
    occasions = slice(found.occasions)
    root = np.linalg.cholesky(found.solved.covariance[0, occasions, occasions])
    normals = standard_normals(_DRAWS, found.occasions, seed=24)
    drawn: Floats = (found.upper[0, occasions] + normals @ root.T).T
    return drawn
