"""Responses to credits, credits to raw, scaled and domain scores. Pure."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from questions.items.item import Response
from questions.items.responses import grade

# What becomes of sittings of a question whose key was wrong.
NEW, BOTH, DROP, EVERYONE = "new", "both", "drop", "everyone"


# A credit is a share of fewer parts, so that four places name its fraction without doubt: those of
# two such shares lie 1/2450 or more from each other.
_MOST_PARTS = 50


def exact(credit: Decimal | float) -> Fraction:
    """Return the fraction that a credit with four places stands for, such as 1/3 for 0.3333."""
    return Fraction(credit).limit_denominator(_MOST_PARTS)


def stored(credit: Fraction) -> Decimal:
    """Return credit as it is stored and shown: rounded down, so that it never seems to pass."""
    return Decimal(math.floor(credit * 10_000)).scaleb(-4)


@dataclass(frozen=True)
class Ruling:
    """How an item is graded: by which keys, any of which earns the credit, and by what policy."""

    policy: str
    rights: tuple[tuple[int, ...], ...]

    @classmethod
    def of_key(cls, right: Iterable[int]) -> "Ruling":
        """Return how a key grades that nothing corrected."""
        return cls(NEW, (tuple(right),))

    @property
    def is_dropped(self) -> bool:
        """Whether an item graded so makes up no score."""
        return self.policy == DROP

    def credit(self, item_type: str, response: Response, grading_policy: str) -> Decimal:
        """Return the credit of a response of authored indexes, 0 to 1 with four places.

        A dropped item is graded all the same; it only does not count.
        """
        if self.policy == EVERYONE:
            return Decimal(1)
        best = max(grade(item_type, right, response, grading_policy) for right in self.rights)
        return Decimal(f"{best:.4f}")


@dataclass(frozen=True)
class Scale:
    """A piecewise linear scale through (0, low), (raw_cut, cut), (1, high); an estimate.

    The real exam's table from raw to scaled scores is not public.
    """

    low: int
    cut: int
    high: int
    raw_cut: float

    def scaled(self, share: Fraction | float) -> int:
        """Return the scaled score of a share of the credit, 0 to 1, rounded down to a whole point.

        It is worked out in fractions: rounding down keeps a share below the cut below the cut
        score, and one exactly at the cut reaches it. A float counts as the fraction it stands for.
        """
        exact_share = share
        if not isinstance(exact_share, Fraction):
            exact_share = Fraction(exact_share).limit_denominator(1_000_000)
        if exact_share >= self._exact_cut:
            above = (exact_share - self._exact_cut) / (1 - self._exact_cut)
            return math.floor(self.cut + above * (self.high - self.cut))
        return math.floor(self.low + exact_share / self._exact_cut * (self.cut - self.low))

    @property
    def _exact_cut(self) -> Fraction:
        return Fraction(self.raw_cut).limit_denominator(10_000)

    @property
    def points_below_cut(self) -> float:
        """Points that the whole credit would be worth at the slope below the cut."""
        return (self.cut - self.low) / self.raw_cut

    def is_pass(self, scaled: int) -> bool:
        return scaled >= self.cut

    def position(self, scaled: int) -> float:
        """Return where on the scale a score lies, from 0 for the lowest to 1 for the highest."""
        return (scaled - self.low) / (self.high - self.low)

    def needed(self, count: int) -> int:
        """Return how many of so many items must be right to pass, all or nothing."""
        return math.ceil(self._exact_cut * count)


class Cut(NamedTuple):
    """The raw cut of a form: its share of what the form is worth, and how many items lack a rating.

    `is_rated` is False where ratings lack, and the cut then the exam's fixed share.
    """

    share: float
    lacking: int
    is_rated: bool


def form_cut(ratings: Sequence[float | None], *, fixed: float) -> Cut:
    """Return the cut of a form from the ratings of its scored items, None where one has none.

    A rating is the share of just-qualified candidates expected to answer the item correctly; their
    sum is what such a candidate is expected to score (Angoff 1971, "Scales, norms, and equivalent
    scores"). `fixed` is the exam's own cut, a share, used whole where any rating lacks.
    """
    known = [rating for rating in ratings if rating is not None]
    lacking = len(ratings) - len(known)
    if lacking or not known:
        return Cut(fixed, lacking, is_rated=False)
    return Cut(min(max(sum(known) / len(known), _LEAST_CUT), 1 - _LEAST_CUT), 0, is_rated=True)


# No form is passed by nothing, or by everything alone.
_LEAST_CUT = 0.05


@dataclass(frozen=True)
class PassMark:
    """What a pass mark means in questions: so many right of so many pass, one less does not.

    `score` and `score_below` are the scaled scores of the two.
    """

    count: int
    right: int
    score: int
    score_below: int

    @classmethod
    def of(cls, scale: Scale, count: int) -> "PassMark":
        right = scale.needed(count)
        return cls(count, right, scale.scaled(right / count), scale.scaled((right - 1) / count))

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers by the names that a sentence about them has."""
        return {
            "count": self.count,
            "right": self.right,
            "score": self.score,
            "below": self.right - 1,
            "under": self.score_below,
        }


@dataclass(frozen=True)
class Tally:
    """Credit earned out of the credit there was, in items."""

    credit: Fraction
    max_credit: int


def tally[K: Hashable](credits: Iterable[tuple[K, Fraction | float]]) -> dict[K, Tally]:
    """Add up the credit of scored items by group, one item being worth 1."""
    sums: dict[K, Tally] = {}
    for key, credit in credits:
        old = sums.get(key, Tally(Fraction(), 0))
        sums[key] = Tally(old.credit + Fraction(credit), old.max_credit + 1)
    return sums
