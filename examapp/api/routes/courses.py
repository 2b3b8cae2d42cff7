"""Courses, their people, what they are given and what came of it; the services of the pages."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router

from examapp.api.course_schemas import (
    AppliedOut,
    AssignmentOut,
    CourseOut,
    MemberOut,
    MembersIn,
    OverrideIn,
    OverrideOut,
    ProgressOut,
    ResultRowOut,
)
from examapp.api.guards import ByToken, caller
from examapp.api.paging import Cursor, Limit, page
from examapp.api.problems import Problem
from examapp.api.schemas import Page
from examapp.courses import access
from examapp.courses.access import Action, Taught
from examapp.courses.models import Assignment, Course, Membership
from examapp.courses.pages.sitters import sitters
from examapp.courses.pages.taken import attempts_of, counting
from examapp.courses.roster import Roster, Row
from examapp.courses.services import assignments as assignment_services
from examapp.courses.services import roster as roster_services
from examapp.courses.services.courses import log
from examapp.web.downloads import table_download

router = Router(tags=["courses"], auth=ByToken("teach"))
Key = Annotated[int, Path(ge=1, le=2**62)]
_OVERRIDE = (
    *("opens_at", "due_at", "closes_at", "minutes", "time_factor", "extra_minutes"),
    *("extra_attempts", "is_excused", "reason"),
)


def course_of(request: HttpRequest, course_id: int, action: Action = "read") -> Taught:
    """Return a course that the caller teaches; 404 without one, or without the right."""
    found = access.taught(caller(request), course_id, action)
    if found is None:
        raise Problem(404, "There is no such course, or it is not yours.")
    return found


def assignment_of(found: Taught, assignment_id: int) -> Assignment:
    rows = found.course.assignments.select_related("exam", "course")
    assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
    return assignment


@router.get("", response=Page[CourseOut])
def courses(request: HttpRequest, cursor: Cursor = "", limit: Limit = 25) -> Any:
    """List the courses one teaches, by name."""
    person = caller(request)
    mine = Course.objects.taught_by(person).prefetch_related("exams", "staff")

    def shown(course: Course) -> dict[str, object]:
        roles = {row.user_id: row.role for row in course.staff.all()}
        return _course_out(course, roles.get(person.pk, "teacher"))

    return page(mine, by="name", cursor=cursor, limit=limit, shown=shown)


@router.get("/{course_id}", response=CourseOut)
def course(request: HttpRequest, course_id: Key) -> Any:
    """Return a course that one teaches."""
    found = course_of(request, course_id)
    return _course_out(found.course, found.role)


def _course_out(course: Course, role: str) -> dict[str, object]:
    exams = sorted(exam.code for exam in course.exams.all())
    values = {name: getattr(course, name) for name in ("id", "name", "zone", "is_archived")}
    return {**values, "exams": exams, "role": role}


@router.get("/{course_id}/members", response=Page[MemberOut])
def members(request: HttpRequest, course_id: Key, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """List the people of a course, former ones among them."""
    rows = course_of(request, course_id, "help").course.members.all()
    return page(rows, by="name", cursor=cursor, limit=limit, shown=lambda member: member)


@router.post("/{course_id}/members", response=AppliedOut)
def add_members(request: HttpRequest, course_id: Key, payload: MembersIn) -> Any:
    """Add people, or change those who are there; the same list again changes nothing."""
    found = course_of(request, course_id, "edit")
    rows: dict[str, Row] = {}
    for line, member in enumerate(payload.members, 1):
        values = member.model_dump() | {"email": member.email.lower()}
        rows.setdefault(member.email.lower(), Row(line, **values))
    applied = roster_services.apply(
        found.course,
        by=caller(request),
        text=Roster(tuple(rows.values()), (), ()),
        remove=payload.remove,
        send=payload.send_letters,
    )
    return vars(applied)


@router.get("/{course_id}/assignments", response=Page[AssignmentOut])
def assignments(
    request: HttpRequest, course_id: Key, cursor: Cursor = "", limit: Limit = 25
) -> Any:
    """List what a course is given, drafts among it, by the time it was made."""
    rows = course_of(request, course_id).course.assignments.select_related("exam")
    return page(rows, by="made_at", cursor=cursor, limit=limit, shown=_assignment_out)


def _assignment_out(assignment: Assignment) -> dict[str, object]:
    names = [name for name in AssignmentOut.model_fields if name != "exam"]
    return {name: getattr(assignment, name) for name in names} | {"exam": assignment.exam.code}


@router.get("/{course_id}/assignments/{assignment_id}/progress", response=list[ProgressOut])
def progress(request: HttpRequest, course_id: Key, assignment_id: Key) -> Any:
    """Return where everybody is; no answers, and no keys."""
    found = course_of(request, course_id, "help")
    people = sitters(assignment_of(found, assignment_id))
    names = [name for name in ProgressOut.model_fields if name != "member"]
    return [
        {name: getattr(each, name) for name in names} | {"member": each.member} for each in people
    ]


@router.get("/{course_id}/assignments/{assignment_id}/results", response=list[ResultRowOut])
def results(
    request: HttpRequest,
    course_id: Key,
    assignment_id: Key,
    format: Annotated[str, Query(pattern="^(json|csv)$")] = "json",
) -> Any:
    """Return the attempt of each member that counts, as JSON or as CSV; the call is logged."""
    found = course_of(request, course_id, "help")
    assignment = assignment_of(found, assignment_id)
    rows = _results(found.course, assignment)
    details = {"what": "results", "format": format, "assignment": assignment.pk}
    log(found.course, by=caller(request), verb="exported", **details)
    return _table(rows, assignment) if format == "csv" else rows


def _results(course: Course, assignment: Assignment) -> list[dict[str, object]]:
    numbers = dict(course.members.values_list("pk", "external_id"))
    counted = counting(attempts_of(assignment), assignment.counts)
    return [
        {
            "member": each.member,
            "name": each.name,
            "external_id": numbers.get(each.member, ""),
            "number": each.number,
            "scaled": each.scaled,
            "is_pass": each.is_pass,
            "credit": each.right,
            "max_credit": each.of,
            "changed": each.was_changed,
        }
        for each in counted
    ]


def _table(rows: list[dict[str, Any]], assignment: Assignment) -> HttpResponse:
    columns = list(ResultRowOut.model_fields)
    table = [columns, *([row[name] for name in columns] for row in rows)]
    return table_download(table, "csv", name=f"results-{assignment.pk}", title="Results")


@router.post("/{course_id}/assignments/{assignment_id}/overrides", response=OverrideOut)
def set_override(
    request: HttpRequest, course_id: Key, assignment_id: Key, payload: OverrideIn
) -> Any:
    """Set other terms for one member, or for a group; the same again changes nothing."""
    found = course_of(request, course_id, "edit")
    if (payload.member is None) == (not payload.group):
        raise Problem(422, "Name a member, or a group.")
    if payload.opens_at and payload.closes_at and payload.opens_at >= payload.closes_at:
        raise Problem(422, "It closes before it opens.")
    member = None
    if payload.member is not None:
        member = get_object_or_404(Membership, pk=payload.member, course=found.course)
    override = assignment_services.set_override(
        assignment_of(found, assignment_id),
        by=caller(request),
        membership=member,
        group=payload.group,
        exemption=assignment_services.Exemption(
            **{name: getattr(payload, name) for name in _OVERRIDE}
        ),
    )
    return {"id": override.pk, "member": override.membership_id, "group": override.group}
