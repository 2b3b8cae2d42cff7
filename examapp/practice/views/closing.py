"""Practice is closed while the candidate is in an exam, since it shows keys."""

from django.http import HttpResponse
from django.shortcuts import render

from examapp.accounts.requests import SignedInRequest
from examapp.exams.services import sessions_of


def closed(request: SignedInRequest) -> HttpResponse | None:
    """Return the page that says so, while an exam of the candidate runs; else None."""
    running = sessions_of(request.user).open().select_related("exam").with_progress().first()
    if running is None:
        return None
    return render(request, "practice/locked.html", {"open_session": running}, status=403)
