"""What a student gets from their courses."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.courses.models import Membership
from examapp.courses.pages import for_you as for_you_page
from examapp.courses.pages.calendar_file import Event, calendar_file
from examapp.web.downloads import file_download


@require_safe
def for_you(request: SignedInRequest) -> HttpResponse:
    """Show what is open now, what comes, and what is done."""
    found = for_you_page.given_to(request.user)
    page = for_you_page.for_you(
        request.user, found, zone=timezone.get_current_timezone(), now=timezone.now()
    )
    return render(request, "courses/for_you.html", {"page": page})


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """Send the dates of what is open or comes, as a file for any calendar."""
    now = timezone.now()
    url = request.build_absolute_uri(reverse("courses:for_you"))
    events = [
        Event(
            f"assignment-{given.assignment.pk}@{request.get_host()}",
            gettext("%(title)s closes") % {"title": given.assignment.title},
            given.limits.closes_at,
            url,
        )
        for given in for_you_page.given_to(request.user)
        if given.limits.closes_at and given.limits.closes_at > now
    ]
    return file_download(calendar_file(events, now=now), "assignments.ics", "text/calendar")


def own_membership(request: SignedInRequest, course_id: int) -> Membership:
    """Return the person's own place in a course, or 404."""
    rows = Membership.objects.active().of(request.user).select_related("course")
    return get_object_or_404(rows, course=course_id)


def own_task(request: SignedInRequest, course_id: int, assignment_id: int) -> for_you_page.Given:
    """Return an assignment that the person was given, or 404."""
    for given in for_you_page.given_to(request.user):
        if given.assignment.pk == assignment_id and given.assignment.course_id == course_id:
            return given
    raise Http404
