"""Tables to download: the same rows as CSV or as a workbook."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from questions.exchange.columns import escape_formula

type Cell = str | int | float | None

KINDS = ("csv", "xlsx")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_file(rows: Iterable[Sequence[Cell]], kind: str, *, name: str, title: str) -> HttpResponse:
    """Answer with a table, the names of its columns first; no text in it becomes a formula."""
    safe = [
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    ]
    if kind == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(safe)
        response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        # Loaded when a workbook is asked for, which is seldom.
        from questions.exchange.workbook import book_of

        response = HttpResponse(book_of(safe, title), content_type=_WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
