"""The gradebook as tables: our own, and in the columns that Canvas and Moodle read."""

from collections.abc import Callable, Sequence
from datetime import datetime

from examapp.courses.models import Course, Membership
from examapp.courses.pages.gradebook_page import Book, GradeCell, cell
from examapp.web.downloads import Cell

type Table = list[Sequence[Cell]]
type Layout = Callable[[Course, Book, Sequence[Membership], datetime], Table]


def _cells(book: Book, member: Membership, now: datetime) -> list[GradeCell]:
    return [cell(book, each, member, show="score", now=now) for each in book.assignments]


def _value(grade: GradeCell) -> Cell:
    """Return a figure, or the word in its place."""
    return grade.value if grade.is_score else grade.text


def _number(grade: GradeCell) -> Cell:
    """Return a figure, or nothing: other programs read no words."""
    return grade.value if grade.is_score else None


def _email(member: Membership) -> str:
    return member.user.email if member.user and not member.is_former else member.email


def plain(course: Course, book: Book, members: Sequence[Membership], now: datetime) -> Table:
    """Name, address, number and group, then an assignment a column."""
    titles = [assignment.title for assignment in book.assignments]
    rows: Table = [("Name", "Email", "External id", "Group", *titles)]
    for member in members:
        grades = [_value(each) for each in _cells(book, member, now)]
        rows.append((str(member), _email(member), member.external_id, member.group, *grades))
    return rows


def canvas(course: Course, book: Book, members: Sequence[Membership], now: datetime) -> Table:
    """As Canvas imports grades: its five columns, then assignments, with the points possible."""
    titles = [f"{assignment.title} ({assignment.pk})" for assignment in book.assignments]
    most = [each.question_count or each.exam.scale_max for each in book.assignments]
    rows: Table = [("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles)]
    rows.append(("Points Possible", "", "", "", "", *most))
    for member in members:
        grades = [_number(each) for each in _cells(book, member, now)]
        login = _email(member)
        rows.append((str(member), "", member.external_id, login, member.group, *grades))
    return rows


def moodle(course: Course, book: Book, members: Sequence[Membership], now: datetime) -> Table:
    """As Moodle imports grades: who by name, number and address, then grade items."""
    titles = [assignment.title for assignment in book.assignments]
    rows: Table = [("First name", "Last name", "ID number", "Email address", *titles)]
    for member in members:
        grades = [_number(each) for each in _cells(book, member, now)]
        first, _, last = str(member).partition(" ")
        rows.append((first, last, member.external_id, _email(member), *grades))
    return rows


def nameless(course: Course, book: Book, members: Sequence[Membership], now: datetime) -> Table:
    """People by a number of this file alone, in no order that tells who they are."""
    titles = [assignment.title for assignment in book.assignments]
    found = sorted(
        [tuple(_value(each) for each in _cells(book, member, now)) for member in members],
        key=str,
    )
    return [("Person", *titles), *((number, *row) for number, row in enumerate(found, 1))]


LAYOUTS: dict[str, Layout] = {
    "xlsx": plain,
    "csv": plain,
    "canvas": canvas,
    "moodle": moodle,
    "nameless": nameless,
}
