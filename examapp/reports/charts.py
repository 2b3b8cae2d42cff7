"""From numbers to the geometry of charts. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

# Per cent of the chart's height between two labels.
_LABEL_GAP = 9.0


class Estimate(NamedTuple):
    """An estimate with its likely range, in per cent, and the day that it is of."""

    label: str
    percent: float
    low_percent: float
    high_percent: float


@dataclass(frozen=True)
class Tick:
    """A line across a chart, or a day under it, at a place in the chart's own units."""

    at: float
    label: str


@dataclass(frozen=True)
class BandPoint:
    """An estimate on a chart, in units of its picture."""

    x: float
    y: float
    y_low: float
    y_high: float


@dataclass(frozen=True)
class Band:
    """Chances over time in a picture of WIDTH by HEIGHT; `outline` is the polygon of their ranges.

    `ticks` are lines at 0, 5 and 10 times in ten; `first` and `last` are the days under the ends.
    """

    points: tuple[BandPoint, ...]
    ticks: tuple[Tick, ...]
    first: str
    last: str

    WIDTH = 320
    HEIGHT = 150
    LEFT, RIGHT = 26.0, 310.0

    @property
    def outline(self) -> str:
        """The points of the polygon between the ends of the ranges."""
        upper = [f"{point.x:.1f},{point.y_high:.1f}" for point in self.points]
        lower = [f"{point.x:.1f},{point.y_low:.1f}" for point in reversed(self.points)]
        return " ".join(upper + lower)

    @property
    def line(self) -> str:
        """The points of the polyline."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def end(self) -> BandPoint:
        """The newest."""
        return self.points[-1]

    @property
    def end_y(self) -> float:
        """Where the newest figure stands: above its point, or below where there is no room."""
        return self.end.y + 22 if self.end.y < 40 else self.end.y - 12


# The top and the bottom of the axis of a band.
_BAND_TOP, _BAND_BOTTOM = 12.0, 126.0


def band(estimates: Sequence[Estimate]) -> Band:
    """Chart chances in per cent, oldest first; a single one stands at the right end."""

    def y(percent: float) -> float:
        return round(_BAND_BOTTOM - percent / 100 * (_BAND_BOTTOM - _BAND_TOP), 1)

    gap = (Band.RIGHT - Band.LEFT) / max(1, len(estimates) - 1)
    points = tuple(
        BandPoint(
            round(Band.RIGHT - gap * (len(estimates) - 1 - place), 1),
            y(each.percent),
            y(each.low_percent),
            y(each.high_percent),
        )
        for place, each in enumerate(estimates)
    )
    ticks = tuple(Tick(y(10 * tenths), str(tenths)) for tenths in (0, 5, 10))
    first = estimates[0].label if len(estimates) > 1 else ""
    return Band(points, ticks, first, estimates[-1].label)


# The fewest answers of a day for each shade from 1 on.
SHADES = (1, 30, 100)


@dataclass(frozen=True)
class Day:
    """A day of the calendar and its place in the picture; `shade` is 0 for nothing, to 3."""

    x: int
    y: int
    day: date
    answers: int
    shade: int


@dataclass(frozen=True)
class Calendar:
    """The days of the last weeks, a column a week; `months` stand under their first whole week."""

    days: tuple[Day, ...]
    months: tuple[tuple[int, date], ...]


def calendar(answers: Mapping[date, int], *, today: date, weeks: int = 12) -> Calendar:
    """Return the days of the last `weeks` weeks up to today, with how much was answered on each."""
    monday = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    days, months = [], []
    for number in range((today - monday).days + 1):
        day = monday + timedelta(days=number)
        x, y = 30 + 24 * (number // 7), 11 + 16 * (number % 7)
        count = answers.get(day, 0)
        days.append(Day(x, y, day, count, bisect_right(SHADES, count)))
        if number % 7 == 0 and day.day <= 7:
            months.append((x, day))
    return Calendar(tuple(days), tuple(months))


class OptionCounts(NamedTuple):
    """How many persons of each fifth, from the weakest to the strongest, took an option."""

    label: str
    is_key: bool
    counts: Sequence[float]


@dataclass(frozen=True)
class Trace:
    """The share that takes an option, from the weakest fifth to the strongest; `line` for SVG."""

    label: str
    is_key: bool
    percents: tuple[float | None, ...]
    line: str
    end_y: float


def traces(options: Iterable[OptionCounts], met: Sequence[int]) -> list[Trace]:
    """Chart options as shares of those who met the question, by fifth.

    Labels stand at the lines' ends, moved apart where they would cover one another.
    """
    return _apart([_trace(option, met) for option in options])


def _trace(option: OptionCounts, met: Sequence[int]) -> Trace:
    percents = tuple(
        100 * count / asked if asked else None
        for count, asked in zip(option.counts, met, strict=True)
    )
    points = [
        (4 + 88 * fifth / max(len(met) - 1, 1), 100 - percent)
        for fifth, percent in enumerate(percents)
        if percent is not None
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Trace(option.label, option.is_key, percents, line, points[-1][1] if points else 100.0)


def _apart(lines: list[Trace]) -> list[Trace]:
    """Move the ends of lines up until no label covers the one below."""
    moved, floor = list(lines), 100 + _LABEL_GAP
    for index in sorted(range(len(lines)), key=lambda index: -lines[index].end_y):
        floor = min(lines[index].end_y, floor - _LABEL_GAP)
        moved[index] = replace(lines[index], end_y=floor)
    return moved


@dataclass(frozen=True)
class Bar:
    """A column of a histogram: position and size in per cent of the chart, `y` from its top."""

    x: float
    y: float
    width: float
    height: float
    score: int
    persons: int
    is_pass: bool


def histogram(
    distribution: Sequence[tuple[int, int]], *, most: int, needed: int
) -> tuple[Bar, ...]:
    """Chart (number right, persons) on an axis from 0 to `most`; `needed` right answers pass."""
    top = max((persons for _, persons in distribution), default=1)
    width = 100 / (most + 1)
    return tuple(
        Bar(
            x=width * score,
            y=100 - 100 * persons / top,
            width=0.85 * width,
            height=100 * persons / top,
            score=score,
            persons=persons,
            is_pass=score >= needed,
        )
        for score, persons in distribution
    )


@dataclass(frozen=True)
class ScorePoint:
    """A score on a chart, with its day; `label_y` is where its figure stands."""

    x: float
    y: float
    label_y: float
    scaled: int
    label: str


@dataclass(frozen=True)
class ScoreChart:
    """Scores on a real axis, in units of a picture of WIDTH by HEIGHT."""

    points: tuple[ScorePoint, ...]
    ticks: tuple[Tick, ...]
    cut_y: float
    cut: int

    WIDTH = 288
    HEIGHT = 132

    @property
    def line(self) -> str:
        """The points of the polyline."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


