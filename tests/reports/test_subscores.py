"""Whether a domain's own score adds something: beside known truth, and printed figures."""

import numpy as np
import pytest

from examapp.reports.measurement import classical
from examapp.reports.measurement.subscores import reductions, subscores


def answers_of(spread, *, persons=20_000, items=(10, 14, 7), seed=3):
    """Return a table of answers, the part of each item, and the true share right in each part."""
    rng = np.random.default_rng(seed)
    part = np.repeat(np.arange(len(items)), items)
    ability = rng.normal(0.5, 0.8, (persons, 1)) + rng.normal(0, spread, (persons, len(items)))
    difficulty = rng.normal(0, 0.8, len(part))
    chance = 1 / (1 + np.exp(difficulty - ability[:, part]))
    table = (rng.random(chance.shape) < chance).astype(float)
    truth = np.stack([chance[:, part == k].sum(axis=1) for k in range(len(items))], axis=1)
    return table, part, truth


def reduction(truth, *scores):
    """Return by how much knowing some scores reduces the error of the best line to the truth."""
    known = np.column_stack([np.ones(len(truth)), *scores])
    fitted = known @ np.linalg.lstsq(known, truth, rcond=None)[0]
    return 1 - ((truth - fitted) ** 2).mean() / truth.var()


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.2])
def test_they_are_what_knowing_the_truth_gives(spread):
    table, part, truth = answers_of(spread)
    for k, found in enumerate(subscores(table, part, 3)):
        own, whole = table[:, part == k].sum(axis=1), table.sum(axis=1)
        assert found.items == (part == k).sum()
        assert found.own == pytest.approx(reduction(truth[:, k], own), abs=0.02)
        assert found.whole == pytest.approx(reduction(truth[:, k], whole), abs=0.02)
        assert found.both == pytest.approx(reduction(truth[:, k], own, whole), abs=0.02)


def test_a_domain_of_its_own_adds_value_and_one_like_the_rest_does_not():
    apart, alike = (subscores(*answers_of(spread)[:2], 3) for spread in (2, 0.1))
    assert all(each.adds_value for each in apart)
    assert not any(each.adds_value for each in alike)


def test_sittings_of_different_forms_tell_the_same():
    table, part, _ = answers_of(0.8, items=(30, 30))
    rng = np.random.default_rng(4)
    taken = rng.random(table.shape).argsort(axis=1) < 20
    whole, some = subscores(table, part, 2), subscores(np.where(taken, table, np.nan), part, 2)
    # A third as many items: as Spearman and Brown foretell.
    for long, short in zip(whole, some, strict=True):
        assert short.items == pytest.approx(10, abs=0.1)
        assert short.own == pytest.approx(long.own / (3 - 2 * long.own), abs=0.02)


def test_the_own_score_s_is_its_reliability():
    table, part, _ = answers_of(0.6, persons=300)
    for k, found in enumerate(subscores(table, part, 3)):
        assert found.own == pytest.approx(classical.whole_figures(table[:, part == k]).alpha)


def test_one_part_alone_is_the_whole():
    table, part, _ = answers_of(0.5, persons=300, items=(12,))
    (found,) = subscores(table, part, 1)
    assert found.own == pytest.approx(found.whole) == pytest.approx(found.both)
    assert not found.adds_value or found.own - found.whole < 1e-9


def test_what_cannot_be_told_is_not_a_number():
    """A part of one item has no reliability, and one without items nothing at all."""
    table, part, _ = answers_of(0.5, persons=200, items=(8, 1))
    known, single, absent = subscores(table, part, 3)
    assert 0 < known.own < 1
    assert np.isnan([single.own, single.whole, single.both, absent.own]).all()
    assert (single.items, absent.items) == (1, 0)
    assert not single.adds_value


# Variance, reliability and correlation of the true score with the whole of three parts, and what
# `prmse.subscores.scales(data.read)` of the R package sirt prints for them (reading scales A, B, C;
# 328 persons, 4 items each, whole score with variance 5.668 and alpha 0.677).
READING = {
    "A": (1.381, 0.545, 0.799, (0.545, 0.638, 0.674)),
    "B": (1.059, 0.381, 0.835, (0.381, 0.697, 0.697)),
    "C": (1.107, 0.640, 0.684, (0.640, 0.468, 0.677)),
}


@pytest.mark.parametrize("scale", READING)
def test_the_printed_figures_of_the_reading_scales(scale):
    """That package takes a part's error to correlate with the whole by the root of alpha."""
    variance, alpha, correlation, printed = READING[scale]
    whole, true = 5.668, variance * alpha
    with_whole = correlation * np.sqrt(true * whole)
    beside = with_whole + variance * (1 - alpha) * np.sqrt(0.677)
    scores = np.array([[variance, beside], [beside, whole]])
    assert reductions(true, with_whole, scores) == pytest.approx(printed, abs=1e-3)


def test_a_figure_of_one_says_that_there_are_too_few_persons():
    """Of a handful of persons estimates leave the range of shares; none is shown as 1.00."""
    figures = []
    for seed in range(40):
        table, part, _ = answers_of(0.1, persons=8, items=(3, 4), seed=seed)
        figures += [
            figure
            for each in subscores(table, part, 2)
            for figure in (each.own, each.whole, each.both)
        ]
    told = np.array(figures)[~np.isnan(figures)]
    assert 0 < len(told) < len(figures)
    assert told.max() < 0.995
    assert told.min() >= 0


def test_an_incomplete_table_has_the_standard_error_of_a_form():
    table, _, _ = answers_of(0.4, persons=4000, items=(40,))
    rng = np.random.default_rng(5)
    taken = rng.random(table.shape).argsort(axis=1) < rng.integers(5, 30, (len(table), 1))
    whole = classical.whole_figures(table)
    some = classical.whole_figures(np.where(taken, table, np.nan))
    assert whole.sem == pytest.approx(table.sum(axis=1).std(ddof=1) * (1 - whole.alpha) ** 0.5)
    assert some.sem == pytest.approx(whole.sem, rel=0.03)
    assert some.alpha == pytest.approx(whole.alpha, abs=0.03)


def test_a_reliability_below_nothing_is_not_told():
    rng = np.random.default_rng(6)
    half = (rng.random((50, 4)) < 0.5).astype(float)
    found = classical.whole_figures(np.concatenate([half, 1 - half], axis=1))
    assert np.isnan([found.alpha, found.sem]).all()
    assert np.isfinite(found.deviation)
