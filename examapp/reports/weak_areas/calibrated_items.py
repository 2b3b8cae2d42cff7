"""Questions as items that were measured: their parameters by a calibration, or by their level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypedDict

import numpy as np

from examapp.reports.measurement.calibration import Calibration as ItemCalibration
from examapp.reports.measurement.calibration import uncalibrated
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.posterior import ASSUMED, Spreads
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


class StoredParameters(TypedDict):
    """A calibration as its row stores it; an item is difficulty, error, slope and answers."""

    mean: float
    deviations: list[float]
    difficulty_spread: float
    level_means: dict[str, float]
    items: dict[str, list[float]]


@dataclass(frozen=True)
class CalibrationArrays:
    """A calibration's parameters as arrays: a row an item, then one for new items of each level."""

    rows: Floats
    row_of: dict[int, int]
    spreads: Spreads
    level_means: tuple[float, ...]
    difficulty_spread: float


def level_indexes(items: Sequence[BankItem]) -> Ints:
    """Return the cognitive level of each item as its index in LEVELS."""
    return np.array([_LEVEL_INDEX[item.level] for item in items], dtype=np.intp)


def calibrated(items: Sequence[BankItem], calibration: CalibrationKey | None) -> ItemCalibration:
    """Return the parameters of items by a calibration; those of a new item follow its level."""
    levels = level_indexes(items)
    floors = np.array([kind_of(item.type).floor for item in items])
    if calibration is None:
        return uncalibrated(levels, floors, levels=len(LEVELS), spreads=ASSUMED)
    arrays = _arrays(calibration)
    # The rows of new items stand last: one a level.
    first_new = len(arrays.row_of)
    rows = arrays.rows[
        [
            arrays.row_of.get(item.version, first_new + level)
            for item, level in zip(items, levels.tolist(), strict=True)
        ]
    ]
    return ItemCalibration(
        items=Items(rows[:, 0], rows[:, 1], rows[:, 2], floors),
        spreads=arrays.spreads,
        level_means=arrays.level_means,
        difficulty_spread=arrays.difficulty_spread,
        answers=rows[:, 3],
    )


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
    )


def stored_parameters(items: Sequence[BankItem], calibration: ItemCalibration) -> StoredParameters:
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
    }
