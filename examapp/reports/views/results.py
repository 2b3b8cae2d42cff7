"""Results to keep: a candidate's report on paper and as data, tables for an exam's team."""

import csv
import io
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import closed_during_exam, open_exam
from examapp.reports import xapi
from questions.access import access_to
from questions.exchange.columns import escape_formula
from questions.exchange.workbook import book_of

# Topics of the printed report; a page holds no more.
MOST_TOPICS = 12


@require_safe
def printout(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show a result made for print and PDF."""
    session, report = _report(request, session_id)
    areas = report["weak_areas"]
    context = {
        "session": session,
        "report": report,
        "topics": areas["topics"][:MOST_TOPICS] if areas else [],
    }
    return render(request, "reports/printout.html", context)


@require_safe
def report_data(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Answer with a result as JSON, to keep."""
    session, report = _report(request, session_id)
    return _kept(JsonResponse(report, json_dumps_params={"indent": 2}), f"{session.pk}.json")


@require_safe
@closed_during_exam("exams/review_locked.html")
def statements(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Answer with a sitting as xAPI statements, which tell right from wrong: not during an exam."""
    session = _ended(request, session_id)
    reply = JsonResponse(xapi.statements_of(session), safe=False)
    return _kept(reply, f"{session.pk}-xapi.json")


@require_safe
def results_file(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    """Answer with a table of an exam's sittings, for those who work on its bank."""
    access = access_to(code, request.user)
    if access is None or kind not in ("csv", "xlsx"):
        raise Http404
    rows = [
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row]
        for row in xapi.results_table(access.exam)
    ]
    if kind == "xlsx":
        kind_of = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        reply = HttpResponse(book_of(rows, "Results"), content_type=kind_of)
    else:
        file = io.StringIO(newline="")
        csv.writer(file).writerows(rows)
        reply = HttpResponse(file.getvalue().encode("utf-8-sig"), content_type="text/csv")
    return _kept(reply, f"{access.exam.code}-results.{kind}")


def _report(request: SignedInRequest, session_id: UUID) -> tuple[ExamSession, dict[str, Any]]:
    session = _ended(request, session_id)
    is_free = open_exam(request.user) is None
    return session, xapi.report_of(session, with_areas=is_free)


def _ended(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).finished().select_related("exam")
    return get_object_or_404(sessions, pk=session_id)


def _kept(reply: HttpResponse, name: str) -> HttpResponse:
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
