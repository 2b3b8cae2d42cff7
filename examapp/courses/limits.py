"""The terms that hold for one member of an assignment. Pure: rows and clock are arguments.

An override comes first, then the membership, then the person's own extra time, then the
assignment; of two extra times the larger one, with where it comes from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from examapp.exams import timing


class ExtraTime(Protocol):
    """A row that gives more time."""

    time_factor: Decimal
    extra_minutes: int


class Window(Protocol):
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    minutes: int | None


class Terms(Window, Protocol):
    """An assignment, as far as limits read it."""

    attempts: int | None
    late_policy: str


class Exemption(Window, ExtraTime, Protocol):
    """An override."""

    extra_attempts: int
    is_excused: bool


@dataclass(frozen=True)
class Limits:
    """What holds for one member. `minutes` are the base; `attempts` None is without limit."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    minutes: int
    time_factor: Decimal
    extra_minutes: int
    extra_source: str
    attempts: int | None
    ends_at_close: bool
    is_excused: bool

    @property
    def allowed(self) -> timedelta:
        return timing.allowed(
            self.minutes, factor=self.time_factor, extra_minutes=self.extra_minutes
        )

    def is_open(self, now: datetime) -> bool:
        """Whether one may start at this moment."""
        return not (self.is_early(now) or self.is_closed(now))

    def is_early(self, now: datetime) -> bool:
        return self.opens_at is not None and now < self.opens_at

    def is_closed(self, now: datetime) -> bool:
        return self.closes_at is not None and now >= self.closes_at


ASSIGNMENT, COURSE, PERSON = "assignment", "course", "person"


def limits(
    terms: Terms,
    *,
    exam_minutes: int,
    for_one: Exemption | None = None,
    for_group: Exemption | None = None,
    membership: ExtraTime | None = None,
    person: ExtraTime | None = None,
) -> Limits:
    """Return what holds for a member; an override for one comes before one for their group."""
    overrides = [each for each in (for_one, for_group) if each is not None]
    windows: list[Window] = [*overrides, terms]
    minutes = _first(each.minutes for each in windows) or exam_minutes
    sources = [(ASSIGNMENT, each) for each in overrides]
    extra = _largest(minutes, [*sources, (COURSE, membership), (PERSON, person)])
    attempts = terms.attempts
    if attempts is not None:
        attempts += max((each.extra_attempts for each in overrides), default=0)
    return Limits(
        opens_at=_first(each.opens_at for each in windows),
        due_at=_first(each.due_at for each in windows),
        closes_at=_first(each.closes_at for each in windows),
        minutes=minutes,
        time_factor=extra[1],
        extra_minutes=extra[2],
        extra_source=extra[0],
        attempts=attempts,
        ends_at_close=terms.late_policy == "hard_close",
        is_excused=any(each.is_excused for each in overrides),
    )


def _first[T](values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _largest(
    minutes: int, sources: Iterable[tuple[str, ExtraTime | None]]
) -> tuple[str, Decimal, int]:
    """Return source, factor and minutes of the extra time that gives most; the first of equals."""
    most, best = timing.allowed(minutes), ("", Decimal(1), 0)
    for source, extra in sources:
        if extra is None:
            continue
        allowed = timing.allowed(
            minutes, factor=extra.time_factor, extra_minutes=extra.extra_minutes
        )
        if allowed > most:
            most, best = allowed, (source, extra.time_factor, extra.extra_minutes)
    return best
