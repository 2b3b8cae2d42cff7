"""CSV: a row a question, with commas, semicolons or tabs between its cells. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.columns import ABOUT, COLUMNS
from questions.exchange.item_bounds import MOST_TEXT
from questions.exchange.losses import Dumped, Loss
from questions.exchange.table_reader import take_rows
from questions.exchange.table_writer import table
from questions.exchange.text_files import FormatError, decoded
from questions.items.item import Item
from questions.translation import gettext

csv.field_size_limit(4 * MOST_TEXT)


def loads(
    data: bytes,
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Read a table of questions; raises FormatError. Rows are named by their line.

    `columns` says what its columns hold, by their names; `answers` what the file leaves open.
    """
    text = decoded(data, encoding)
    intake = ImportCollector(answers or {})
    take_rows(intake, rows_of(text, _delimiter(text)), columns)
    return intake.loaded()


def _delimiter(text: str) -> str:
    """Return what stands most often between the cells of the first row."""
    first = text.lstrip("\n").split("\n", 1)[0]
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    return max(",;\t", key=first.count)


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a table with the line each begins on; raises FormatError."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            is_hint = line == 1 and cells and cells[0].startswith("sep=")
            if any(cells) and not is_hint:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FormatError(
            gettext("not a table of cells: %(error)s") % {"error": error}, line
        ) from None


def dumps(items: Iterable[Item]) -> Dumped:
    """Write a table that carries everything, with a byte order mark, which Excel asks for."""
    losses: list[Loss] = []
    return Dumped(_written(table(items, losses)), tuple(losses))


def template() -> bytes:
    """Return an empty table with the columns, and under each what it holds."""
    shown = [name for name in COLUMNS if name in ABOUT]
    shown += [f"{kind}_{each}" for each in "bcd" for kind in ("option", "why")]
    shown.sort(key=COLUMNS.index)
    return _written([shown])


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8-sig")
