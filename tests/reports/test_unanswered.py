"""Questions left unanswered: the candidate's own rate, and the chance to pass with and without."""

import numpy as np
import pytest
from scipy.stats import binom

from examapp.reports.measurement.learner import FormRules, Scores, chance_to_pass
from examapp.reports.measurement.unanswered import Blanks, pass_chances, rate_of

RULES = FormRules(50, 35)


def believed(share, *, draws=256):
    """Return a candidate known to answer so large a share of any form right."""
    whole = np.full((1, draws), share)
    return Scores((), whole, share * (1 - share) * np.ones((1, draws)), np.zeros((1, draws, 0)))


def blanks(not_reached, omitted=None):
    reached = np.array(not_reached, dtype=float)
    left = np.zeros(len(reached)) if omitted is None else np.array(omitted, dtype=float)
    return Blanks(np.full(len(reached), 65.0), reached, left)


def test_who_leaves_nothing_is_told_one_figure():
    told = pass_chances(believed(0.75), RULES, blanks([0, 0]))
    assert told.as_taken.mean() == pytest.approx(told.all_answered.mean(), abs=0.02)
    assert not told.differ
    assert told.not_reached < 0.002


def test_leaving_eight_of_65_is_in_the_chance_and_in_nothing_else():
    told = pass_chances(believed(0.75), RULES, blanks([8, 8, 8]))
    assert told.all_answered.mean() == pytest.approx(binom.sf(34, 50, 0.75), abs=0.01)
    assert told.as_taken.mean() == pytest.approx(binom.sf(34, 50, 0.75 * 57 / 65), abs=0.05)
    assert told.differ
    assert told.is_pace
    assert told.not_reached == pytest.approx(8 / 65, abs=0.005)


def test_omitted_questions_are_no_matter_of_pace():
    assert not pass_chances(believed(0.75), RULES, blanks([1, 0], [9, 9])).is_pace


def test_one_sitting_tells_most_of_the_rate_and_the_newest_counts_most():
    assert rate_of([65], [8]).mean == pytest.approx(8 / 65, abs=0.005)
    better, worse = rate_of([65, 65], [8, 0]).mean, rate_of([65, 65], [0, 8]).mean
    assert better < 4 / 65 < worse


def test_many_sittings_leave_the_next_one_open():
    few, many = rate_of([65] * 2, [8] * 2), rate_of([65] * 40, [8] * 40)
    assert many.left + many.answered <= 304
    assert few.draws(999).std() > 0.02
    assert many.draws(999).mean() == pytest.approx(many.mean, abs=0.001)


def test_without_a_sitting_next_to_nothing_is_left():
    assert rate_of([], []).mean == pytest.approx(0.03)


def test_with_a_form_left_blank_there_is_no_passing():
    left = np.ones(256)
    assert chance_to_pass(believed(0.9), RULES, left=left).max() < 1e-6


def test_the_rate_is_drawn_apart_from_ability():
    """Else a candidate who knows more would seem to leave more, or less."""
    drawn = rate_of([65], [8]).draws(256)
    ladder = np.arange(256)
    assert abs(np.corrcoef(drawn, ladder)[0, 1]) < 0.2
