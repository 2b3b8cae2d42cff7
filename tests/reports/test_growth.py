"""Learners who change: estimates of today, their history, and when an improvement is told."""

import numpy as np
import pytest
from scipy.special import expit

from examapp.reports.measurement import growth, growth_fit, learner, posterior
from examapp.reports.measurement.evidence import (
    answers,
    by_occasion,
    log_chances,
    log_likelihood,
)
from examapp.reports.measurement.growth import ASSUMED_WALK, STILL, Clock, Walk, clock, evenly
from examapp.reports.measurement.improvement import improvement, steps_of, usual_steps
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.pooling import Pooled, pool
from examapp.reports.measurement.trajectory import infer
from tests.support.beliefs import mean_and_deviation

OUTLINE = nested([(0, 0), (0, 1), (1, 2), (1, 3)], [0.25] * 4)
LEAVES, ITEMS, EACH = 4, 600, 60
SPREADS = posterior.Spreads(0.5, (0.9, 0.4, 0.3))
LEAF_OF = np.arange(ITEMS) % LEAVES


def crowd(gains, *, learners=300, seed=5):
    """Return answers of learners whose ability rises by `gains`, the items and true abilities."""
    rng = np.random.default_rng(seed)
    off = rng.normal(0, 0.4, (learners, 2))[:, OUTLINE.leaves_of(0)]
    off = off + rng.normal(0, 0.3, (learners, LEAVES))
    level = rng.normal(0.5, 0.9, learners)[:, None] + np.cumsum(gains)
    difficulty = rng.normal(0, 0.9, ITEMS)
    item = np.stack([rng.permutation(ITEMS)[: EACH * len(gains)] for _ in range(learners)])
    occasion = np.broadcast_to(np.repeat(np.arange(len(gains)), EACH), item.shape)
    whose = np.broadcast_to(np.arange(learners)[:, None], item.shape)
    ability = level[whose, occasion] + off[whose, LEAF_OF[item]]
    right = rng.random(item.shape) < 0.2 + 0.8 * expit(ability - difficulty[item])
    sheet = answers(
        whose.ravel(),
        LEAF_OF[item.ravel()],
        item.ravel(),
        right.ravel(),
        occasion=occasion.ravel(),
    )
    items = Items(difficulty, np.zeros(ITEMS), np.ones(ITEMS), np.full(ITEMS, 0.2))
    return sheet, items, level


def held(mean, deviation, truth):
    """Return how often the range of nine in ten holds the truth."""
    return (np.abs(truth - mean) < 1.645 * deviation).mean()


# --- Beliefs ----------------------------------------------------------------------------------


def test_of_learners_who_stand_still_it_says_what_the_exact_messages_say():
    sheet, items, _ = crowd([0], learners=40)
    likelihood = log_likelihood(
        sheet.counts(40, LEAVES, ITEMS), log_chances(items.curves()), leaves=LEAVES
    )
    exact = posterior.infer(likelihood, OUTLINE, SPREADS)
    near = infer(sheet, items, OUTLINE, SPREADS, STILL, evenly(40, 1))
    mean, deviation = mean_and_deviation(exact.root)
    assert near.path[0][:, 0] == pytest.approx(mean, abs=0.02)
    assert near.path[1][:, 0] == pytest.approx(deviation, rel=0.05)
    drawn = near.draws(learner.standard_normals(2000, near.unknowns))
    means, deviations = mean_and_deviation(exact.beliefs(1))
    assert drawn.mean(axis=1) == pytest.approx(means, abs=0.05)
    assert drawn.std(axis=1) == pytest.approx(deviations, abs=0.06)


def test_a_perfect_and_an_empty_record_stay_inside():
    _, items, _ = crowd([0], learners=1)
    for credit in (0.0, 1.0):
        sheet = answers(np.zeros(300), LEAF_OF[:300], np.arange(300), np.full(300, credit))
        (mean,), (deviation,) = infer(
            sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, evenly(1, 1)
        ).path
        assert np.isfinite(mean).all()
        assert 0.1 < deviation[0] < 0.9
        assert (mean[0] > 2) == (credit == 1)


