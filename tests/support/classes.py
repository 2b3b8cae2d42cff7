"""A class that has sat an exam, and people to look at it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from examapp.accounts.models import User
from examapp.courses.models import Assignment, Attempt, Course, Membership
from examapp.exams import services
from tests.support.builders import make_exam, make_user, right_response, wrong_response
from tests.support.courses import add_member, add_staff, make_assignment, make_course
from tests.support.sittings import answer_all


@dataclass
class Class:
    """A course with staff of each role, and an assignment that its members have sat."""

    course: Course
    assignment: Assignment
    members: list[Membership]
    teacher: User
    assistant: User
    viewer: User

    def client(self, person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def address(self, page: str) -> str:
        """Return the address of a page of the assignment, such as results/."""
        return f"/courses/{self.course.pk}/assignments/{self.assignment.pk}/{page}"


def make_class(size: int = 5, *, right: int = 2, **fields: Any) -> Class:
    """Return a class in which the first `right` members have all right, the others nothing."""
    exam = make_exam(forms=3)
    teacher = make_user(role="instructor", name="Tess Teacher")
    course = make_course(owner=teacher, exam=exam, name="Evening class", zone="Europe/Berlin")
    assignment = make_assignment(course, title="Mock 1", **fields)
    members = [add_member(course, make_user(name=f"Student {place:03}")) for place in range(size)]
    long_ago = timezone.now() - timedelta(days=10)
    course.members.update(joined_at=long_ago)
    for place, member in enumerate(members):
        services.finish(begin(member, assignment, all_right=place < right).pk)
    return Class(
        course,
        assignment,
        members,
        teacher,
        add_staff(course, "assistant"),
        add_staff(course, "viewer"),
    )


def begin(
    member: Membership, assignment: Assignment, *, all_right: bool = True, number: int = 1
) -> Any:
    """Let a member begin an assignment and answer everything; the sitting stays open."""
    session = services.start(member.user, exam=assignment.exam)
    answer_all(session, right_response if all_right else wrong_response)
    Attempt.objects.create(assignment=assignment, membership=member, number=number, session=session)
    return session
