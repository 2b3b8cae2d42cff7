"""A class in one part of the exam: its mean with the doubt about it, and its middle half."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, quantiles, stdev

from django.utils.translation import gettext

from examapp.courses.changes import FEWEST
from examapp.courses.pages import words
from examapp.reports.measurement.intervals import Z_90


@dataclass(frozen=True)
class ClassShare:
    """What is known of a class in a part: shares from 0 to 1, `low` to `high` the likely range."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class RangeBar:
    """A row of the chart; all but the words in per cent of its width."""

    title: str
    note: str
    share: str
    cut: float
    words: str
    mean_x: float = 0
    mean_width: float = 0
    half_x: float = 0
    half_width: float = 0
    url: str = ""


def class_share(shares: Sequence[float]) -> ClassShare:
    """Return the mean of members' shares with its range, from the members' spread alone."""
    middle = mean(shares)
    doubt = Z_90 * stdev(shares) / len(shares) ** 0.5 if len(shares) > 1 else 0.5
    return ClassShare(middle, max(0.0, middle - doubt), min(1.0, middle + doubt))


def range_bar(
    title: str,
    note: str,
    shares: Sequence[float],
    known: ClassShare,
    *,
    cut: float,
    url: str = "",
) -> RangeBar:
    """Place a class of at least FEWEST people; fewer have no range, only their mean in words."""
    text = f"{known.mean:.0%}".replace("%", " %")
    if len(shares) < FEWEST:
        few = words.too_few(FEWEST)
        return RangeBar(title, note, text, round(100 * cut, 1), few, url=url)
    first, _, third = quantiles(shares, n=4, method="inclusive")
    said = gettext("%(mean)s right; likely from %(low)d to %(high)d percent.") % {
        "mean": text,
        "low": round(100 * known.low),
        "high": round(100 * known.high),
    }
    return RangeBar(
        title,
        note,
        text,
        round(100 * cut, 1),
        said,
        mean_x=round(100 * known.low, 1),
        mean_width=round(max(1.5, 100 * (known.high - known.low)), 1),
        half_x=round(100 * first, 1),
        half_width=round(max(1.5, 100 * (third - first)), 1),
        url=url,
    )
