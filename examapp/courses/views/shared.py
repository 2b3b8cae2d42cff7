"""How the pages of a course find what they are about, for whom it is there at all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from examapp.accounts.requests import SignedInRequest
from examapp.courses.models import Assignment, Course, CourseStaff, Membership, StaffRoles

# What a role may do besides reading: helping people, or changing what the course is.
_HELPS = (StaffRoles.TEACHER, StaffRoles.ASSISTANT)


@dataclass(frozen=True)
class Taught:
    """A course, for one of its staff."""

    course: Course
    role: str
    is_owner: bool

    @property
    def may_edit(self) -> bool:
        return self.role == StaffRoles.TEACHER

    @property
    def may_help(self) -> bool:
        return self.role in _HELPS

    def may(self, action: str) -> bool:
        """Whether the person may "read", "help", "edit" or "own"."""
        return {"read": True, "help": self.may_help, "edit": self.may_edit, "own": self.is_owner}[
            action
        ]


def taught(request: SignedInRequest, course_id: int, action: str = "read") -> Taught:
    """Return a course on whose staff the person is; 404 where they may not do this there."""
    course = get_object_or_404(Course.objects.taught_by(request.user), pk=course_id)
    row = CourseStaff.objects.filter(course=course, user=request.user).first()
    found = Taught(course, row.role if row else StaffRoles.TEACHER, row.is_owner if row else True)
    if not found.may(action):
        raise Http404
    return found


def for_staff[**P](
    action: str = "read",
) -> Callable[
    [Callable[Concatenate[SignedInRequest, Taught, P], HttpResponse]], Callable[..., HttpResponse]
]:
    """Give a view the course of its address in place of `course_id`; 404 for all but its staff."""

    def decorator(
        view: Callable[Concatenate[SignedInRequest, Taught, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: SignedInRequest, course_id: int, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            return view(request, taught(request, course_id, action), *args, **kwargs)

        return guarded

    return decorator


def assignment_of(found: Taught, assignment_id: int) -> Assignment:
    """Return an assignment of a course, or 404."""
    rows = found.course.assignments.select_related("exam", "course", "form")
    return cast(Assignment, get_object_or_404(rows, pk=assignment_id))


def member_of(found: Taught, member_id: int) -> Membership:
    """Return a person of a course, former ones too, or 404."""
    rows = found.course.members.select_related("user")
    return cast(Membership, get_object_or_404(rows, pk=member_id))
