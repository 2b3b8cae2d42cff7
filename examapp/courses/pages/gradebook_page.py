"""People by assignments: who has what, in scores, per cent, or passed and not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean

from django.core.paginator import Page
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.courses.changes import FEWEST
from examapp.courses.models import (
    Assignment,
    Attempt,
    Counts,
    Course,
    Membership,
    MemberStates,
    Override,
    Recipient,
)
from examapp.courses.pages.assignment_lines import address, zone_of
from examapp.courses.pages.heads import CourseHead
from examapp.courses.pages.parts import Crumbs, Tab
from examapp.exams.models import Score, SessionStatuses
from examapp.web import times

SHOWS = ("score", "percent", "passed")


@dataclass(frozen=True)
class Grade:
    """One ended or open attempt as the gradebook reads it; scores are empty for practice."""

    is_open: bool
    scaled: int | None
    is_pass: bool | None
    right: float
    of: int
    was_changed: bool


@dataclass(frozen=True)
class GradeCell:
    text: str
    is_score: bool = False
    is_pass: bool | None = None
    note: str = ""
    value: float | None = None


@dataclass(frozen=True)
class GradeColumn:
    title: str
    url: str
    of: str


@dataclass(frozen=True)
class GradeRow:
    name: str
    url: str
    cells: Sequence[GradeCell]


@dataclass(frozen=True)
class SumCell:
    text: str
    note: str


@dataclass(frozen=True)
class GradebookPage:
    head: CourseHead
    url: str
    query: str
    shows: Sequence[Tab]
    exports: Crumbs
    caption: str
    columns: Sequence[GradeColumn]
    sums: Sequence[SumCell]
    rows: Sequence[GradeRow]
    part: "Page[Membership]"


@dataclass(frozen=True)
class Book:
    """Everything that the cells of a course's gradebook are made of, read in four statements."""

    assignments: Sequence[Assignment]
    grades: Mapping[tuple[int, int], Sequence[Grade]]
    named: Mapping[int, frozenset[int]]
    excused: frozenset[tuple[int, int]]


def book(course: Course) -> Book:
    """Read the published assignments of a course, and every attempt at them."""
    assignments = list(
        course.assignments.published().select_related("exam", "course").order_by("opens_at", "pk")
    )
    named: dict[int, set[int]] = {}
    pairs = Recipient.objects.filter(assignment__course=course)
    for assignment, member in pairs.values_list("assignment", "membership"):
        named.setdefault(assignment, set()).add(member)
    excused = Override.objects.filter(
        assignment__course=course, is_excused=True, membership__isnull=False
    )
    return Book(
        assignments,
        _grades(course),
        {pk: frozenset(members) for pk, members in named.items()},
        frozenset(excused.values_list("assignment_id", "membership_id")),
    )


def _grades(course: Course) -> dict[tuple[int, int], list[Grade]]:
    current = Score.objects.filter(session=OuterRef("session"), is_current=True)
    right = Count("practice_set__items", filter=Q(practice_set__items__credit=1))
    rows = (
        Attempt.objects.filter(
            assignment__course=course, membership__isnull=False, reopened_as__isnull=True
        )
        .order_by("assignment", "membership", "number")
        .with_changes()
        .annotate(
            scaled=Subquery(current.values("scaled")[:1]),
            passes=Subquery(current.values("is_pass")[:1]),
            credit=Subquery(current.values("credit")[:1]),
            max_credit=Subquery(current.values("max_credit")[:1]),
            practiced=right,
            asked=Count("practice_set__items"),
        )
    )
    fields = (
        *("assignment_id", "membership_id", "session__status", "practice_set__ended_at"),
        *("scaled", "passes", "credit", "max_credit", "was_changed", "practiced", "asked"),
    )
    found: dict[tuple[int, int], list[Grade]] = {}
    for row in rows.values_list(*fields):
        assignment, member, status, ended, scaled, passes, credit, of, changed, done, asked = row
        is_open = status == SessionStatuses.OPEN if status else ended is None
        grade = Grade(
            is_open,
            scaled,
            passes,
            float(credit) if credit is not None else float(done),
            of or asked,
            changed,
        )
        found.setdefault((assignment, member), []).append(grade)
    return found


def cell(
    book: Book, assignment: Assignment, member: Membership, *, show: str, now: datetime
) -> GradeCell:
    """Return what a person has in an assignment: a score, or a word, never 0 for nothing."""
    grades = book.grades.get((assignment.pk, member.pk), [])
    ended = [grade for grade in grades if not grade.is_open]
    if (assignment.pk, member.pk) in book.excused:
        return GradeCell(gettext("excused"))
    if ended:
        return _score_cell(assignment, ended, show)
    if grades:
        return GradeCell(
            gettext("in the exam") if not assignment.is_practice else gettext("started")
        )
    return GradeCell(_nothing(book, assignment, member, now))


