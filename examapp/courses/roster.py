"""A list of people, pasted or as CSV, read into rows and into what is wrong. Pure."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MOST_ROWS = 2000
# An address begins where a word does: tried at every letter of a long word, a line of it would take
# the square of its length.
_ADDRESS = re.compile(r"(?<![^\s@<>,;\"'])[^\s@<>,;\"']++@[^\s@<>,;\"']+\.[^\s@<>,;\"']+")
# Letters of a heading; a longer first line is no heading.
_HEADING_LENGTH = 2000
_COLUMNS = {
    "email": {"email", "e-mail", "e-mail address", "email address", "address", "mail"},
    "name": {"name", "full name", "student", "student name"},
    "first": {"first name", "firstname", "given name"},
    "last": {"last name", "lastname", "surname", "family name"},
    "external_id": {"external id", "id", "student id", "id number", "sis user id", "number"},
    "group": {"group", "section", "class"},
    "extra": {"extra time", "extra", "extra minutes", "minutes"},
}


@dataclass(frozen=True)
class Row:
    """One person of the list; `line` counts from 1. None says nothing of a field."""

    line: int
    email: str
    name: str | None = None
    external_id: str | None = None
    group: str | None = None
    time_factor: Decimal | None = None
    extra_minutes: int | None = None


@dataclass(frozen=True)
class Problem:
    """A line that cannot be read: what it holds, and what is wrong, of which column."""

    line: int
    text: str
    kind: str
    column: str = ""


NO_ADDRESS, BAD_EXTRA, TOO_LONG, TOO_MANY = "no_address", "bad_extra", "too_long", "too_many"
OPEN_QUOTE = "open_quote"


@dataclass(frozen=True)
class Roster:
    """What a list holds; `twice` are lines that name an address for a second time."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    twice: tuple[Row, ...]


def parse(text: str) -> Roster:
    """Read a list: CSV with a heading of columns, or addresses with or without names."""
    lines = text.replace("\ufeff", "").splitlines()
    found = list(_table(lines) if _heading(lines) else _pasted(lines))
    rows: dict[str, Row] = {}
    problems, twice = [], []
    for each in found:
        if isinstance(each, Problem):
            problems.append(each)
        elif each.email in rows:
            twice.append(each)
        elif len(rows) >= MOST_ROWS:
            problems.append(Problem(each.line, each.email, TOO_MANY))
        else:
            rows[each.email] = each
    return Roster(tuple(rows.values()), tuple(problems), tuple(twice))


def _heading(lines: list[str]) -> list[str]:
    """Return the names of the columns if the first line names one of addresses."""
    if not lines or "@" in lines[0] or len(lines[0]) > _HEADING_LENGTH:
        return []
    known = {name: column for column, names in _COLUMNS.items() for name in names}
    cells = next(csv.reader(lines[:1], delimiter=_delimiter(lines[0])), [])
    columns = [known.get(cell.strip().lower(), "") for cell in cells]
    return columns if "email" in columns else []


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _table(lines: list[str]) -> Iterator[Row | Problem]:
    columns = _heading(lines)
    for line, cells in _numbered(lines):
        if not any(cell.strip() for cell in cells):
            continue
        values = {
            column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column
        }
        row = _row(line, values, text=", ".join(cells))
        is_cut = len(cells) < len(columns) and _is_open(lines[line - 1], _delimiter(lines[0]))
        if is_cut and isinstance(row, Row):
            # What stands in the columns behind would be lost.
            row = Problem(line, lines[line - 1][:200], OPEN_QUOTE)
        yield row


def _is_open(line: str, delimiter: str) -> bool:
    """Tell whether a quote begins a cell of a line and nothing in the line closes it."""
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _numbered(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row under the heading with its line; a cell too long for CSV is a row of its own.

    Each line is read by itself: a quote that nothing closes ends with it, and takes nobody along.
    """
    delimiter = _delimiter(lines[0])
    for number, line in enumerate(lines[1:], 2):
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            cells = [line]
        yield number, cells


def _row(line: int, values: dict[str, str], *, text: str) -> Row | Problem:
    email = values.get("email", "").lower()
    if not _ADDRESS.fullmatch(email):
        return Problem(line, text[:200], NO_ADDRESS, "email")
    try:
        factor, minutes = extra_time(values["extra"]) if values.get("extra") else (None, None)
    except ValueError:
        return Problem(line, text[:200], BAD_EXTRA, "extra")
    both = " ".join(filter(None, (values.get("first"), values.get("last"))))
    name = values.get("name", both or None)
    for column, value, most in (
        ("email", email, 254),
        ("name", name or "", 150),
        ("external_id", values.get("external_id", ""), 100),
        ("group", values.get("group", ""), 60),
    ):
        if len(value) > most:
            return Problem(line, text[:200], TOO_LONG, column)
    return Row(line, email, name, values.get("external_id"), values.get("group"), factor, minutes)


def extra_time(text: str) -> tuple[Decimal, int]:
    """Return the factor and the minutes of "30", "+30 min", "25 %", "x1.5"; raises ValueError."""
    word = text.strip().lower().lstrip("+").replace(",", ".")
    match = re.fullmatch(r"(?:[x×]\s*(\d+(?:\.\d+)?))|(\d+(?:\.\d+)?)\s*(%|min|minutes|m)?", word)
    if match is None:
        raise ValueError(text)
    factor, number, unit = match.groups()
    try:
        if factor or (unit is None and "." in (number or "")):
            return _bounded(Decimal(factor or number), 0)
        if unit == "%":
            return _bounded(1 + Decimal(number) / 100, 0)
        return _bounded(Decimal(1), int(Decimal(number)))
    except InvalidOperation as error:
        raise ValueError(text) from error


def _bounded(factor: Decimal, minutes: int) -> tuple[Decimal, int]:
    if not (1 <= factor <= 10 and minutes <= 600):
        raise ValueError(factor)
    return factor.quantize(Decimal("0.01")), minutes


def _pasted(lines: Iterable[str]) -> Iterator[Row | Problem]:
    """Read addresses as people paste them: one a line, with names, or many with commas."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        addresses = list(_ADDRESS.finditer(line))
        if not addresses:
            yield Problem(number, line.strip()[:200], NO_ADDRESS, "email")
        start = 0
        for match in addresses:
            before = line[start : match.start()]
            name = before.strip(" \t,;<>\"'()") or None
            start = match.end()
            yield _row(
                number,
                {"email": match.group(), **({"name": name} if name else {})},
                text=line.strip(),
            )
