"""What happens to courses and their staff."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

import structlog
from django.db import transaction
from django.db.models.functions import Now

from examapp.accounts.models import User
from examapp.courses.models import Course, CourseEntry, CourseStaff, StaffRoles
from examapp.courses.services.errors import LastOwner
from questions.models import Exam

logger = structlog.get_logger(__name__)

# No letters that are taken for others, and no vowels that make words.
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
CODE_LENGTH = 8


class CourseChanges(TypedDict, total=False):
    """What may be changed of a course in its settings."""

    name: str
    zone: str
    starts_on: date | None
    ends_on: date | None
    retention_days: int
    needs_approval: bool
    mails_invitations: bool
    mails_due: bool
    mails_released: bool
    mails_changed: bool


def log(course: Course, *, by: User | None, verb: str, **details: object) -> CourseEntry:
    """Write what was done into the course's log; details name people by number alone."""
    return CourseEntry.objects.create(course=course, actor=by, verb=verb, details=details)


@transaction.atomic
def create(
    by: User,
    *,
    name: str,
    exams: Iterable[Exam],
    zone: str,
    is_demo: bool = False,
    **changes: Any,  # Columns of a course; Unpack cannot leave out two of its names.
) -> Course:
    """Begin a course, with its maker as owner."""
    course = Course.objects.create(name=name, zone=zone, made_by=by, is_demo=is_demo, **changes)
    course.exams.set(exams)
    CourseStaff.objects.create(
        course=course, user=by, role=StaffRoles.TEACHER, is_owner=True, added_by=by
    )
    log(course, by=by, verb="created")
    return course


@transaction.atomic
def change(
    course: Course,
    *,
    by: User,
    exams: Iterable[Exam] | None = None,
    **changes: Unpack[CourseChanges],
) -> Course:
    """Change settings of a course."""
    course = _locked(course)
    for field, value in changes.items():
        setattr(course, field, value)
    course.save(update_fields=list(changes))
    if exams is not None:
        course.exams.set(exams)
    log(course, by=by, verb="changed", fields=sorted(changes))
    return course


@transaction.atomic
def copy(course: Course, *, by: User, name: str) -> Course:
    """Make a course with the same exams and assignments, unpublished, and without its people."""
    new = create(
        by,
        name=name,
        exams=course.exams.all(),
        zone=course.zone,
        retention_days=course.retention_days,
        needs_approval=course.needs_approval,
        mails_invitations=course.mails_invitations,
        mails_due=course.mails_due,
        mails_released=course.mails_released,
        mails_changed=course.mails_changed,
    )
    for assignment in course.assignments.filter(follows=None):
        topics = list(assignment.topics.all())
        assignment.pk, assignment.course, assignment.published_at = None, new, None
        assignment.made_by, assignment.is_for_all = by, True
        assignment.save(force_insert=True)
        assignment.topics.set(topics)
    return new


@transaction.atomic
def archive(course: Course, *, by: User, is_archived: bool = True) -> Course:
    """Put a course away, so that nobody joins and nothing begins; or take it out again."""
    course = _locked(course)
    if course.is_archived != is_archived:
        course.archived_at = Now() if is_archived else None
        course.save(update_fields=["archived_at"])
        course.refresh_from_db()
        log(course, by=by, verb="archived" if is_archived else "restored")
    return course


@transaction.atomic
def set_staff(
    course: Course, *, by: User, user: User, role: str, is_owner: bool = False
) -> CourseStaff:
    """Give a person a role in a course, or another one; raises LastOwner."""
    _locked(course)
    if not is_owner:
        _refuse_last_owner(course, without=user)
    row, _ = CourseStaff.objects.update_or_create(
        course=course,
        user=user,
        defaults={"role": role, "is_owner": is_owner},
        create_defaults={"role": role, "is_owner": is_owner, "added_by": by},
    )
    log(course, by=by, verb="staff_set", user=user.pk, role=role, is_owner=is_owner)
    return row


@transaction.atomic
def remove_staff(course: Course, *, by: User, user: User) -> None:
    """Take a person off the staff; raises LastOwner. A second time changes nothing."""
    _locked(course)
    _refuse_last_owner(course, without=user)
    if course.staff.filter(user=user).delete()[0]:
        log(course, by=by, verb="staff_removed", user=user.pk)


@transaction.atomic
def hand_over(course: Course, *, by: User, to: User) -> None:
    """Make another person the owner; who hands over stays as a teacher."""
    set_staff(course, by=by, user=to, role=StaffRoles.TEACHER, is_owner=True)
    course.staff.filter(is_owner=True).exclude(user=to).update(is_owner=False)
    log(course, by=by, verb="handed_over", to=to.pk)


def owned_alone(person: User) -> list[Course]:
    """Return the courses that would be without an owner if a person went."""
    owned = Course.objects.filter(staff__user=person, staff__is_owner=True)
    return [
        course
        for course in owned
        if not course.staff.filter(is_owner=True).exclude(user=person).exists()
    ]


@transaction.atomic
def rotate_code(
    course: Course, *, by: User, expires_at: datetime | None = None, limit: int | None = None
) -> str:
    """Give a course a new join code; the one before opens nothing any more."""
    course = _locked(course)
    course.join_code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    course.join_expires_at, course.join_limit, course.join_count = expires_at, limit, 0
    course.save(update_fields=["join_code", "join_expires_at", "join_limit", "join_count"])
    log(course, by=by, verb="code_rotated", limit=limit)
    return course.join_code


@transaction.atomic
def switch_off_code(course: Course, *, by: User) -> None:
    """Let nobody join by code."""
    course = _locked(course)
    course.join_code, course.join_expires_at, course.join_limit, course.join_count = (
        "",
        None,
        None,
        0,
    )
    course.save(update_fields=["join_code", "join_expires_at", "join_limit", "join_count"])
    log(course, by=by, verb="code_switched_off")


def _refuse_last_owner(course: Course, *, without: User) -> None:
    if not course.staff.filter(is_owner=True).exclude(user=without).exists():
        raise LastOwner


def _locked(course: Course) -> Course:
    """Return a course as it stands, held until the transaction ends."""
    return Course.objects.select_for_update().get(pk=course.pk)