def _nothing(book: Book, assignment: Assignment, member: Membership, now: datetime) -> str:
    """Say in a word why there is no score."""
    named = book.named.get(assignment.pk, ())
    if not assignment.is_for_all and member.pk not in named:
        return gettext("not given")
    opens, closes = assignment.opens_at, assignment.closes_at
    if closes is not None and closes <= now:
        joined_late = member.joined_at is None or member.joined_at > closes
        return gettext("not given") if joined_late else gettext("not taken")
    if member.state == MemberStates.LEFT:
        return gettext("not taken")
    if opens is not None and opens > now:
        day = times.near_day(opens, zone=zone_of(assignment.course), now=now)
        return gettext("from %(day)s") % {"day": day}
    return gettext("open")


def _score_cell(assignment: Assignment, ended: Sequence[Grade], show: str) -> GradeCell:
    value, best = _counted(assignment, ended)
    note = gettext("changed") if any(grade.was_changed for grade in ended) else ""
    share = round(100 * best.right / best.of) if best.of else 0
    if show == "percent":
        return GradeCell(f"{share} %", True, best.is_pass, note, share)
    if show == "passed" and best.is_pass is not None:
        text = gettext("passed") if best.is_pass else gettext("not yet")
        return GradeCell(text, True, best.is_pass, note, value)
    return GradeCell(f"{value:.0f}", True, best.is_pass, note, value)


def _counted(assignment: Assignment, ended: Sequence[Grade]) -> tuple[float, Grade]:
    """Return the figure that counts by the rule, and the attempt that stands for it."""

    def value(grade: Grade) -> float:
        return float(grade.scaled) if grade.scaled is not None else grade.right

    if assignment.counts == Counts.FIRST:
        return value(ended[0]), ended[0]
    if assignment.counts == Counts.LAST:
        return value(ended[-1]), ended[-1]
    best = max(ended, key=value)
    if assignment.counts == Counts.AVERAGE:
        return mean(value(grade) for grade in ended), best
    return value(best), best


def gradebook_page(
    course: Course,
    found: Book,
    part: "Page[Membership]",
    everyone: Sequence[Membership],
    *,
    head: CourseHead,
    query: str,
    show: str,
    exports: Crumbs,
    may_see_people: bool,
    now: datetime,
) -> GradebookPage:
    """Show a part of the people, with the class's own row over all of them."""
    url = reverse("courses:gradebook", args=[course.pk])
    names = (gettext("Score"), gettext("Percent"), gettext("Passed or not"))
    return GradebookPage(
        head,
        url,
        query,
        [
            Tab(text, f"{url}?show={name}", name == show)
            for name, text in zip(SHOWS, names, strict=True)
        ],
        exports,
        ngettext(
            "Scores in %(n)d assignment, a row for each person",
            "Scores in %(n)d assignments, a row for each person",
            len(found.assignments),
        )
        % {"n": len(found.assignments)},
        [_column(assignment, now) for assignment in found.assignments],
        [
            _sum(found, assignment, everyone, show, now, may_see_people)
            for assignment in found.assignments
        ],
        [_row(course, found, member, show, head.may_edit, now) for member in part]
        if may_see_people
        else [],
        part,
    )


def _column(assignment: Assignment, now: datetime) -> GradeColumn:
    of = assignment.question_count or assignment.exam.scale_max
    text = gettext("of %(n)d") % {"n": of}
    if assignment.closes_at:
        day = times.near_day(assignment.closes_at, zone=zone_of(assignment.course), now=now)
        text = gettext("%(day)s · of %(n)d") % {"day": day, "n": of}
    return GradeColumn(assignment.title, address("results", assignment), text)


def _row(
    course: Course, found: Book, member: Membership, show: str, may_edit: bool, now: datetime
) -> GradeRow:
    cells = [cell(found, each, member, show=show, now=now) for each in found.assignments]
    url = reverse("courses:member", args=[course.pk, member.pk])
    return GradeRow(str(member), url if may_edit else "", cells)


def _sum(
    found: Book,
    assignment: Assignment,
    everyone: Sequence[Membership],
    show: str,
    now: datetime,
    may_see_people: bool,
) -> SumCell:
    """Return what the class has; who sees no single people is told no result of a few either."""
    cells = [cell(found, assignment, member, show=show, now=now) for member in everyone]
    scored = [each for each in cells if each.is_score]
    if not scored:
        is_coming = assignment.opens_at is not None and assignment.opens_at > now
        return SumCell("–", gettext("not open yet") if is_coming else gettext("nobody yet"))
    values = [each.value for each in scored if each.value is not None]
    text = f"{mean(values):.1f}" if assignment.is_practice else f"{mean(values):.0f}"
    text = text if len(values) >= FEWEST else "–"
    if assignment.is_practice or (len(scored) < FEWEST and not may_see_people):
        note = ngettext("%(n)d done", "%(n)d done", len(scored)) % {"n": len(scored)}
        return SumCell(text, note)
    passed = sum(bool(each.is_pass) for each in scored)
    return SumCell(text, gettext("%(n)d of %(all)d passed") % {"n": passed, "all": len(scored)})