@pytest.mark.parametrize(("gain", "least"), [(0.0, 0.88), (0.25, 0.85), (0.5, 0.8)])
def test_the_range_of_today_holds_one_alone_who_improves(gain, least):
    """Alone: with the walk that is assumed, and nothing learned from others."""
    sheet, items, level = crowd([0, *[gain] * 4])
    found = infer(sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, evenly(300, 5))
    mean, deviation = found.path
    assert held(mean[:, -1], deviation[:, -1], level[:, -1]) >= least
    assert abs((mean[:, -1] - level[:, -1]).mean()) < 0.15


def test_one_level_for_all_occasions_misses_them():
    """What it was like before: the claim above has teeth."""
    sheet, items, level = crowd([0, *[0.25] * 4])
    mean, deviation = infer(sheet, items, OUTLINE, SPREADS, STILL, evenly(300, 5)).path
    assert held(mean[:, -1], deviation[:, -1], level[:, -1]) < 0.6


def test_history_is_smoothed_by_what_came_after():
    sheet, items, level = crowd([0, 0.3, 0.3])
    early = sheet.take(np.flatnonzero(sheet.occasion == 0))
    when = evenly(300, 3)
    whole = infer(sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, when).path
    first = infer(early, items, OUTLINE, SPREADS, ASSUMED_WALK, when).path
    assert (whole[1][:, 0] < first[1][:, 0]).all()
    error = [np.abs(path[0][:, 0] - level[:, 0]).mean() for path in (whole, first)]
    assert error[0] < error[1]


def test_days_and_practice_make_old_answers_count_less():
    sheet, items, _ = crowd([0], learners=1)
    passed = {
        name: infer(sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, when).path[1][0, -1]
        for name, when in {
            "at once": clock([[0, 0]], [[0, 0]], [[0, 0]]),
            "after days": clock([[0, 0]], [[0, 0]], [[0, 120]]),
            "after practice": clock([[0, 65]], [[0, 0]], [[0, 0]]),
        }.items()
    }
    assert passed["at once"] < passed["after days"] - 0.03
    assert passed["at once"] < passed["after practice"] - 0.03


def test_without_answers_the_prior_stands():
    _, items, _ = crowd([0], learners=1)
    nothing = answers([], [], [], [], occasion=[])
    mean, deviation = infer(nothing, items, OUTLINE, SPREADS, ASSUMED_WALK, evenly(1, 2)).path
    assert mean[0] == pytest.approx([0.5, 0.5 + ASSUMED_WALK.drift])
    assert deviation[0, 0] == pytest.approx(0.9)


# --- Empirical Bayes --------------------------------------------------------------------------


@pytest.mark.parametrize("gain", [0.0, 0.4])
def test_the_walk_of_a_platform_is_found(gain):
    sheet, items, _ = crowd([0, gain, gain])
    spreads, walk = growth_fit.fit(sheet, items, OUTLINE, SPREADS, evenly(300, 3))
    assert walk.drift == pytest.approx(gain, abs=0.06)
    assert np.hypot(walk.drift_spread, walk.step) < 0.3
    assert spreads.mean == pytest.approx(0.5, abs=0.15)
    assert spreads.deviations[0] == pytest.approx(0.9, abs=0.12)


def test_one_learner_hardly_moves_what_is_assumed():
    sheet, items, _ = crowd([0, 0.4], learners=1)
    _, walk = growth_fit.fit(sheet, items, OUTLINE, SPREADS, evenly(1, 2))
    assert walk.drift == pytest.approx(ASSUMED_WALK.drift, abs=0.15)
    assert walk.step == pytest.approx(ASSUMED_WALK.step, abs=0.1)


