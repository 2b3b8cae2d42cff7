"""The places of pictures."""

from datetime import date

import pytest

from examapp.reports.charts import Estimate, OptionCounts, band, calendar, histogram, traces


def test_a_band_runs_along_the_upper_ends_and_back_along_the_lower():
    drawn = band([Estimate("a", 50, 40, 60), Estimate("b", 100, 90, 100)])
    assert drawn.line == "26.0,69.0 310.0,12.0"
    assert drawn.outline == "26.0,57.6 310.0,12.0 310.0,23.4 26.0,80.4"
    assert [tick.label for tick in drawn.ticks] == ["0", "5", "10"]
    assert (drawn.first, drawn.last) == ("a", "b")
    # The figure of a point at the top stands below it.
    assert drawn.end_y > drawn.end.y


def test_a_single_estimate_stands_at_the_right_end():
    drawn = band([Estimate("a", 20, 10, 40)])
    assert (drawn.end.x, drawn.first, drawn.last) == (310, "", "a")
    assert drawn.end_y < drawn.end.y


def test_the_calendar_ends_today_and_begins_on_a_monday():
    today = date(2026, 11, 24)
    drawn = calendar({today: 65, date(2026, 11, 20): 3}, today=today, weeks=2)
    days = drawn.days
    assert (days[0].day.weekday(), days[-1].day, len(days)) == (0, today, 9)
    assert [day.shade for day in days] == [0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert drawn.months == ()
    assert [day.month for _, day in calendar({}, today=today).months] == [9, 10, 11]


def test_trace_lines_are_shares_of_those_who_met_it():
    (key, other) = traces(
        [OptionCounts("A", True, (1, 4)), OptionCounts("B", False, (1, 0))], (2, 4)
    )
    assert (key.percents, other.percents) == ((50, 100), (50, 0))
    assert key.line == "4.0,50.0 92.0,0.0"


def test_a_fifth_that_nobody_is_in_has_no_place():
    (line,) = traces([OptionCounts("A", True, (0, 1))], (0, 1))
    assert line.percents == (None, 100)
    assert line.line.count(",") == 1


def test_labels_of_lines_that_end_together_stand_apart():
    ends = [
        trace.end_y for trace in traces([OptionCounts(x, False, (0, 0)) for x in "ABC"], (3, 3))
    ]
    assert sorted(ends) == [82, 91, 100]


def test_a_histogram_is_as_high_as_its_highest_column():
    bars = histogram([(3, 1), (4, 2)], most=9, needed=4)
    assert [bar.height for bar in bars] == [50, 100]
    assert [bar.is_pass for bar in bars] == [False, True]
    assert bars[1].x == pytest.approx(40)
