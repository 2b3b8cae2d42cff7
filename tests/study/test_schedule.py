"""When a card comes back: FSRS in whole days, and what the exam's date does to it."""

from datetime import UTC, date, datetime, timedelta

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.study.schedule import (
    Event,
    Horizon,
    Ratings,
    State,
    after,
    project,
    rating_of,
)

DAY = date(2026, 3, 2)


def answered(key, rating, days=0):
    return Event(key, "answered", Ratings(rating), DAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("is_right", "sureness", "rating"),
    [
        (False, "sure", 1),
        (False, "guess", 1),
        (False, "", 1),
        (True, "guess", 2),
        (True, "fairly", 3),
        (True, "sure", 4),
        (True, "", 3),
    ],
)
def test_outcome_and_confidence_rate_an_answer(is_right, sureness, rating):
    assert rating_of(is_right=is_right, sureness=sureness) == rating


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 60)), min_size=1, max_size=12))
def test_the_days_are_those_of_fsrs_itself(answers):
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, memory, day = fsrs.Card(card_id=1), None, DAY
    for rating, gap in answers:
        day += timedelta(days=gap)
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
        memory = after(memory, Ratings(rating), day)
        assert memory.due_on == card.due.date()
        assert memory.stability == card.stability
        assert memory.due_on > day


def test_what_was_wrong_comes_back_tomorrow_and_what_was_sure_later():
    first = {rating: after(None, rating, DAY).due_on - DAY for rating in list(Ratings)[1:]}
    assert first[Ratings.AGAIN].days == 1
    assert first[Ratings.EASY].days > first[Ratings.GOOD].days >= first[Ratings.HARD].days


def test_a_card_is_weak_after_a_miss_a_guess_or_little_practice():
    missed = after(None, Ratings.AGAIN, DAY)
    assert missed.is_weak
    assert after(None, Ratings.HARD, DAY).is_weak
    assert not after(None, Ratings.EASY, DAY).is_weak
    assert after(missed, Ratings.GOOD, DAY + timedelta(days=1)).is_weak


def test_a_log_without_a_reason_comes_to_no_card():
    assert project([]) == State()
    assert project([answered(1, 4)]).due_on is None


def test_saved_comes_back_at_once_and_no_more_when_taken_back():
    saved = Event(1, "saved", Ratings.NOTHING, DAY)
    assert project([saved]) == State(None, DAY)
    assert project([saved, Event(2, "unsaved", Ratings.NOTHING, DAY)]).due_on is None
    kept = project([saved, answered(2, 4)])
    assert kept.due_on > DAY + timedelta(days=5)


def test_undone_is_as_if_it_had_not_been():
    first, second = answered(1, 1), answered(2, 4, days=1)
    undone = Event(3, "undone", Ratings.NOTHING, DAY, of=2)
    assert project([first, second, undone]) == project([first])


def test_a_corrected_key_reschedules():
    wrong, later = answered(1, 1), answered(2, 4, days=1)
    right_after_all = Event(3, "regraded", Ratings.GOOD, DAY, of=1)
    assert project([wrong, right_after_all]).due_on is None
    again = project([answered(1, 3), later, Event(4, "regraded", Ratings.AGAIN, DAY, of=1)])
    assert again == project([wrong, later])
    says_nothing = Event(3, "regraded", Ratings.NOTHING, DAY, of=1)
    assert project([wrong, says_nothing]) == State()
    put_off = project([wrong, answered(2, 0, days=1)])
    assert (put_off.memory, put_off.due_on) == (project([wrong]).memory, DAY + timedelta(days=2))


def test_nothing_comes_back_after_the_exam():
    horizon = Horizon(DAY + timedelta(days=10))
    assert horizon.due_on(DAY + timedelta(days=40), last_on=DAY, is_weak=False) == horizon.eve
    assert horizon.due_on(DAY + timedelta(days=2), last_on=DAY, is_weak=False) == DAY + timedelta(2)
    assert Horizon().due_on(DAY + timedelta(days=40), last_on=DAY, is_weak=True) > DAY


def test_the_week_before_what_is_weak_is_seen_once():
    horizon = Horizon(DAY + timedelta(days=10))
    late = DAY + timedelta(days=8)
    assert horizon.due_on(late, last_on=DAY, is_weak=True) == horizon.week
    assert horizon.due_on(late, last_on=horizon.week, is_weak=True) == late
