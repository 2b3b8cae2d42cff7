"""How far raters agree, beside published figures."""

import numpy as np
import pytest

from examapp.reports.measurement.agreement import agreement, rated
from tests.support.published import SHROUT_FLEISS

NAN = float("nan")


def test_the_correlations_are_those_of_shrout_and_fleiss():
    """Their table 4: ICC(2,1) = .29, ICC(2,4) = .62."""
    found = agreement(SHROUT_FLEISS)
    assert (round(found.single, 2), round(found.average, 2)) == (0.29, 0.62)
    assert (found.items, found.raters) == (6, 4)


def test_raters_who_say_the_same_agree_wholly():
    same = np.repeat([[0.3], [0.5], [0.9]], 3, axis=1)
    assert agreement(same).single == pytest.approx(1)


def test_a_rater_who_is_harder_by_as_much_everywhere_lowers_agreement():
    """It is absolute: a correlation would still be 1."""
    ratings = np.array([[0.3, 0.5], [0.5, 0.7], [0.7, 0.9]])
    assert 0 < agreement(ratings).single < 0.8


def test_raters_who_all_say_one_number_tell_nothing_of_agreement():
    assert np.isnan(agreement(np.full((4, 3), 0.5)).single)


def test_items_that_someone_left_out_do_not_enter_the_agreement():
    holes = np.vstack([SHROUT_FLEISS, [[1, NAN, 9, 9]]])
    assert agreement(holes) == agreement(SHROUT_FLEISS)
    assert np.isnan(agreement(holes[:1]).single)


def test_mean_and_spread_are_of_the_ratings_that_there_are():
    found = rated(np.array([[0.5, 0.7, NAN], [0.4, NAN, NAN], [NAN, NAN, NAN]]))
    assert found.raters.tolist() == [2, 1, 0]
    assert found.mean[:2] == pytest.approx([0.6, 0.4])
    assert found.spread[0] == pytest.approx(0.1 * np.sqrt(2))
    assert np.isnan([found.spread[1], found.spread[2], found.mean[2]]).all()
