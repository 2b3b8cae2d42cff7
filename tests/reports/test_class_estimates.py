"""What a class knows and what a practice changed, beside known truth."""

import numpy as np
import pytest
from scipy.special import expit

from examapp.reports.measurement import learner
from examapp.reports.measurement.class_estimates import class_areas, class_scores
from examapp.reports.measurement.evidence import answers
from examapp.reports.measurement.growth import STILL, evenly
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.posterior import Spreads

TOPICS, ITEMS = 24, 480
OUTLINE = nested([(topic // 6, topic) for topic in range(TOPICS)], [1 / TOPICS] * TOPICS)
LEAF_OF = np.arange(ITEMS) % TOPICS
SPREADS = Spreads(0.5, (0.9, 0.4, 0.3))


def room(members, *, seed=1, taught=None):
    """Return answers of a class on two occasions, its items, and each member's true shares.

    `taught` moves the class in each topic.
    """
    rng = np.random.default_rng(seed)
    off = rng.normal(0, 0.4, (members, 4))[:, OUTLINE.leaves_of(0)]
    ability = rng.normal(0.5, 0.9, members)[:, None] + off + rng.normal(0, 0.3, (members, TOPICS))
    ability += 0 if taught is None else taught
    difficulty = rng.normal(0, 0.9, ITEMS)
    item = np.stack([rng.permutation(ITEMS)[:120] for _ in range(members)])
    when = np.broadcast_to(np.repeat([0, 1], 60), item.shape)
    whose = np.broadcast_to(np.arange(members)[:, None], item.shape)
    right = rng.random(item.shape) < 0.2 + 0.8 * expit(
        ability[whose, LEAF_OF[item]] - difficulty[item]
    )
    sheet = answers(
        whose.ravel(), LEAF_OF[item.ravel()], item.ravel(), right.ravel(), occasion=when.ravel()
    )
    items = Items(difficulty, np.zeros(ITEMS), np.ones(ITEMS), np.full(ITEMS, 0.2))
    chance = 0.2 + 0.8 * expit(ability[:, LEAF_OF] - difficulty)
    truth = np.stack([chance[:, topic == LEAF_OF].mean(axis=1) for topic in range(TOPICS)], 1)
    return sheet, items, truth


def estimated(sheet, items, members):
    bank = learner.bank_of(items, LEAF_OF, TOPICS)
    drawn = class_scores(sheet, items, OUTLINE, SPREADS, STILL, evenly(members, 2), bank)
    return class_areas(drawn, OUTLINE, sheet, cut=0.7)


def test_ranges_of_a_class_hold_the_means_of_its_members():
    held, widths = [], []
    for seed in range(12):
        taught = np.random.default_rng(seed).normal(0, 0.15, TOPICS)
        sheet, items, truth = room(25, seed=seed, taught=taught)
        topics = estimated(sheet, items, 25)[1]
        held.append((topics.low <= truth.mean(axis=0)) & (truth.mean(axis=0) <= topics.high))
        widths.append(topics.high - topics.low)
    assert 0.84 < np.mean(held) < 0.97
    assert np.mean(widths) < 0.12


def test_what_a_whole_class_was_not_taught_is_found():
    taught = np.zeros(TOPICS)
    taught[7] = -1.2
    sheet, items, truth = room(60, taught=taught)
    topics = estimated(sheet, items, 60)[1]
    gains = np.maximum(0.7 - truth, 0).mean(axis=0) / TOPICS
    assert topics.gain == pytest.approx(gains, abs=0.25 * gains.max())
    assert 7 in np.argsort(-topics.gain)[:3]
    assert topics.low[7] <= truth[:, 7].mean() <= topics.high[7]
    assert topics.below[7] == pytest.approx((truth[:, 7] < 0.7).mean(), abs=0.12)


def test_more_members_are_known_better():
    few, many = (estimated(*room(members)[:2], members)[0] for members in (10, 80))
    assert (many.high - many.low).mean() < 0.6 * (few.high - few.low).mean()


def test_members_who_answered_are_counted():
    sheet, items, _ = room(6)
    some = sheet.take(np.flatnonzero((sheet.leaf != 3) & (sheet.learner != 2)))
    topics = estimated(some, items, 6)[1]
    assert topics.answered[3] == 0
    assert topics.answered[4] == 5
    assert np.isfinite(topics.mean).all()
