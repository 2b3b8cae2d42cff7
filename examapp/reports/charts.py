"""Numbers to places in a picture. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

# Per cent of the picture's height left free above and below.
_MARGIN = 14.0


@dataclass(frozen=True)
class TrendPoint:
    """A score in the picture: `x` and `y` in per cent of its size, `y` from its top."""

    x: float
    y: float
    label: str
    scaled: int


@dataclass(frozen=True)
class Trend:
    points: tuple[TrendPoint, ...]
    cut: int
    cut_y: float


def trend(scores: Sequence[tuple[str, int]], *, low: int, cut: int, high: int) -> Trend:
    """Place scores, oldest first, as (label, scaled score) on a scale from `low` to `high`."""

    def y(scaled: float) -> float:
        return 100 - _MARGIN - (scaled - low) / (high - low) * (100 - 2 * _MARGIN)

    step = 92 / max(1, len(scores) - 1)
    points = tuple(
        TrendPoint(4 + step * place, y(scaled), label, scaled)
        for place, (label, scaled) in enumerate(scores)
    )
    return Trend(points, cut, y(cut))
