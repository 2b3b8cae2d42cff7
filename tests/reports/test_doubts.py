"""What is not known of items: drawn with abilities, and moved by the answers themselves."""

import numpy as np
import pytest
from scipy.special import expit

from examapp.reports.measurement import areas, learner
from examapp.reports.measurement.calibration import uncalibrated
from examapp.reports.measurement.doubts import doubts
from examapp.reports.measurement.evidence import answers
from examapp.reports.measurement.growth import STILL, evenly
from examapp.reports.measurement.items import GRID, Items
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.posterior import Spreads
from examapp.reports.measurement.trajectory import infer

TOPICS, EACH = 30, 5
OUTLINE = nested([(topic // 6, topic) for topic in range(TOPICS)], [1 / TOPICS] * TOPICS)
LEAF_OF = np.repeat(np.arange(TOPICS), EACH)
SPREADS = Spreads(0.5, (0.9, 0.4, 0.3))
ITEMS = uncalibrated(np.zeros(150, dtype=int), np.full(150, 0.2), levels=1).items


def alone(seed, *, count=75):
    """Return answers of one learner on a bank of its own that nobody knows, and the true shares."""
    rng = np.random.default_rng(seed)
    off = rng.normal(0, 0.4, 5)[OUTLINE.leaves_of(0)] + rng.normal(0, 0.3, TOPICS)
    ability = rng.normal(0.5, 0.9) + off
    slope, difficulty = np.exp(rng.normal(0, 0.3, 150)), rng.normal(0, 0.9, 150)
    chance = 0.2 + 0.8 * expit(slope * (ability[LEAF_OF] - difficulty))
    item = rng.permutation(150)[:count]
    right = rng.random(count) < chance[item]
    sheet = answers(np.zeros(count), LEAF_OF[item], item, right)
    return sheet, chance.reshape(TOPICS, EACH).mean(axis=1)


def ranges(sheet, bank, counts=None):
    found = infer(sheet, ITEMS, OUTLINE, SPREADS, STILL, evenly(1, 1))
    return learner.interval(learner.scores_at(found, bank, counts=counts).levels[-1])


def test_topic_ranges_hold_the_truth_of_one_alone_with_items_unknown():
    sure = learner.bank(ITEMS.curves(), LEAF_OF, TOPICS)
    unsure = learner.bank_of(ITEMS, LEAF_OF, TOPICS)
    held = np.zeros(2)
    for seed in range(60):
        sheet, truth = alone(seed)
        counts = sheet.counts(1, TOPICS, 150)
        for place, (low, high) in enumerate((ranges(sheet, sure), ranges(sheet, unsure, counts))):
            held[place] += ((low <= truth) & (truth <= high)).mean() / 60
    assert held[0] < 0.84  # What it was like when items were taken to be as is likely.
    assert 0.86 < held[1] < 0.94


def test_moments_are_those_of_many_items_that_might_be():
    rng = np.random.default_rng(2)
    unknown = Items(np.array([0.4]), np.array([0.9]), np.ones(1), np.full(1, 0.2))
    found = doubts(unknown, [0], 1)
    slope, difficulty = np.exp(rng.normal(0, 0.3, 40_000)), rng.normal(0.4, 0.9, 40_000)
    for point in (20, 33, 45):
        chance = 0.2 + 0.8 * expit(slope * (GRID[point] - difficulty))
        assert found.variance[0, point] == pytest.approx(chance.var(), rel=0.03)
        right = (chance**2).mean() / chance.mean()
        assert found.shift[0, point] == pytest.approx(right - chance.mean(), rel=0.05)
        after = (chance**3).mean() / chance.mean() - right**2
        assert found.relief[0, point] == pytest.approx(after - chance.var(), abs=0.002)


def test_an_answer_tells_of_its_question():
    unsure = doubts(ITEMS, LEAF_OF, TOPICS)
    right, wrong = answers([0], [3], [15], [1]), answers([0], [3], [15], [0])
    up, less = unsure.given(right.counts(1, TOPICS, 150))
    down, _ = unsure.given(wrong.counts(1, TOPICS, 150))
    assert up[3, 30] > 0 > down[3, 30]
    assert (up[[0, 1, 2, 4]] == 0).all()
    assert less[3, 40] < unsure.variance[3, 40]
    assert less[4] == pytest.approx(unsure.variance[4])


def test_known_items_leave_no_doubt():
    known = Items(np.zeros(150), np.zeros(150), np.ones(150), np.full(150, 0.2))
    found = doubts(known, LEAF_OF, TOPICS)
    assert np.abs(found.variance).max() < 1e-12
    assert np.abs(found.shift).max() < 1e-12


# --- How many more questions ------------------------------------------------------------------


def more(mean, error, *, answered=20.0, available=None):
    rng = np.random.default_rng(1)
    ladder = np.sort(rng.normal(0, 1, 999))
    draws = (mean + error * (ladder - ladder.mean()) / ladder.std())[:, None]
    left = None if available is None else np.array([available])
    judged = areas.judge(draws, np.ones(1), np.array([answered]), cut=0.7, named=1, available=left)
    return judged.more_needed[0]


def test_more_are_needed_the_nearer_the_line_and_none_are_promised_at_it():
    assert more(0.9, 0.05) == 0
    assert more(0.85, 0.1) < more(0.84, 0.1)
    assert more(0.71, 0.05) is None


def test_never_more_than_the_area_has():
    needed = more(0.85, 0.1)
    assert needed is not None
    assert more(0.85, 0.1, available=needed) == needed
    assert more(0.85, 0.1, available=needed - 1) is None
    assert more(0.85, 0.1, available=0) is None


def test_three_of_four_are_sure_after_as_many_as_were_said():
    """Of shares that lie about the estimate as it says, after answers as chance gives them."""
    rng = np.random.default_rng(4)
    mean, error = 0.85, 0.1
    needed = more(mean, error)
    precision = mean * (1 - mean) / error**2
    share = rng.beta(mean * (precision - 1), (1 - mean) * (precision - 1), 4000)
    right = rng.binomial(needed, share)
    whole = precision - 1 + needed
    later = (mean * (precision - 1) + right) / whole
    half = 1.645 * np.sqrt(later * (1 - later) / (whole + 1))
    assert ((later - half >= 0.7) | (later + half < 0.7)).mean() >= 0.75
