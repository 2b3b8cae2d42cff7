"""How the pages of a course find what they are about, for whom it is there at all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from examapp.accounts.requests import SignedInRequest
from examapp.courses import access
from examapp.courses.access import Action, Taught
from examapp.courses.models import Assignment, Membership


def taught(request: SignedInRequest, course_id: int, action: Action = "read") -> Taught:
    """Return a course on whose staff the person is; 404 where they may not do this there."""
    found = access.taught(request.user, course_id, action)
    if found is None:
        raise Http404
    return found


def for_staff[**P](
    action: Action = "read",
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
    return get_object_or_404(rows, pk=assignment_id)


def member_of(found: Taught, member_id: int) -> Membership:
    """Return a person of a course, former ones too, or 404."""
    rows = found.course.members.select_related("user")
    return get_object_or_404(rows, pk=member_id)
