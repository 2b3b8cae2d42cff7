"""A class while it sits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.courses.pages.live_page import live_page
from examapp.courses.pages.sitters import sitters
from examapp.courses.views.shared import Taught, assignment_of, for_staff


@require_safe
@vary_on_headers("HX-Request")
@for_staff("help")
def live(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Show who is in the exam and who may need help; htmx asks for the part that changes."""
    assignment = assignment_of(found, assignment_id)
    page = live_page(
        assignment,
        sitters(assignment),
        show=request.GET.get("show", ""),
        may_act=found.may_help,
        now=timezone.now(),
    )
    template = "courses/live.html#now" if request.htmx else "courses/live.html"
    # 286 ends the polling where there is nothing to come.
    status = 286 if request.htmx and page.is_over else 200
    return render(request, template, {"page": page}, status=status)
