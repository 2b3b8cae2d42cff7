"""Whether a class changed by more than chance: by hand, and where nothing did."""

import random
from statistics import fmean

import pytest

from examapp.courses.changes import (
    change,
    expected,
    of_expectation,
    of_questions,
    quantile,
    reliability,
)


def test_the_range_is_that_of_a_paired_t_test():
    before, after = [0.5, 0.6, 0.4, 0.7, 0.3, 0.5], [0.6, 0.8, 0.4, 0.9, 0.4, 0.5]
    found = change(before, after)
    # Differences 0.1 0.2 0 0.2 0.1 0: mean 0.1, standard deviation 0.0894, t(5) 2.015.
    assert found.difference == pytest.approx(0.1)
    assert (found.low, found.high) == pytest.approx((0.0264, 0.1736), abs=5e-4)
    assert found.is_better


def test_of_four_people_nothing_is_told():
    assert change([0.1] * 4, [0.9] * 4) is None
    assert change([0.1] * 5, [0.9] * 5).is_better


def test_few_questions_widen_the_range():
    before, after = [0.4, 0.5, 0.6, 0.5, 0.4], [0.5, 0.6, 0.6, 0.6, 0.5]
    assert change(before, after).is_better
    doubt = of_questions([0.1, 0.9, 0.5, 0.7])
    assert not change(before, after, shared=doubt).is_better


@pytest.mark.parametrize(("freedom", "point"), [(4, 2.132), (9, 1.833), (29, 1.699)])
def test_the_quantile_is_that_of_the_tables(freedom, point):
    assert quantile(freedom) == pytest.approx(point, abs=0.02)


def test_differences_that_are_luck_are_not_reliable():
    chance = random.Random(4)
    lucky = [sum(chance.random() < 0.5 for _ in range(10)) / 10 for _ in range(400)]
    assert reliability(lucky, [10] * 400) < 0.2
    able = [sum(chance.random() < p for _ in range(10)) / 10 for p in [0.2, 0.8] * 200]
    assert reliability(able, [10] * 400) > 0.7


def classes(count, *, corrected):
    """How often practice is said to help in classes where nothing changes; and that on average."""
    chance = random.Random(17)
    helped, steps = 0, []
    for _ in range(count):
        able = [min(0.95, max(0.05, chance.gauss(0.6, 0.15))) for _ in range(30)]
        early, late = (
            [sum(chance.random() < p for _ in range(8)) / 8 for p in able] for _ in range(2)
        )
        reliable, middle = reliability(early, [8] * 30), fmean(early)
        weak = [place for place, share in enumerate(early) if share <= 0.5]
        before = [
            expected(early[place], of_class=middle, reliable=reliable)
            if corrected
            else early[place]
            for place in weak
        ]
        gap = fmean(early[place] for place in weak) - middle if weak else 0.0
        doubt = of_expectation(early, reliable=reliable, gap=gap) if corrected else 0.0
        found = change(before, [late[place] for place in weak], shared=doubt)
        if found is not None:
            helped += found.is_better
            steps.append(found.difference)
    return helped / count, fmean(steps)


def test_who_was_picked_for_bad_luck_is_not_said_to_have_been_helped():
    helped, step = classes(300, corrected=True)
    assert helped < 0.1
    assert abs(step) < 0.03


def test_without_the_correction_luck_is_taken_for_help():
    helped, step = classes(300, corrected=False)
    assert helped > 0.4
    assert step > 0.08
