"""Results to download: a candidate's report on paper and as data, tables for an exam's team."""

import csv
import io
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.reports import exports, xapi
from examapp.reports.exports import ReportData
from examapp.reports.weak_areas.body import from_json
from questions.access import access_to
from questions.exchange.columns import escape_formula
from questions.exchange.workbook import book_of

# Topics of the printed report; a page holds no more.
MOST_TOPICS = 12


@require_safe
def printout(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show a result made for print and PDF."""
    session, report = _report(request, session_id)
    stored = report["weak_areas"]
    context = {
        "session": session,
        "report": report,
        "topics": from_json(stored).topics[:MOST_TOPICS] if stored else (),
    }
    return render(request, "reports/printout.html", context)


@require_safe
def report_data(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Answer with a result as JSON, to download."""
    session, report = _report(request, session_id)
    return _download(JsonResponse(report, json_dumps_params={"indent": 2}), f"{session.pk}.json")


@require_safe
def statements(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Answer with a session as xAPI statements, which tell right from wrong: not during an exam."""
    session = _ended(request, session_id)
    if services.has_open_session(request.user):
        return render(request, "exams/review_locked.html", {"session": session}, status=403)
    reply = JsonResponse(xapi.statements_of(session), safe=False)
    return _download(reply, f"{session.pk}-xapi.json")


@require_safe
def results_file(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    """Answer with a table of an exam's finished sessions, for those who work on its bank."""
    access = access_to(code, request.user)
    if access is None or kind not in ("csv", "xlsx"):
        raise Http404
    rows = [
        [escape_formula(cell) if isinstance(cell, str) else cell for cell in row]
        for row in exports.results_table(access.exam)
    ]
    if kind == "xlsx":
        kind_of = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        reply = HttpResponse(book_of(rows, "Results"), content_type=kind_of)
    else:
        file = io.StringIO(newline="")
        csv.writer(file).writerows(rows)
        reply = HttpResponse(file.getvalue().encode("utf-8-sig"), content_type="text/csv")
    return _download(reply, f"{access.exam.code}-results.{kind}")


def _report(request: SignedInRequest, session_id: UUID) -> tuple[ExamSession, ReportData]:
    session = _ended(request, session_id)
    is_free = not services.has_open_session(request.user)
    return session, exports.report_of(session, with_areas=is_free)


def _ended(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).finished().select_related("exam")
    return get_object_or_404(sessions, pk=session_id)


def _download(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
