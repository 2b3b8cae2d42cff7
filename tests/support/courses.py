"""Courses to test with: staff, members, assignments, in any state."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from examapp.courses import consent
from examapp.courses.models import Assignment, Course, CourseStaff, Membership
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from tests.support.builders import make_exam, make_user

_numbers = count(1)


def make_course(*, owner: Any = None, exam: Any = None, **fields: Any) -> Course:
    """Return a course of an exam with its owner, a teacher."""
    owner = owner or make_user(role="instructor", name="Tess Teacher")
    name = fields.pop("name", f"Course {next(_numbers)}")
    course = Course.objects.create(name=name, made_by=owner, **fields)
    course.exams.add(exam or make_exam(forms=3))
    CourseStaff.objects.create(course=course, user=owner, role="teacher", is_owner=True)
    return course


def add_staff(course: Course, role: str, user: Any = None) -> Any:
    user = user or make_user(role="instructor", name=f"{role.title()} of the course")
    CourseStaff.objects.create(course=course, user=user, role=role)
    return user


def add_member(course: Course, user: Any = None, **fields: Any) -> Membership:
    """Return an active member; with state="invited" one who has no account yet."""
    state = fields.setdefault("state", "active")
    if state == "invited" and user is None:
        fields.setdefault("email", f"invited-{next(_numbers)}@example.com")
        return Membership.objects.create(course=course, **fields)
    user = user or make_user(name=f"Student {next(_numbers)}")
    fields.setdefault("email", user.email)
    fields.setdefault("name", user.name)
    now = timezone.now()
    if state == "left":
        fields.setdefault("left_at", now)
    return Membership.objects.create(
        course=course,
        user=user,
        consent_version=consent.CURRENT,
        consented_at=now,
        joined_at=now,
        **fields,
    )


def make_assignment(course: Course, **fields: Any) -> Assignment:
    """Return a published assignment that is open since yesterday, a new mix for each."""
    exam = fields.pop("exam", None) or course.exams.get()
    now = timezone.now()
    values = {
        "title": f"Assignment {next(_numbers)}",
        "kind": "mix_each",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "published_at": now - timedelta(days=1),
        **fields,
    }
    return Assignment.objects.create(course=course, exam=exam, **values)


def practice_set_of(candidate: Any) -> PracticeSet:
    """Return a practice set of a person, of an exam of its own."""
    return practice.start(candidate, exam=make_exam(forms=3), choice=practice.Choice(3))
