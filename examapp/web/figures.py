"""Figures that pages draw everywhere alike: ten dots, a score on its scale, a likely range."""

import math
from dataclasses import dataclass
from typing import Self

# Places of the ten dots in the picture of `components/odds.html`.
_FIRST_DOT, _STEP = 11, 24
DOTS = 10


@dataclass(frozen=True)
class Dot:
    """One of the ten: where it stands, and whether it is filled."""

    x: int
    is_on: bool


@dataclass(frozen=True)
class Odds:
    """How often one would pass out of ten times, with the likely range; all from 0 to 10."""

    tenths: int
    low: int
    high: int

    @classmethod
    def of_percents(cls, percent: float, low: float, high: float) -> "Odds":
        """Return the odds of a chance and its range, each in per cent, rounded to tenths.

        A chance is never told as certain, nor as none: of ten times one is always left open.
        """
        tenths = min(max(round(percent / DOTS), 1), DOTS - 1)
        return cls(tenths, min(round(low / DOTS), tenths), max(round(high / DOTS), tenths))

    @property
    def dots(self) -> list[Dot]:
        return [Dot(_FIRST_DOT + _STEP * n, n < self.tenths) for n in range(DOTS)]

    @property
    def reach(self) -> str:
        """The bracket under the dots of the likely range, as a path."""
        left, right = (_FIRST_DOT + _STEP * (max(n, 1) - 1) for n in (self.low, self.high))
        if left == right:
            left, right = left - 6, right + 6
        return f"M{left} 30v5H{right}v-5"


@dataclass(frozen=True)
class ScoreLine:
    """A scaled score on its scale with the pass mark."""

    score: int
    low: int
    cut: int
    high: int

    @property
    def is_pass(self) -> bool:
        return self.score >= self.cut

    @property
    def to_go(self) -> int:
        """Points lacking to the pass mark; 0 for a pass."""
        return max(0, self.cut - self.score)

    @property
    def score_percent(self) -> float:
        return self._percent(self.score)

    @property
    def cut_percent(self) -> float:
        return self._percent(self.cut)

    @property
    def above_percent(self) -> float:
        return 100 - self.cut_percent

    def _percent(self, value: int) -> float:
        return round(100 * (value - self.low) / (self.high - self.low), 1)


@dataclass(frozen=True)
class LikelyRange:
    """Where a person likely stands in an area, with the pass mark; per cent."""

    low: float
    best: float
    high: float
    cut: float

    @classmethod
    def in_whole(cls, low: float, best: float, high: float, *, cut: float) -> Self:
        """Return a range in whole percent, halves rounded up, as templates round them."""
        return cls(*(math.floor(each + 0.5) for each in (low, best, high, cut)))

    @property
    def width(self) -> float:
        return self.high - self.low
