"""Scores of a class as dots on their scale, one a person. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from examapp.exams.scoring import Scale

# Height of a row of dots and of the words below the axis, in pixels; how many columns there are.
_ROW, _FOOT, _TOP, _COLUMNS = 16, 26, 18, 13
_LEAST_ROWS = 4


@dataclass(frozen=True)
class Dot:
    """A person; `x` in per cent of the width, `y` in pixels from the top."""

    x: float
    y: int
    is_pass: bool
    title: str


@dataclass(frozen=True)
class Tick:
    """A figure below the axis."""

    x: float
    text: str
    is_cut: bool


@dataclass(frozen=True)
class Dots:
    """The picture: dots in columns, the pass mark, the figures below."""

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    cut_x: float
    axis_y: int
    height: int


def score_dots(scores: Sequence[tuple[str, int]], scale: Scale, *, cut_words: str) -> Dots:
    """Place the scores of named people; those of one column stand on each other, lowest first.

    No column holds scores of both sides of the pass mark.
    """
    low, high = _ends(scores, scale)
    step = (high - low) / _COLUMNS

    def x(scaled: float) -> float:
        return round(100 * (scaled - low) / (high - low), 2)

    stacks: Counter[int] = Counter()
    columns: list[tuple[int, str, int]] = []
    for name, scaled in sorted(scores, key=lambda each: (each[1], each[0])):
        column = int((scaled - scale.cut) // step)
        columns.append((column, name, scaled))
        stacks[column] += 1
    rows = max(_LEAST_ROWS, *stacks.values()) if stacks else _LEAST_ROWS
    axis_y = _TOP + rows * _ROW
    placed: Counter[int] = Counter()
    dots = []
    for column, name, scaled in columns:
        y = axis_y - 10 - _ROW * placed[column]
        placed[column] += 1
        middle = x(scale.cut + (column + 0.5) * step)
        title = f"{name}, {scaled}"
        dots.append(Dot(min(max(middle, 1), 99), y, scale.is_pass(scaled), title))
    return Dots(
        tuple(dots), _ticks(low, high, scale, x, cut_words), x(scale.cut), axis_y, axis_y + _FOOT
    )


def _ends(scores: Sequence[tuple[str, int]], scale: Scale) -> tuple[float, float]:
    """Return the part of the scale that is shown: all scores and the pass mark, with some room."""
    values = [scaled for _, scaled in scores] + [scale.cut]
    room = (scale.high - scale.low) / 16
    low = max(scale.low, min(values) - room)
    high = min(scale.high, max(values) + room)
    return float(low), float(max(high, low + 2 * room))


def _ticks(
    low: float, high: float, scale: Scale, x: Callable[[float], float], cut_words: str
) -> tuple[Tick, ...]:
    hundreds = range(-(-int(low) // 100) * 100, int(high) + 1, 100)
    apart = (high - low) / 10
    plain = [Tick(x(each), str(each), False) for each in hundreds if abs(each - scale.cut) > apart]
    return (*plain, Tick(x(scale.cut), cut_words, True))
