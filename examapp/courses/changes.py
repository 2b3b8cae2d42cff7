"""Whether a class changed between two exams by more than chance. Pure.

The same people are compared with themselves, so that a class is not said to have improved because
others sat the second exam. A change is doubtful for two reasons: few people, whose changes differ,
and few questions, of which the second paper may have had easier ones. The first is the error of the
mean of paired differences with Student's t; the second is the variance of the questions' own
difficulty over their number (Cronbach et al. 1972, The Dependability of Behavioral Measurements).

Who is given practice was picked because they did badly, partly by bad luck, so that they do better
the next time without any practice. `expected` takes that out: Kelley's formula (1927) moves a
person's share toward the class by as much as the share is luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev, variance

from examapp.reports.measurement.intervals import Z_90

# Of fewer people no figure is told, since it would speak of single ones.
FEWEST = 5


@dataclass(frozen=True)
class Change:
    """A mean before and after, and the likely range of what lies between (9 in 10)."""

    before: float
    after: float
    low: float
    high: float
    people: int

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def is_better(self) -> bool:
        """Whether chance alone would hardly have brought it up so far."""
        return self.low > 0

    @property
    def is_worse(self) -> bool:
        return self.high < 0


def change(
    before: Sequence[float], after: Sequence[float], *, shared: float = 0.0
) -> Change | None:
    """Return how the same people changed; None for fewer than FEWEST.

    Args:
        before: a figure of each person, in the order of `after`.
        shared: variance of the difference that is the same for all, and does not average away;
            see of_questions and of_expectation.
    """
    people = len(before)
    if people < FEWEST:
        return None
    steps = [late - early for early, late in zip(before, after, strict=True)]
    middle = fmean(steps)
    doubt = quantile(people - 1) * (stdev(steps) ** 2 / people + shared) ** 0.5
    return Change(fmean(before), fmean(after), middle - doubt, middle + doubt, people)


def quantile(freedom: int) -> float:
    """Return the 95 % point of Student's t (Abramowitz & Stegun 1964, 26.7.5), within 0.02."""
    z = Z_90
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def of_questions(shares: Sequence[float]) -> float:
    """Return how much a mean over questions varies with which were asked, as a variance.

    Args:
        shares: the share right of each question that was asked, over the people.
    """
    return variance(shares) / len(shares) if len(shares) > 1 else 0.25


def reliability(shares: Sequence[float], counts: Sequence[float]) -> float:
    """Return which part of people's differences in share is not luck, 0 to 1.

    Args:
        shares: the share right of each person.
        counts: how many questions each was asked.
    """
    if len(shares) < 2 or not (spread := variance(shares)):
        return 0.0
    luck = fmean(share * (1 - share) / count for share, count in zip(shares, counts, strict=True))
    return max(0.0, 1 - luck / spread)


def of_expectation(shares: Sequence[float], *, reliable: float, gap: float) -> float:
    """Return the variance of the mean of what `expected` returns, since a class is few people.

    Its own mean is uncertain, and so is the reliability: of that the spread's sampling error, two
    over the degrees of freedom, is the greater part.

    Args:
        shares: the share right of each person of the class.
        gap: how far the people who are compared lay from the class, as a mean.
    """
    people = len(shares)
    if people < 2:
        return 0.25
    luck = (1 - reliable) ** 2
    return luck * (variance(shares) / people + 2 * gap**2 / (people - 1))


def expected(share: float, *, of_class: float, reliable: float) -> float:
    """Return the share that a person would have the next time had nothing changed."""
    return of_class + reliable * (share - of_class)
