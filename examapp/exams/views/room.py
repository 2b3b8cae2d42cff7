"""The exam room: the paper, the answers as they come, and the end."""

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.answers.log import Receipt, Stored
from examapp.exams.answers.requests import (
    CheckedSaves,
    SavesError,
    checked_saves,
    rows_from_json,
    rows_from_paper,
)
from examapp.exams.models import ExamSession
from examapp.exams.timing import GRACE_SECONDS
from examapp.web.rate_limit import seconds_to_wait
from questions.items.presentation import PaperItem, paper_item

MAX_BODY_BYTES = 256 * 1024


@require_safe
def room(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show the whole paper of an open session; one that has ended leads to its result."""
    session = _own_session(request, session_id)
    if not session.is_open:
        return redirect("exams:result", session.pk)
    return _room_page(request, session)


@login_not_required
@require_POST
def answers(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Store a JSON list of answers and acknowledge each; an empty list asks for the clock."""
    if not request.user.is_authenticated:
        return _refusal(HTTPStatus.UNAUTHORIZED, "sign in again; the answers wait in the browser")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        return _refusal(HTTPStatus.CONTENT_TOO_LARGE, f"send at most {MAX_BODY_BYTES} bytes")
    try:
        rows = rows_from_json(request.body)
    except SavesError as error:
        return _refusal(HTTPStatus.UNPROCESSABLE_CONTENT, str(error), field="body")
    limit, amount = settings.SAVES_PER_MINUTE, max(1, len(rows))
    wait = seconds_to_wait(f"saves-{request.user.pk}", amount=amount, limit=limit)
    if wait:
        refusal = _refusal(HTTPStatus.TOO_MANY_REQUESTS, f"wait {wait} seconds")
        refusal.headers["Retry-After"] = str(wait)
        return refusal
    shapes = services.shapes(session_id, candidate=request.user, positions=positions_of(rows))
    checked = checked_saves(rows, shapes)
    receipt = None
    if shapes:
        receipt = services.save_answers(session_id, candidate=request.user, saves=checked.valid)
    if receipt is None:
        return _refusal(HTTPStatus.NOT_FOUND, "no such session")
    reply, status = acknowledgement(receipt, checked)
    if receipt.status == ExamSession.Status.FINISHED:
        reply["result_url"] = reverse("exams:result", args=[session_id])
    return JsonResponse(reply, status=status)


@require_POST
def finish(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Store what waits, end the session and go to its result; a script is told where that is.

    The paper as one form, which browsers without scripts send, only ends it when that is confirmed.
    """
    session = _own_session(request, session_id)
    try:
        if "pending" in request.POST:
            rows = rows_from_json(request.POST["pending"])
        else:
            rows = rows_from_paper(request.POST, session.items.paper())
    except SavesError as error:
        if not session.is_open:
            return _to_result(request, session)
        return _room_page(request, session, error=f"The last answers {error}.")
    positions = positions_of(rows)
    shapes = services.shapes(session.pk, candidate=request.user, positions=positions)
    checked = checked_saves(rows, shapes)
    action = request.POST.get("action", "end")
    is_asked_first = "action" in request.POST and request.POST.get("confirm") != "yes"
    is_end = action == "end" and not is_asked_first and not checked.refused
    if is_end or not session.is_open:
        services.finish(session.pk, pending=checked.valid)
        return _to_result(request, session)
    receipt = services.save_answers(session.pk, candidate=request.user, saves=checked.valid)
    rejected = [row["position"] for row, _ in checked.refused if isinstance(row, dict)]
    rejected += [s.save.position for s in receipt.stored if s.outcome != "saved"] if receipt else []
    if rejected or action == "end":
        asked = "" if rejected else "Tick that you have finished, then end the exam."
        return _room_page(request, session, error=asked, rejected=rejected)
    return redirect("exams:room", session.pk)


def _to_result(request: SignedInRequest, session: ExamSession) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"result_url": reverse("exams:result", args=[session.pk])})
    return redirect("exams:result", session.pk)


def _own_session(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).select_related("exam").with_clock()
    return get_object_or_404(sessions, pk=session_id)


def _room_page(
    request: SignedInRequest,
    session: ExamSession,
    *,
    error: str = "",
    rejected: list[Any] | None = None,
) -> HttpResponse:
    context = {
        "session": session,
        "paper": paper_of(session),
        "deadline_ms": _milliseconds(session.deadline_at),
        "server_now_ms": _milliseconds(session.now),
        "grace_seconds": GRACE_SECONDS,
        "finish_error": error,
        "unsaved_rejected": sorted(set(rejected or [])),
    }
    status = 422 if error or rejected else 200
    return render(request, "exams/room.html", context, status=status)


def paper_of(session: ExamSession) -> list[PaperItem]:
    """Return the whole paper of a session, as its candidate may see it."""
    items = list(session.items.paper())
    cases = [item.version.html.get("case", {}).get("ref") for item in items]
    sizes, reached = Counter(cases), Counter[str]()
    paper = []
    for item, case in zip(items, cases, strict=True):
        reached[case] += 1
        paper.append(
            paper_item(
                position=item.position,
                item_type=item.version.type,
                html=item.version.html,
                shuffle=item.shuffle,
                response=item.response,
                revision=item.revision,
                flagged=item.flagged,
                struck=item.struck,
                case_place=(reached[case], sizes[case]),
            )
        )
    return paper


def positions_of(rows: list[Any]) -> set[int]:
    """Return the positions that rows name, as far as they can be one."""
    named = (row.get("position") for row in rows if isinstance(row, dict))
    return {
        position
        for position in named
        if isinstance(position, int) and not isinstance(position, bool) and 0 < position < 2**15
    }


def acknowledgement(receipt: Receipt, checked: CheckedSaves) -> tuple[dict[str, Any], HTTPStatus]:
    """Return what is said of a list of saves, each acknowledged or refused, and the status."""
    outcomes = {stored.outcome for stored in receipt.stored}
    status = HTTPStatus.OK
    if outcomes & {"stale", "late"}:
        status = HTTPStatus.CONFLICT
    if checked.refused:
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    reply: dict[str, Any] = {
        "state": receipt.status,
        "server_now": receipt.now.isoformat(),
        "server_now_ms": _milliseconds(receipt.now),
        "deadline": receipt.deadline_at.isoformat(),
        "deadline_ms": _milliseconds(receipt.deadline_at),
        "saved": [_entry(stored, receipt) for stored in receipt.stored]
        + [_refused_entry(row, errors) for row, errors in checked.refused],
    }
    return reply, status


def _entry(stored: Stored, receipt: Receipt) -> dict[str, Any]:
    """Return one save's acknowledgement; what came after a submitted end is `closed`, not late."""
    was_submitted = receipt.finish_reason == ExamSession.FinishReason.SUBMITTED
    is_closed = stored.outcome == "late" and was_submitted
    return {
        "position": stored.save.position,
        "client": str(stored.save.client),
        "seq": stored.save.seq,
        "status": "closed" if is_closed else stored.outcome,
        "revision": stored.revision,
        "response": stored.response,
        "flagged": stored.flagged,
        "struck": stored.struck,
        "saved_at": stored.received_at and stored.received_at.isoformat(),
        "errors": [],
    }


def _refused_entry(row: Any, errors: dict[str, str]) -> dict[str, Any]:
    row = row if isinstance(row, dict) else {}
    return {
        **{name: row.get(name) for name in ("position", "client", "seq")},
        "status": "invalid",
        "errors": [{"field": name, "message": text} for name, text in errors.items()],
    }


def _refusal(status: HTTPStatus, message: str, *, field: str = "") -> JsonResponse:
    return JsonResponse({"errors": [{"field": field, "message": message}]}, status=status)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
