"""Which terms hold for a member: pure arithmetic on rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from examapp.courses.limits import limits

MONDAY, FRIDAY, SUNDAY = (datetime(2026, 11, day, 8, tzinfo=UTC) for day in (30, 27, 29))


@dataclass
class Terms:
    opens_at: datetime | None = FRIDAY
    due_at: datetime | None = None
    closes_at: datetime | None = MONDAY
    minutes: int | None = None
    attempts: int | None = 1
    late_policy: str = "hard_close"


@dataclass
class Other:
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    minutes: int | None = None
    time_factor: Decimal = Decimal(1)
    extra_minutes: int = 0
    extra_attempts: int = 0
    is_excused: bool = False


def of(terms=None, **rows):
    return limits(terms or Terms(), exam_minutes=90, **rows)


def extra(found):
    return (found.extra_source, found.time_factor, found.extra_minutes)


def test_an_assignment_alone_has_the_exam_s_minutes():
    assert (of().minutes, extra(of())) == (90, ("", 1, 0))
    assert of(Terms(minutes=60)).minutes == 60


def test_an_override_for_one_comes_before_the_group_s_and_that_before_the_assignment():
    found = of(for_one=Other(closes_at=SUNDAY), for_group=Other(closes_at=FRIDAY, minutes=45))
    assert (found.closes_at, found.minutes, found.opens_at) == (SUNDAY, 45, FRIDAY)


@pytest.mark.parametrize(
    ("rows", "source"),
    [
        ({"person": Other(extra_minutes=30)}, "person"),
        ({"membership": Other(extra_minutes=30), "person": Other(extra_minutes=20)}, "course"),
        ({"membership": Other(extra_minutes=20), "person": Other(extra_minutes=30)}, "person"),
        ({"for_one": Other(extra_minutes=40), "person": Other(extra_minutes=30)}, "assignment"),
        # Half as much again of 90 minutes is 45.
        (
            {"membership": Other(time_factor=Decimal("1.5")), "person": Other(extra_minutes=44)},
            "course",
        ),
        (
            {"membership": Other(time_factor=Decimal("1.5")), "person": Other(extra_minutes=46)},
            "person",
        ),
        ({"membership": Other(), "person": Other()}, ""),
    ],
)
def test_of_two_extra_times_the_larger_holds_with_where_it_comes_from(rows, source):
    assert of(**rows).extra_source == source


def test_extra_times_are_never_added_up():
    found = of(membership=Other(extra_minutes=30), person=Other(extra_minutes=30))
    assert found.allowed == timedelta(minutes=120)


def test_more_attempts_are_added_and_no_limit_stays_none():
    assert of(for_one=Other(extra_attempts=2)).attempts == 3
    assert of(Terms(attempts=None), for_one=Other(extra_attempts=2)).attempts is None


def test_the_window_is_open_at_its_start_and_shut_at_its_end():
    found, second = of(), timedelta(seconds=1)
    assert found.is_open(FRIDAY)
    assert found.is_early(FRIDAY - second)
    assert found.is_open(MONDAY - second)
    assert found.is_closed(MONDAY)
    assert of(Terms(opens_at=None, closes_at=None)).is_open(MONDAY)


def test_who_is_excused_by_a_group_is_excused():
    assert of(for_group=Other(is_excused=True)).is_excused
