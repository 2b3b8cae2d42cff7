"""The line before a start, while many start at one moment."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.hooks import starters
from examapp.exams.models import ExamSession, StartTicket
from examapp.exams.services import admission


@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """Show the place in line; begin what was asked for when it is one's turn.

    The page comes back by itself, without scripts. What begins was asked for by a POST before.
    """
    ticket = admission.ticket_of(request.user)
    if ticket is None:
        # It may have begun, and its answer got lost on the way.
        begun = ExamSession.objects.of(request.user).open().first()
        return redirect(begun or "exams:catalogue")
    try:
        return redirect(_go_on(request, ticket))
    except admission.MustWait as wait:
        context = {"ticket": ticket, "place": wait.place}
        response = render(request, "exams/waiting.html", context)
        response.headers["Refresh"] = str(wait.place.seconds)
        return response


def _go_on(request: SignedInRequest, ticket: StartTicket) -> str:
    """Begin what a ticket is for; return where it leads. What stands against it ends the wait."""
    starter = starters.get(ticket.purpose) if ticket.purpose else None
    if starter:
        return starter(request.user, ticket.target)
    try:
        session = services.start(request.user, exam=ticket.exam, form=ticket.form)
    except (
        BankTooSmall,
        services.FormIncomplete,
        services.ExamNotOpen,
        services.GuestLimit,
        services.TooManyStarts,
    ):
        admission.give_up(request.user)
        messages.error(request, gettext("The exam could not be started. Try again."))
        return ticket.exam.get_absolute_url()
    # The exam may have been open by another press of the button: nothing is waited for any more.
    admission.give_up(request.user)
    return session.get_absolute_url()


@require_POST
def give_up(request: SignedInRequest) -> HttpResponse:
    """Leave the line."""
    admission.give_up(request.user)
    return redirect("exams:catalogue")
