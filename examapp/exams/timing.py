"""Deadlines, extra time and grace. Pure: the clock is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

# Seconds after the deadline in which an answer that was on its way still counts.
GRACE_SECONDS = 30


@dataclass(frozen=True)
class Allowance:
    """The time of one sitting; one that `closes_at` a moment ends then, however late it began."""

    minutes: int
    time_factor: Decimal = Decimal(1)
    extra_minutes: int = 0
    closes_at: datetime | None = None

    @property
    def allowed(self) -> timedelta:
        return allowed(self.minutes, factor=self.time_factor, extra_minutes=self.extra_minutes)


def allowed(minutes: int, *, factor: Decimal = Decimal(1), extra_minutes: int = 0) -> timedelta:
    """Return the time a candidate has: the exam's minutes times a factor, plus extra minutes."""
    return timedelta(seconds=int(minutes * 60 * factor) + extra_minutes * 60)


def is_over(deadline_at: datetime, *, now: datetime) -> bool:
    """Tell whether deadline and grace have passed, so that nothing more can count."""
    return now > deadline_at + timedelta(seconds=GRACE_SECONDS)
