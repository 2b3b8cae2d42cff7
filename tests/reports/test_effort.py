"""Which answers are no evidence: rapid guesses, questions omitted or not reached."""

import numpy as np
import pytest

from examapp.reports.measurement.effort import effort, thresholds, tried

WORDS = np.array([60.0, 60.0, 400.0])


def test_the_threshold_is_a_tenth_of_the_average_time_and_at_most_ten_seconds():
    item = np.repeat([0, 1, 2], 40)
    seconds = np.repeat([50.0, 90.0, 240.0], 40)
    assert thresholds(item, seconds, WORDS) == pytest.approx([5.0, 9.0, 10.0])


def test_with_few_times_it_is_a_tenth_of_what_reading_and_thinking_take():
    few = thresholds(np.zeros(29, dtype=int), np.full(29, 500.0), WORDS)
    assert few == pytest.approx([3.3, 3.3, 10.0])


def test_a_break_in_a_question_and_unknown_times_do_not_move_it():
    seconds = np.full(40, 50.0)
    seconds[0], seconds[1:3] = 36_000, np.nan
    (least, *_) = thresholds(np.zeros(40, dtype=int), seconds, WORDS)
    assert least == pytest.approx((37 * 50 + 300) / 38 / 10)


def test_each_question_is_one_of_four():
    found = effort(
        sitting=[0] * 7,
        position=[1, 2, 3, 4, 5, 6, 7],
        is_blank=[False, True, False, False, True, True, True],
        seconds=[2.0, 40.0, 30.0, np.nan, 0.0, 0.0, 12.0],
        least=np.full(7, 5.0),
    )
    assert np.flatnonzero(found.is_rapid).tolist() == [0]
    assert np.flatnonzero(found.is_omitted).tolist() == [1]
    assert np.flatnonzero(found.is_not_reached).tolist() == [4, 5, 6]
    assert np.flatnonzero(found.is_evidence).tolist() == [2, 3]


def test_questions_are_told_apart_by_sitting_whatever_their_order():
    found = effort([1, 0, 1, 0], [2, 1, 1, 2], [True, True, False, False], [9] * 4, np.full(4, 5.0))
    assert found.is_not_reached.tolist() == [True, False, False, False]
    assert found.is_omitted.tolist() == [False, True, False, False]


def test_a_blank_sitting_omitted_everything_and_was_not_tried():
    found = effort([0, 0], [1, 2], [True, True], [0, 0], np.full(2, 5.0))
    assert found.is_omitted.all()
    assert not tried([0, 0], found)[0]


@pytest.mark.parametrize(("rapid", "is_meant"), [(0, True), (6, True), (7, False), (65, False)])
def test_a_sitting_of_rapid_guesses_was_not_tried(rapid, is_meant):
    seconds = np.where(np.arange(65) < rapid, 1.0, 60.0)
    found = effort(np.zeros(65), np.arange(65), np.zeros(65), seconds, np.full(65, 5.0))
    assert tried(np.zeros(65), found).tolist() == [is_meant]


def test_nothing_asked_is_nothing_marked():
    found = effort([], [], [], [], np.zeros(0))
    assert len(found.is_evidence) == 0
    assert len(tried([], found)) == 0
