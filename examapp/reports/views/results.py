"""Results to keep: a candidate's report on paper and as data, tables for an exam's team."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import closed_during_exam, open_exam
from examapp.reports import xapi
from examapp.web.downloads import TABLE_KINDS, json_download, table_download
from questions.access import access_to

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
    return json_download(report, f"{session.pk}.json", indent=2)


@require_safe
@closed_during_exam("exams/review_locked.html")
def statements(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Answer with a sitting as xAPI statements, which tell right from wrong: not during an exam."""
    session = _ended(request, session_id)
    return json_download(xapi.statements_of(session), f"{session.pk}-xapi.json")


@require_safe
def results_file(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    """Answer with a table of an exam's sittings, for those who work on its bank."""
    access = access_to(code, request.user)
    if access is None or kind not in TABLE_KINDS:
        raise Http404
    rows, name = xapi.results_table(access.exam), f"{access.exam.code}-results"
    return table_download(rows, kind, name=name, title="Results", encoding="utf-8-sig")


def _report(request: SignedInRequest, session_id: UUID) -> tuple[ExamSession, dict[str, Any]]:
    session = _ended(request, session_id)
    is_free = open_exam(request.user) is None
    return session, xapi.report_of(session, with_areas=is_free)


def _ended(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).finished().select_related("exam")
    return get_object_or_404(sessions, pk=session_id)
