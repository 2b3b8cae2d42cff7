"""The plan of a day, on a fixed clock: Thursday, 26 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.study.plan import (
    NextMock,
    Plan,
    Today,
    WeakTopic,
    Wishes,
    mock_day,
    plan_of,
    week_of,
)

THURSDAY = date(2026, 11, 26)
EVERY_DAY = frozenset(range(7))
# Monday, Wednesday to Saturday.
MOST_DAYS = frozenset({0, 2, 3, 4, 5})
TOPIC = WeakTopic("Choosing a foundation model", right=1, answered=4, free=12)


def day(n):
    return THURSDAY + timedelta(days=n)


def mock(last=None):
    return NextMock("Mock exam 3", 65, 90, None if last is None else day(last))


def wishes(days=EVERY_DAY, minutes=20, exam=None):
    return Wishes(days, minutes, None if exam is None else day(exam))


def lines(plan):
    return [(line.kind, line.count, line.minutes, (line.on - THURSDAY).days) for line in plan.lines]


def test_what_is_due_comes_first_then_a_topic_then_the_mock_of_the_week():
    plan = plan_of(Today(THURSDAY, 12, TOPIC, mock(last=-5)), wishes(minutes=20))
    assert lines(plan) == [("review", 8, 7, 0), ("topic", 10, 13, 0), ("mock", 65, 90, 2)]
    assert plan.minutes == 20


def test_the_mock_of_today_takes_the_place_of_the_topic():
    plan = plan_of(Today(THURSDAY, 12, TOPIC, mock(last=-7)), wishes())
    assert [line[0] for line in lines(plan)] == ["review", "mock"]
    assert plan.minutes == 100


def test_who_has_never_sat_a_mock_is_given_one_today():
    assert lines(plan_of(Today(THURSDAY, mock=mock()), wishes())) == [("mock", 65, 90, 0)]


def test_what_was_done_is_not_asked_again():
    done = Today(THURSDAY, 0, TOPIC, mock(last=-2), minutes_done=20)
    plan = plan_of(done, wishes(minutes=20))
    assert plan.is_done
    assert lines(plan) == [("mock", 65, 90, 5)]
    half = plan_of(Today(THURSDAY, 0, TOPIC, minutes_done=10), wishes(minutes=20))
    assert lines(half) == [("topic", 7, 10, 0)]


def test_a_mock_that_was_taken_today_is_not_planned_again_today():
    plan = plan_of(Today(THURSDAY, mock=mock(last=-7), mock_done=True), wishes())
    assert lines(plan) == [("mock", 65, 90, 7)]


def test_more_is_due_than_fits_into_the_day():
    assert lines(plan_of(Today(THURSDAY, due=200), wishes(minutes=10))) == [("review", 12, 10, 0)]


def test_reviews_leave_two_thirds_of_the_day_to_a_topic_with_new_questions():
    plan = plan_of(Today(THURSDAY, 200, TOPIC), wishes(minutes=20))
    assert lines(plan) == [("review", 8, 7, 0), ("topic", 10, 13, 0)]
    used_up = WeakTopic("Used up", 0, 9, free=0)
    assert lines(plan_of(Today(THURSDAY, 200, used_up), wishes(minutes=20)))[0][1] == 25
    free = plan_of(Today(THURSDAY, 200, TOPIC), wishes(days=frozenset({5}), minutes=20))
    assert lines(free)[0][1] == 25


def test_what_was_reviewed_counts_in_the_day():
    reviewed = Today(THURSDAY, 40, TOPIC, minutes_done=10, minutes_reviewed=10)
    assert lines(plan_of(reviewed, wishes(minutes=20))) == [("topic", 7, 10, 0)]
    both = Today(THURSDAY, 40, TOPIC, minutes_done=20, minutes_reviewed=10)
    assert plan_of(both, wishes(minutes=20)).is_done
    # With nothing new in a weak topic, reviews have the rest of the day.
    alone = Today(THURSDAY, 40, None, minutes_done=10, minutes_reviewed=10)
    assert lines(plan_of(alone, wishes(minutes=20))) == [("review", 12, 10, 0)]


def test_a_topic_never_has_more_questions_than_there_are():
    few = WeakTopic("Rare", 0, 1, free=2)
    assert lines(plan_of(Today(THURSDAY, topic=few), wishes())) == [("topic", 2, 3, 0)]
    none = WeakTopic("Used up", 0, 9, free=0)
    assert plan_of(Today(THURSDAY, topic=none), wishes()).is_done


def test_a_free_day_asks_for_nothing_but_what_is_due():
    free = plan_of(Today(THURSDAY, 5, TOPIC, mock(last=-7)), wishes(days=frozenset({5})))
    assert free.is_free_day
    assert lines(free) == [("review", 5, 4, 0), ("mock", 65, 90, 2)]


@pytest.mark.parametrize(
    ("last", "exam", "expected"),
    [
        (None, None, 0),
        (-2, None, 5),
        (-30, None, 0),
        # The last one stands three days before the exam, earlier than a week after the one before.
        (-2, 7, 4),
        (-1, 4, 1),
        # One in the last three days is enough.
        (-1, 2, None),
        (-2, 1, None),
        # None on the day itself.
        (None, 0, None),
        (-9, 1, 0),
        # An exam that is past plans nothing away.
        (-7, -3, 0),
    ],
)
def test_when_the_next_mock_is(last, exam, expected):
    found = mock_day(None if last is None else day(last), THURSDAY, wishes(exam=exam))
    assert found == (None if expected is None else day(expected))


def test_a_mock_stands_on_a_day_of_study():
    sundays = frozenset({6})
    assert mock_day(day(-7), THURSDAY, wishes(sundays)) == day(3)
    # With no such day left before the exam it is taken all the same.
    assert mock_day(day(-7), THURSDAY, wishes(sundays, exam=2)) == THURSDAY


def test_the_week_blames_nobody():
    plan = plan_of(Today(THURSDAY, 12, TOPIC, mock(last=-5)), wishes(MOST_DAYS))
    week = week_of(THURSDAY, {day(-3): 25, day(-1): 60}, plan, wishes(MOST_DAYS))
    states = [(each.state, each.minutes) for each in week]
    assert states == [
        ("done", 25),
        ("free", 0),
        ("done", 60),
        ("today", 20),
        ("ahead", 20),
        ("mock", 0),
        ("free", 0),
    ]


def test_a_day_that_was_missed_looks_like_a_free_one():
    week = week_of(THURSDAY, {}, Plan(THURSDAY, (), False), wishes())
    assert {each.state for each in week[:3]} == {"free"}


def test_the_exam_stands_in_the_week():
    week = week_of(THURSDAY, {}, Plan(THURSDAY, (), False), wishes(exam=2))
    assert week[5].state == "exam"


@given(
    due=st.integers(0, 500),
    free=st.integers(0, 40),
    minutes=st.integers(5, 240),
    done=st.integers(0, 300),
    last=st.none() | st.integers(-60, 0),
    exam=st.none() | st.integers(-10, 90),
    days=st.frozensets(st.integers(0, 6), min_size=1),
)
def test_no_plan_is_longer_than_the_day_or_after_the_exam(
    due, free, minutes, done, last, exam, days
):
    today = Today(THURSDAY, due, WeakTopic("T", 0, 1, free), mock(last), minutes_done=done)
    wanted = wishes(days, minutes, exam)
    plan = plan_of(today, wanted)
    assert len(plan.lines) <= 3
    work = [line for line in plan.today if line.kind != "mock"]
    assert sum(line.minutes for line in work) <= max(minutes, 3) + 1
    for line in plan.lines:
        assert line.count > 0
        assert line.on >= THURSDAY
        if line.kind == "mock" and wanted.exam_on and wanted.exam_on >= THURSDAY:
            assert line.on < wanted.exam_on
