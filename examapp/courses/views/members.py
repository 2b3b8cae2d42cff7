"""People of a course: the list, and the code by which they join."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.courses.models import MemberStates
from examapp.courses.pages import members_page
from examapp.courses.pages.heads import course_head, course_url
from examapp.courses.views.shared import Taught, for_staff
from examapp.web.paging import page_of


@require_safe
@for_staff("help")
def members(request: SignedInRequest, found: Taught) -> HttpResponse:
    """List the people of a course, those first who have not joined."""
    course, now = found.course, timezone.now()
    show, query = request.GET.get("show", ""), request.GET.get("q", "").strip()[:100]
    url = course_url("members", course)
    part = page_of(request, members_page.members(course, query=query, show=show))
    filters = members_page.filters(course, url, show)
    waiting = course.members.filter(state=MemberStates.WAITING) if found.may_edit else ()
    asking = [members_page.member_line(each, course, now=now) for each in waiting]
    page = members_page.MembersPage(
        head=course_head(
            course,
            "members",
            people=int(filters[0].count or 0),
            may_edit=found.may_edit,
            now=now,
        ),
        url=url,
        act_url=course_url("act", course),
        code_url=course_url("code", course),
        filters=filters,
        query=query,
        show=show,
        lines=[members_page.member_line(each, course, now=now) for each in part],
        part=part,
        waiting=asking,
        waiting_words=members_page.waiting_words(len(asking)),
        code=members_page.join_code(course, now=now),
    )
    return render(request, "courses/members.html", {"page": page})


@require_safe
@for_staff("help")
def board(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Show the code large, for a whole room."""
    page = members_page.board_page(found.course, now=timezone.now())
    return render(request, "courses/board.html", {"page": page})
