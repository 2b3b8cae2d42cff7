"""The exam room: the paper, the answers as they come, and the end."""

from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.answers import save
from examapp.exams.answers.paper_form import rows_from_paper
from examapp.exams.answers.save import CheckedSaves, Refusal, Row, SavesRefused
from examapp.exams.models import ExamSession
from examapp.exams.services.paper import paper_of
from examapp.exams.timing import GRACE_SECONDS
from examapp.web.times import milliseconds


@require_safe
def room(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show the whole paper of an open session; one that has ended leads to its result."""
    session = _session(request, session_id)
    if not session.is_open:
        return redirect("exams:result", session.pk)
    return _room_page(request, session)


@login_not_required
@require_POST
def answers(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Store a JSON list of answers and acknowledge each; an empty list asks for the clock."""
    if not request.user.is_authenticated:
        return _refusal(HTTPStatus.UNAUTHORIZED, "sign in again; the answers wait in the browser")
    try:
        # Before it is read.
        save.check_size(int(request.META.get("CONTENT_LENGTH") or 0))
        rows = save.rows_of(request.body)
        save.check_rate(len(rows), candidate=request.user)
    except SavesRefused as error:
        refusal = _refusal(error.status, str(error), field=error.field)
        return _with_wait(refusal, error)
    reply = save.save_rows(session_id, candidate=request.user, rows=rows)
    if reply is None:
        return _refusal(HTTPStatus.NOT_FOUND, "no such session")
    body = reply.model_dump()
    if reply.state != ExamSession.Status.OPEN:
        body["result_url"] = reverse("exams:result", args=[session_id])
    return JsonResponse(body, status=reply.status)


@require_POST
def finish(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Store what waits, end the session and go to its result; a script is told where that is.

    The paper as one form, which browsers without scripts send, only ends it when that is confirmed.
    """
    session = _session(request, session_id)
    try:
        checked = _pending(request, session)
    except SavesRefused as error:
        if not session.is_open:
            return _to_result(request, session)
        page = _room_page(request, session, error=_refused(error), status=error.status)
        return _with_wait(page, error)
    action = request.POST.get("action", "end")
    is_asked_first = "action" in request.POST and request.POST.get("confirm") != "yes"
    is_end = action == "end" and not is_asked_first and not checked.refused
    if is_end or not session.is_open:
        services.finish(session.pk, pending=checked.valid)
        return _to_result(request, session)
    receipt = services.save_answers(session.pk, candidate=request.user, saves=checked.valid)
    stored = receipt.stored if receipt else []
    rejected = checked.refused_positions | {
        row.save.position for row in stored if row.outcome != "saved"
    }
    if checked.refused or rejected:
        return _room_page(request, session, error=_error_of(checked), rejected=rejected)
    if action == "end":
        sentence = gettext("Tick that you have finished, then end the exam.")
        return _room_page(request, session, error=sentence)
    return redirect("exams:room", session.pk)


def _pending(request: SignedInRequest, session: ExamSession) -> CheckedSaves:
    """Return what an end brings: what a script had waiting, or the paper as a form."""
    rows: list[Row]
    if "pending" in request.POST:
        rows = save.rows_of(request.POST["pending"])
    else:
        rows = rows_from_paper(request.POST, session.items.paper())
    if not rows:
        return CheckedSaves()
    save.check_rate(len(rows), candidate=request.user)
    return save.checked_saves(session.pk, candidate=request.user, rows=rows) or CheckedSaves()


def _refused(error: SavesRefused) -> str:
    """Return a sentence on last answers that were refused as a whole."""
    if error.reason is Refusal.TOO_FAST:
        sentence = ngettext(
            "The last answers came too fast. Send them again in %(seconds)s second.",
            "The last answers came too fast. Send them again in %(seconds)s seconds.",
            error.retry_after,
        )
        return sentence % {"seconds": error.retry_after}
    if error.reason is Refusal.TOO_LARGE:
        return gettext("The last answers are longer than a whole paper can be.")
    if error.reason is Refusal.TOO_MANY:
        return gettext("There are more last answers than a paper has questions.")
    return gettext("The last answers could not be read.")


def _error_of(checked: CheckedSaves) -> str:
    """Return a sentence on entries that name no question, at which nobody could look."""
    if len(checked.refused) == len(checked.refused_positions):
        return ""
    return gettext("Some of the last answers could not be read.")


def _to_result(request: SignedInRequest, session: ExamSession) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"result_url": reverse("exams:result", args=[session.pk])})
    return redirect("exams:result", session.pk)


def _session(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).select_related("exam", "form").with_clock()
    return get_object_or_404(sessions, pk=session_id)


def _room_page(
    request: SignedInRequest,
    session: ExamSession,
    *,
    error: str = "",
    rejected: Iterable[int] = (),
    status: int = HTTPStatus.UNPROCESSABLE_CONTENT,
) -> HttpResponse:
    """Show the paper; with an error, or answers that were rejected, under that status."""
    context = {
        "session": session,
        "paper": paper_of(session),
        "deadline_ms": milliseconds(session.deadline_at),
        "server_now_ms": milliseconds(session.now),
        "grace_seconds": GRACE_SECONDS,
        "finish_error": error,
        "unsaved_rejected": sorted(rejected),
    }
    is_refused = bool(error or context["unsaved_rejected"])
    return render(request, "exams/room.html", context, status=status if is_refused else 200)


def _refusal(status: HTTPStatus, message: str, *, field: str = "") -> JsonResponse:
    return JsonResponse({"errors": [{"field": field, "message": message}]}, status=status)


def _with_wait(response: HttpResponse, error: SavesRefused) -> HttpResponse:
    """Return a response that says when to come again, where that is known."""
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