# Where the axis of a score chart begins and ends, from its left and its top.
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 276.0, 14.0, 108.0


def score_chart(scores: Sequence[tuple[str, int]], *, cut: int, highest: int) -> ScoreChart:
    """Chart scores, oldest first, as (day, scaled score), on an axis of round figures.

    The axis ends at the `highest` score of the scale at the latest.
    """
    values = [scaled for _, scaled in scores] + [cut]
    step = _round_step((max(values) - min(values)) / 3)
    low = max(0, (min(values) - step // 2) // step * step)
    high = min(-(-(max(values) + step // 2) // step) * step, highest)

    def y(value: float) -> float:
        return round(_BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP), 1)

    gap = (_RIGHT - _LEFT - 24) / max(1, len(scores) - 1)
    points = tuple(
        ScorePoint(
            x=round(_LEFT + 12 + gap * place, 1),
            y=y(scaled),
            # Away from the pass mark's line, so that it never runs through a figure.
            label_y=y(scaled) + (20 if scaled < cut else -11),
            scaled=scaled,
            label=label,
        )
        for place, (label, scaled) in enumerate(scores)
    )
    ticks = tuple(Tick(y(value), str(value)) for value in range(low, high + 1, step))
    return ScoreChart(points, ticks, y(cut), cut)


def _round_step(least: float) -> int:
    """Return the smallest of 10, 20, 50, 100, 200, 500 ... that is not below what is asked."""
    size = 10
    while True:
        for factor in (1, 2, 5):
            if factor * size >= least:
                return factor * size
        size *= 10
