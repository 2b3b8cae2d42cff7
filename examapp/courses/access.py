"""Who may do what in a course: one table of roles. What is not yours is not there.

Staff see what was made of their course's assignments, and nothing else of anybody: whatever reads a
sitting for staff comes to it through an Attempt of one of their courses.
"""

from dataclasses import dataclass
from typing import Literal

from examapp.accounts.models import User
from examapp.courses.models import Course, CourseStaff, StaffRoles

Action = Literal["read", "help", "edit", "own"]

OWNER = "owner"
# Reading figures; helping people, which shows them by name; changing what the course is; owning it.
_MAY: dict[str, set[Action]] = {
    StaffRoles.VIEWER: {"read"},
    StaffRoles.ASSISTANT: {"read", "help"},
    StaffRoles.TEACHER: {"read", "help", "edit"},
    OWNER: {"read", "help", "edit", "own"},
}


@dataclass(frozen=True)
class Taught:
    """A course, for one of its staff; admins are owners everywhere."""

    course: Course
    role: str
    is_owner: bool

    @property
    def may_edit(self) -> bool:
        return self.may("edit")

    @property
    def may_help(self) -> bool:
        return self.may("help")

    def may(self, action: Action) -> bool:
        return action in _MAY[OWNER if self.is_owner else self.role]


def taught(person: User, course_id: int, action: Action = "read") -> Taught | None:
    """Return a course in which a person may do this; None where there is none for them."""
    course = Course.objects.taught_by(person).filter(pk=course_id).first()
    if course is None:
        return None
    row = CourseStaff.objects.filter(course=course, user=person).first()
    is_owner = person.is_superuser or (row is not None and row.is_owner)
    found = Taught(course, row.role if row else StaffRoles.TEACHER, is_owner)
    return found if found.may(action) else None
