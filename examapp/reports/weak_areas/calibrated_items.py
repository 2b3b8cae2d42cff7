"""Questions as items that were measured: their parameters by a calibration, or by their level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from examapp.reports.measurement.calibration import Calibration as ItemCalibration
from examapp.reports.measurement.calibration import uncalibrated
from examapp.reports.measurement.growth import ASSUMED_WALK, Walk
from examapp.reports.measurement.improvement import ASSUMED_STEPS
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.pooling import Pooled
from examapp.reports.measurement.posterior import ASSUMED, Spreads
from examapp.reports.measurement.standard import difficulty_offsets
from examapp.reports.models import Calibration
from questions.items.item import LEVELS
from questions.items.kinds.registry import kind_of

_LEVEL_INDEX: dict[str, int] = {level: index for index, level in enumerate(LEVELS)}


class BankItem(NamedTuple):
    """A version that may be asked, or was answered."""

    version: int
    topic: int
    type: str
    level: str


class CalibrationKey(NamedTuple):
    """Names a calibration, which is never changed.

    When it was made tells it from one of the same number in another database.
    """

    pk: int
    made_at: datetime


class StoredGrowth(TypedDict):
    """How learners change, as a calibration stores it; usual steps are mean, error and spread."""

    drift: float
    drift_spread: float
    step: float
    usual_steps: list[list[float]]


class StoredParameters(TypedDict):
    """A calibration as its row stores it; an item is difficulty, error, slope and answers.

    `growth` and `least_seconds`, by version, are absent from calibrations of older releases.
    """

    mean: float
    deviations: list[float]
    difficulty_spread: float
    level_means: dict[str, float]
    items: dict[str, list[float]]
    growth: NotRequired[StoredGrowth]
    least_seconds: NotRequired[dict[str, float]]


class Growth(NamedTuple):
    """How learners change: their walk, and what is usually gained at the second exam and later."""

    walk: Walk
    usual_steps: tuple[Pooled, ...]


ASSUMED_GROWTH = Growth(ASSUMED_WALK, (ASSUMED_STEPS,))


@dataclass(frozen=True)
class CalibrationArrays:
    """A calibration's parameters as arrays: a row an item, then one for new items of each level."""

    rows: Floats
    row_of: dict[int, int]
    spreads: Spreads
    level_means: tuple[float, ...]
    difficulty_spread: float
    growth: Growth
    least_seconds: dict[int, float]


def level_indexes(items: Sequence[BankItem]) -> Ints:
    """Return the cognitive level of each item as its index in LEVELS."""
    return np.array([_LEVEL_INDEX[item.level] for item in items], dtype=np.intp)


def calibrated(
    items: Sequence[BankItem],
    calibration: CalibrationKey | None,
    *,
    ratings: Sequence[float] | None = None,
) -> ItemCalibration:
    """Return the parameters of items by a calibration; those of a new item follow its level.

    `ratings` is what raters expect of each item, NaN where none does: the prior of its difficulty.
    """
    levels = level_indexes(items)
    floors = np.array([kind_of(item.type).floor for item in items])
    if calibration is None:
        start = uncalibrated(levels, floors, levels=len(LEVELS), spreads=ASSUMED)
        return _rated(start, np.ones(len(items), dtype=bool), ratings)
    arrays = _arrays(calibration)
    # The rows of new items stand last: one a level.
    first_new = len(arrays.row_of)
    place = [
        arrays.row_of.get(item.version, first_new + level)
        for item, level in zip(items, levels.tolist(), strict=True)
    ]
    rows = arrays.rows[place]
    found = ItemCalibration(
        items=Items(rows[:, 0], rows[:, 1], rows[:, 2], floors),
        spreads=arrays.spreads,
        level_means=arrays.level_means,
        difficulty_spread=arrays.difficulty_spread,
        answers=rows[:, 3],
    )
    return _rated(found, np.array(place) >= first_new, ratings)


def _rated(
    found: ItemCalibration, is_new: NDArray[np.bool_], ratings: Sequence[float] | None
) -> ItemCalibration:
    """Return a calibration whose new items lie where raters place them."""
    rated = np.full(len(found.items), np.nan) if ratings is None else np.array(ratings)
    if np.isnan(rated).all():
        return found
    items, spread = found.items, found.difficulty_spread
    offsets, left = difficulty_offsets(rated, items.floor, spread=spread)
    is_moved = is_new & ~np.isnan(rated)
    moved = replace(
        items,
        difficulty=np.where(is_moved, items.difficulty + offsets, items.difficulty),
        error=np.where(is_moved, left, items.error),
    )
    return replace(found, items=moved, offsets=offsets)


def growth_of(calibration: CalibrationKey | None) -> Growth:
    """Return how learners change by a calibration, else what is assumed."""
    return _arrays(calibration).growth if calibration else ASSUMED_GROWTH


def least_seconds_of(calibration: CalibrationKey | None) -> dict[int, float]:
    """Return by version the seconds under which an answer is a rapid guess, where times tell."""
    return _arrays(calibration).least_seconds if calibration else {}


@lru_cache(maxsize=8)
def _arrays(calibration: CalibrationKey) -> CalibrationArrays:
    pk, made_at = calibration
    rows = Calibration.objects.values_list("parameters", flat=True)
    stored: StoredParameters = rows.get(pk=pk, made_at=made_at)
    means = tuple(float(stored["level_means"].get(level, 0.0)) for level in LEVELS)
    spread = float(stored["difficulty_spread"])
    new_items = [[mean, spread, 1.0, 0.0] for mean in means]
    return CalibrationArrays(
        rows=np.array([*stored["items"].values(), *new_items], dtype=float),
        row_of={int(version): row for row, version in enumerate(stored["items"])},
        spreads=Spreads(float(stored["mean"]), tuple(stored["deviations"])),
        level_means=means,
        difficulty_spread=spread,
        growth=_growth(stored.get("growth")),
        least_seconds={
            int(version): least for version, least in stored.get("least_seconds", {}).items()
        },
    )


def _growth(stored: StoredGrowth | None) -> Growth:
    if stored is None:
        return ASSUMED_GROWTH
    walk = Walk(stored["drift"], stored["drift_spread"], stored["step"])
    return Growth(walk, tuple(Pooled(*step) for step in stored["usual_steps"]))


def stored_parameters(
    items: Sequence[BankItem],
    calibration: ItemCalibration,
    growth: Growth,
    least_seconds: Mapping[int, float],
) -> StoredParameters:
    """Return a calibration as its row stores it; items without an answer are left out."""
    parameters = calibration.items
    columns = zip(
        items,
        parameters.difficulty,
        parameters.error,
        parameters.slope,
        calibration.answers,
        strict=True,
    )
    return {
        "mean": calibration.spreads.mean,
        "deviations": list(calibration.spreads.deviations),
        "difficulty_spread": calibration.difficulty_spread,
        "level_means": dict(zip(LEVELS, calibration.level_means, strict=True)),
        "items": {
            str(item.version): [*(round(float(figure), 5) for figure in figures), int(answers)]
            for item, *figures, answers in columns
            if answers
        },
        "growth": {
            "drift": growth.walk.drift,
            "drift_spread": growth.walk.drift_spread,
            "step": growth.walk.step,
            "usual_steps": [list(step) for step in growth.usual_steps],
        },
        "least_seconds": {
            str(version): round(least, 2) for version, least in least_seconds.items()
        },
    }
