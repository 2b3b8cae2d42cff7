"""Setting a sitting aside: discarded while it has hardly begun, or left out of one's report."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services


@require_POST
def discard(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Discard a sitting that has hardly begun, and go to where another one starts."""
    sessions = services.sessions_of(request.user).select_related("exam")
    session = get_object_or_404(sessions, pk=session_id)
    try:
        services.discard(session.pk, candidate=request.user)
    except services.SittingCounts:
        messages.error(request, gettext("You have answered too much to discard this exam."))
        return redirect(session)
    messages.success(request, gettext("Discarded. It does not count, and you can start again."))
    return redirect("exams:launch", session.exam.code)


@require_POST
def leave_out(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Leave a finished sitting out of one's own trend and report, or count it again."""
    session = get_object_or_404(services.sessions_of(request.user), pk=session_id)
    is_left_out = request.POST.get("count") != "yes"
    try:
        services.leave_out(session.pk, candidate=request.user, is_left_out=is_left_out)
    except services.SittingCounts:
        messages.error(request, gettext("This exam counts. You cannot leave it out."))
    else:
        messages.success(
            request,
            gettext("Left out of your progress. You can count it again at any time.")
            if is_left_out
            else gettext("It counts in your progress again."),
        )
    return redirect(session)
