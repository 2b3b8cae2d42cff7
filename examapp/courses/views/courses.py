"""Courses: the list, a new one, and what is on in one."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.models import Course
from examapp.courses.pages import course_list
from examapp.courses.pages.assignment_lines import sections
from examapp.courses.pages.heads import course_head
from examapp.courses.pages.standing import people_of, standings
from examapp.courses.views.shared import for_staff


@require_safe
def courses(request: SignedInRequest) -> HttpResponse:
    """List the courses that the person teaches."""
    rows = list(Course.objects.taught_by(request.user).distinct())
    if not rows and not request.user.is_instructor:
        raise Http404
    page = course_list.courses_page(rows, may_add=request.user.is_instructor, now=timezone.now())
    return render(request, "courses/courses.html", {"page": page})


@require_safe
@for_staff()
def course(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Show what is on in a course, what comes and what is done."""
    now = timezone.now()
    people = people_of([found.course]).get(found.course.pk, 0)
    head = course_head(found.course, "course", people=people, may_edit=found.may_edit, now=now)
    page = course_list.CoursePage(head, sections(standings([found.course]), now=now))
    return render(request, "courses/course.html", {"page": page})
