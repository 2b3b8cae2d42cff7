"""The likely range of a share."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.reports.measurement.intervals import wilson


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I,
        # method 3, at 95 %.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilson_s(right, count, low, high):
    assert wilson(right, count, z=1.959964) == pytest.approx((low, high), abs=5e-5)


def test_no_items_say_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_interval_is_one_of_90_per_cent_unless_told_otherwise():
    exact = NormalDist().inv_cdf(0.95)
    assert wilson(7, 10) == pytest.approx(wilson(7, 10, z=exact), abs=1e-4)


@given(st.integers(1, 200), st.floats(0, 1))
def test_an_interval_holds_its_share_and_narrows_with_more(count, share):
    low, high = wilson(share * count, count)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    narrow_low, narrow_high = wilson(share * count * 4, count * 4)
    assert narrow_high - narrow_low < high - low
