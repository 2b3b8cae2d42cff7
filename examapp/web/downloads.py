"""Files to keep: bytes, data as JSON, tables as CSV or as a workbook."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse, JsonResponse
from django.utils.http import content_disposition_header

from questions.exchange.columns import escape_formula

type Cell = str | int | float | None

TABLE_KINDS = ("csv", "xlsx")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_download(content: bytes | str, name: str, media_type: str) -> HttpResponse:
    """Return a file to be kept, never to be shown in place."""
    return _kept(HttpResponse(content, content_type=media_type), name)


def json_download(data: object, name: str, *, indent: int | None = None) -> HttpResponse:
    """Return data as a file of JSON."""
    return _kept(JsonResponse(data, safe=False, json_dumps_params={"indent": indent}), name)


def table_download(
    rows: Iterable[Sequence[Cell]], kind: str, *, name: str, title: str, encoding: str = "utf-8"
) -> HttpResponse:
    """Return a table, the names of its columns first; no text in it becomes a formula.

    Args:
        kind: one of TABLE_KINDS.
        name: of the file, without its ending.
        title: of the workbook's sheet.
        encoding: of CSV; "utf-8-sig" for spreadsheets that guess.
    """
    safe = [
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    ]
    if kind == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(safe)
        content, media_type = text.getvalue().encode(encoding), "text/csv; charset=utf-8"
    else:
        # Loaded when a workbook is asked for, which is seldom.
        from questions.exchange.workbook import book_of

        content, media_type = book_of(safe, title), _WORKBOOK
    return file_download(content, f"{name}.{kind}", media_type)


def _kept(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
