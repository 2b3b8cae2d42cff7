"""XLSX: the first sheet is a table of questions. Pure; parts of the file are checked before."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from questions.exchange.archives import members
from questions.exchange.collector import MOST_ITEMS, ImportCollector, Loaded
from questions.exchange.columns import ABOUT, COLUMNS, MOST_COLUMNS
from questions.exchange.losses import Dumped, Loss
from questions.exchange.number_formats import shown
from questions.exchange.table_reader import take_rows
from questions.exchange.table_writer import table
from questions.exchange.text_files import FormatError
from questions.items.item import Item
from questions.translation import gettext, ngettext


def loads(
    data: bytes,
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Read the first sheet of a workbook; raises FormatError. Its encoding is its own business.

    `columns` says what its columns hold, by their names; `answers` what the file leaves open.
    """
    parts = members(data)
    if "[Content_Types].xml" not in parts:
        raise FormatError(gettext("not an XLSX workbook"))
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and b"<!" in content[:2000].replace(b"<!--", b""):
            raise FormatError(
                gettext("%(name)s declares a document type; save the workbook anew")
                % {"name": name[:80]}
            )
    # 13 MB of every process, for what few ever do.
    from openpyxl import load_workbook

    intake = ImportCollector(answers or {})
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        rows = list(_rows(book))
    except Exception as error:  # A broken part makes the reader raise anything.
        raise FormatError(
            gettext("the workbook is broken: %(error)s") % {"error": type(error).__name__}
        ) from None
    if len(rows) > MOST_ITEMS + 1:
        raise FormatError(
            ngettext(
                "there are more than %(most)s row; divide the workbook",
                "there are more than %(most)s rows; divide the workbook",
                MOST_ITEMS,
            )
            % {"most": MOST_ITEMS}
        )
    for reason in _left_out(book, parts):
        intake.lose(reason)
    take_rows(intake, rows, columns)
    return intake.loaded()


def _rows(book: Any) -> Iterator[tuple[int, Sequence[str]]]:
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    cells = sheet.iter_rows(max_row=MOST_ITEMS + 2, max_col=MOST_COLUMNS)
    for number, row in enumerate(cells, 1):
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _text(cell: Any) -> str:
    """Return what its author sees in a cell."""
    if cell.value is None:
        return ""
    text = shown(cell.value, cell.number_format or "General")
    return text.replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n")


def _left_out(book: Any, parts: Mapping[str, bytes]) -> Iterator[str]:
    """Return what of a workbook is not in the table of its first sheet."""
    others = [name for name in book.sheetnames[1:] if name != "About"]
    if others:
        yield gettext("of the workbook the first sheet alone is read, not %(names)s") % {
            "names": ", ".join(others)[:200]
        }
    pictures = sum(name.startswith("xl/media/") for name in parts)
    if pictures:
        yield ngettext(
            "%(count)s picture of the workbook was left out; upload it and name it",
            "%(count)s pictures of the workbook were left out; upload them and name them",
            pictures,
        ) % {"count": pictures}
    if any(name.startswith("xl/comments") for name in parts):
        yield gettext("comments of the workbook's cells were left out")


def dumps(items: Iterable[Item]) -> Dumped:
    """Write a workbook that carries everything."""
    losses: list[Loss] = []
    return Dumped(book_of(table(items, losses), "Questions"), tuple(losses))


def template() -> bytes:
    """Return a workbook with the columns, and a second sheet that says what each holds."""
    names = [name for name in COLUMNS if name in ABOUT or name[-2:] in ("_b", "_c", "_d")]
    head = [gettext("column"), gettext("holds")]
    about = [[name, gettext(holds)] for name, holds in ABOUT.items()]
    return book_of([names], "Questions", about=[head, *about])


def book_of(
    rows: Iterable[Sequence[Any]], title: str, *, about: Iterable[Sequence[Any]] = ()
) -> bytes:
    """Return a workbook of one table, every text a text and never a formula."""
    # 13 MB of every process, for what few ever do.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in ((title, rows), ("About", about)):
        sheet = book.create_sheet(name)
        for number, cells in enumerate(lines, 1):
            for column, value in enumerate(cells, 1):
                if value in ("", None):
                    continue
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        if not about:
            break
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
