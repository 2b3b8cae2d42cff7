"""The pass mark of a form from ratings, what ratings say of difficulty, and how raters agree."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from examapp.exams.scoring import form_cut
from examapp.reports.measurement.calibration import calibrate, uncalibrated
from examapp.reports.measurement.evidence import answers
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.posterior import ASSUMED
from examapp.reports.measurement.standard import (
    agreement,
    difficulty_offsets,
    rating_foretold,
    standard_of,
)

NAN = float("nan")


def bank(count=200, seed=1):
    rng = np.random.default_rng(seed)
    return Items(rng.normal(0, 0.9, count), np.zeros(count), np.ones(count), np.full(count, 0.2))


def test_the_cut_is_the_sum_over_scored_items():
    assert form_cut([0.5, 0.7, 0.9, 0.6], fixed=0.7) == (pytest.approx(2.7 / 4), 0, True)


def test_where_a_rating_lacks_the_fixed_cut_serves_whole():
    assert form_cut([0.5, None, 0.9, None], fixed=0.7) == (0.7, 2, False)
    assert not form_cut([], fixed=0.7).is_rated


def test_forms_of_different_difficulty_ask_the_same_ability():
    items = bank()
    ratings = rating_foretold(0.8, items)
    order = np.argsort(items.difficulty)
    easy, hard = order[:50], order[-50:]
    cuts = [form_cut(ratings[form].tolist(), fixed=0.7).share for form in (easy, hard)]
    assert cuts[0] > cuts[1] + 0.2
    for form in (easy, hard):
        assert standard_of(items.take(form), ratings[form]) == pytest.approx(0.8, abs=0.02)


def test_a_standard_that_no_ability_has_lies_at_the_end():
    items = bank(5)
    assert standard_of(items, np.full(5, 0.1)) == -5
    assert standard_of(items, np.ones(5)) == 6
    assert np.isnan(standard_of(items, np.full(5, NAN)))


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


# The ratings of six targets by four judges of Shrout & Fleiss 1979, table 2, whose ICC(2,1) and
# ICC(2,4) they print as .29 and .62.
SHROUT = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)


def test_agreement_has_the_printed_figures():
    found = agreement(SHROUT)
    assert (round(found.one, 2), round(found.mean, 2)) == (0.29, 0.62)


def test_raters_who_say_the_same_agree_and_one_who_is_lenient_is_seen():
    same = np.tile(np.linspace(0.3, 0.9, 10)[:, None], 3)
    found = agreement(same)
    assert (found.one, found.mean, found.apart) == (pytest.approx(1), pytest.approx(1), 0)
    lenient = agreement(same + np.array([0.0, 0.0, 0.09]))
    assert lenient.leniency == pytest.approx([-0.03, -0.03, 0.06])
    assert lenient.spread == pytest.approx(np.full(10, 0.09 / 3**0.5))
    assert lenient.one < 1


def test_what_one_rater_says_is_no_agreement():
    found = agreement(np.array([[0.5], [0.7]]))
    assert np.isnan([found.apart, found.one, found.mean]).all()
    assert np.isnan(found.spread).all()


def test_gaps_are_left_out():
    found = agreement(
        np.array([[0.5, 0.7, NAN], [0.6, NAN, NAN], [0.4, 0.6, 0.5], [0.8, 0.9, 0.7]])
    )
    assert found.spread[0] == pytest.approx(0.1 * 2**0.5)
    assert np.isnan(found.spread[1])
    assert np.isfinite([found.apart, found.one, found.mean]).all()
