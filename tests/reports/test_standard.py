"""The pass mark of a form from ratings, and what ratings say of difficulty."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from examapp.exams.scoring import form_cut
from examapp.reports.measurement.calibration import calibrate, uncalibrated
from examapp.reports.measurement.evidence import answers
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.posterior import ASSUMED
from examapp.reports.measurement.standard import difficulty_offsets

NAN = float("nan")


def test_the_cut_is_the_sum_over_scored_items():
    assert form_cut([0.5, 0.7, 0.9, 0.6], fixed=0.7) == (pytest.approx(2.7 / 4), 0, True)


def test_where_a_rating_lacks_the_fixed_cut_serves_whole():
    assert form_cut([0.5, None, 0.9, None], fixed=0.7) == (0.7, 2, False)
    assert not form_cut([], fixed=0.7).is_rated


def rated(count, *, seed=3):
    """Return difficulties, and ratings by raters who see them with a correlation of .6."""
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0, 0.9, count)
    return difficulty, 0.2 + 0.8 * expit(0.8 - difficulty - rng.normal(0, 1.2, count))


def test_ratings_foretell_difficulties():
    difficulty, ratings = rated(3000)
    offsets, left = difficulty_offsets(ratings, np.full(3000, 0.2), spread=0.9)
    assert ((difficulty - offsets) / left).std() == pytest.approx(1, abs=0.08)
    assert ((difficulty - offsets) ** 2).mean() < 0.75 * difficulty.var()


def test_an_item_without_a_rating_is_as_its_level_is():
    offsets, _ = difficulty_offsets(np.array([NAN, 0.9, 0.5]), np.full(3, 0.25), spread=0.8)
    assert offsets[0] == 0
    assert offsets[1] < 0 < offsets[2]


def test_ratings_are_the_prior_of_difficulty_until_answers_speak():
    difficulty, ratings = rated(60)
    offsets, _ = difficulty_offsets(ratings, np.full(60, 0.2), spread=0.9)
    rng = np.random.default_rng(4)
    outline = nested([(0,)], [1.0])
    whose, item = np.repeat(np.arange(400), 40), np.tile(np.arange(40), 400)
    ability = rng.normal(0.5, 0.9, 400)
    right = rng.random(16_000) < 0.2 + 0.8 * expit(ability[whose] - difficulty[item])
    level = np.zeros(60, dtype=int)
    start = uncalibrated(level, np.full(60, 0.2), levels=1, spreads=ASSUMED.to_depth(1))
    start = replace(start, offsets=offsets)
    given = answers(whose, np.zeros(16_000), item, right)
    found = calibrate(given, outline, start, level=level, learners=400).items.difficulty
    assert found[40:] - offsets[40:] == pytest.approx(np.full(20, (found - offsets)[40]))
    assert np.corrcoef(found[:40], difficulty[:40])[0, 1] > 0.95
