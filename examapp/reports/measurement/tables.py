"""Tables of persons by items from strangers: read with care, and analysed. Pure."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from examapp.reports.measurement.classical import item_figures, whole_figures
from examapp.reports.measurement.outline import Floats
from examapp.reports.measurement.rasch import rasch

MOST_ROWS, MOST_COLUMNS = 100_000, 5_000
MOST_CELLS = 20_000_000
_CELLS = {"0": 0.0, "1": 1.0, "": np.nan}


class TableError(ValueError):
    """A table that cannot be read; the message names the row and the column."""


@dataclass(frozen=True)
class Table:
    names: tuple[str, ...]
    cells: Floats


def read(lines: Iterable[str]) -> Table:
    """Read comma-separated lines: item names, then a row a person of 0, 1 or nothing.

    Raises TableError with the first thing that is wrong; rows are counted from 1.
    """
    rows = csv.reader(lines)
    try:
        header = next(rows, None)
        names = _names(header)
        cells = list(_rows(rows, names))
    except csv.Error as error:
        raise TableError(f"Row {rows.line_num}: {error}.") from None
    if not cells:
        raise TableError("The table has no row below its item names; a row is a person.")
    return Table(names, np.array(cells))


def _names(header: list[str] | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in header or ())
    if not any(names):
        raise TableError("The table is empty; its first row must hold the names of the items.")
    if len(names) > MOST_COLUMNS:
        raise TableError(f"Row 1: {len(names)} columns; {MOST_COLUMNS:,} are the most.")
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        if not name:
            raise TableError(f"Row 1, column {place}: the item has no name.")
        if name in seen:
            raise TableError(f"Row 1, column {place}: the name {name[:60]!r} stands there twice.")
        seen.add(name)
    return names


def _rows(rows: Any, names: tuple[str, ...]) -> Iterable[Floats]:
    for count, row in enumerate(rows, 1):
        if not row and len(names) > 1:
            continue
        if count > MOST_ROWS or count * len(names) > MOST_CELLS:
            raise TableError(f"Row {rows.line_num}: the table is too large from here on.")
        if len(row) != len(names) and not (not row and len(names) == 1):
            raise TableError(
                f"Row {rows.line_num}: {len(row)} cells for {len(names)} items; "
                "leave a cell empty where an item was not presented."
            )
        try:
            yield np.array([_CELLS[cell] for cell in row or [""]])
        except KeyError:
            yield np.array(
                [_cell(cell, rows.line_num, name) for cell, name in zip(row, names, strict=True)]
            )


def _cell(text: str, line: int, name: str) -> float:
    try:
        return _CELLS[text.strip()]
    except KeyError:
        raise TableError(
            f"Row {line}, column {name[:60]!r}: {text[:30]!r} is none of 0, 1 and empty."
        ) from None


def analyse(table: Table) -> dict[str, Any]:
    """Return the item analysis of a table as plain values; None where answers cannot tell.

    `notes` says why in a sentence for each item or figure that is None.
    """
    answered = ~np.isnan(table.cells).all(axis=1)
    cells = table.cells[answered]
    whole, items, scaled = whole_figures(cells), item_figures(cells), rasch(cells)
    notes = []
    if (~answered).any():
        notes.append(f"{int((~answered).sum())} rows hold no answer and were left out.")
    if not np.isfinite(whole.alpha):
        notes.append(
            "KR-20 and SEM need two persons and two items whose answers vary, and items that agree "
            "with one another no less than chance would have them agree."
        )
    rows = []
    for place, name in enumerate(table.names):
        rows.append(
            {
                "name": name,
                "facility": plain(items.facility[place]),
                "discrimination": plain(items.discrimination[place]),
                "rasch_difficulty": plain(scaled.difficulty[place]),
                "rasch_se": plain(scaled.error[place]),
                "n": int(items.n[place]),
            }
        )
        note = _note(name, items.n[place], items.facility[place], scaled.difficulty[place])
        notes += [note] if note else []
    return {
        "n": whole.n,
        "kr20": plain(whole.alpha),
        "sem": plain(whole.sem),
        "items": rows,
        "rasch_method": scaled.method,
        "notes": notes,
    }


def _note(name: str, n: float, facility: float, difficulty: float) -> str | None:
    if n == 0:
        return f"Item {name!r} was presented to nobody: the column is empty."
    if facility in (0, 1):
        who = "everyone" if facility == 1 else "nobody"
        return f"Item {name!r}: {who} had it right, so it has no difficulty and no discrimination."
    if np.isnan(difficulty):
        return f"Item {name!r}: too few persons vary in their answers to place it on the scale."
    return None


def plain(value: float) -> float | None:
    """Return a float that JSON can hold; None for what is not a number."""
    return float(value) if np.isfinite(value) else None