def test_learners_who_differ_in_how_they_learn_are_told_apart():
    slow, items, _ = crowd([0, 0, 0], learners=150)
    fast, _, _ = crowd([0, 0.8, 0.8], learners=150)
    both = answers(
        np.concatenate([slow.learner, fast.learner + 150]),
        np.concatenate([slow.leaf, fast.leaf]),
        np.concatenate([slow.item, fast.item]),
        np.concatenate([slow.credit, fast.credit]),
        occasion=np.concatenate([slow.occasion, fast.occasion]),
    )
    _, walk = growth_fit.fit(both, items, OUTLINE, SPREADS, evenly(300, 3))
    assert np.hypot(walk.drift_spread, walk.step) > 0.3


def test_occasions_become_learners_for_calibration():
    sheet = answers([0, 0, 1, 1], [0] * 4, [0, 1, 2, 3], [1, 0, 1, 0], occasion=[0, 2, 0, 0])
    apart, count = by_occasion(sheet)
    assert (apart.learner.tolist(), count) == ([0, 1, 2, 2], 3)
    assert by_occasion(answers([0, 1], [0, 0], [0, 1], [1, 1]))[1] == 2


# --- Improvement ------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [1, 2])
def test_of_those_who_stand_still_one_in_twenty_is_told_of_an_improvement(before):
    sheet, items, _ = crowd([0] * (before + 1), learners=800, seed=before)
    found = infer(sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, evenly(800, before + 1))
    usual = usual_steps(*steps_of(found))
    assert improvement(found).is_improved.mean() <= 0.06
    assert improvement(found, usual=usual).is_improved.mean() <= 0.06


@pytest.mark.parametrize("before", [1, 2])
def test_a_step_of_half_a_logit_is_seen_as_often_as_is_said(before):
    sheet, items, _ = crowd([*[0] * before, 0.5], learners=800, seed=before)
    found = infer(sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, evenly(800, before + 1))
    alone = improvement(found)
    assert alone.is_improved.mean() == pytest.approx(alone.power.mean(), abs=0.06)
    usual = usual_steps(alone.estimate, alone.error)
    assert improvement(found, usual=usual).is_improved.mean() >= 0.35


def test_without_answers_on_one_side_it_is_too_early():
    sheet, items, _ = crowd([0], learners=3)
    found = infer(sheet, items, OUTLINE, SPREADS, ASSUMED_WALK, evenly(3, 2))
    told = improvement(found, usual=Pooled(1.0, 0.0, 0.1))
    assert not told.is_improved.any()
    assert np.isinf(told.error).all()
    assert (told.power < 0.05).all()


# --- Pooling ----------------------------------------------------------------------------------


def test_pooled_figures_are_those_they_came_from():
    rng = np.random.default_rng(3)
    errors = rng.uniform(0.1, 0.5, 4000)
    estimates = rng.normal(0.3, 0.4, 4000) + rng.normal(0, errors)
    found = pool(estimates, errors)
    assert found.mean == pytest.approx(0.3, abs=3 * found.error)
    assert found.spread == pytest.approx(0.4, abs=0.03)


def test_what_tells_nothing_changes_nothing():
    some = pool(np.array([0.2, 0.4]), np.array([0.1, 0.1]))
    more = pool(np.array([0.2, 0.4, 9.0]), np.array([0.1, 0.1, np.inf]))
    assert some == more
    with pytest.raises(ValueError, match="nothing"):
        pool(np.zeros(1), np.full(1, np.inf))


def test_a_clock_counts_exams_and_practice():
    when = clock([0, 130], [0, 1], [0, 7])
    assert isinstance(when, Clock)
    assert when.study[0].tolist() == [0, 3]
    covariance = growth.path_covariance(1.0, Walk(0, 0.1, 0.2, 0.0), when)[0]
    assert covariance[1, 1] == pytest.approx(1 + 0.01 * 9 + 0.04 * 3 + growth.LEAST_STEP**2)
