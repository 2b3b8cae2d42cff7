"""Results to download: a candidate's report on paper and as data, tables for an exam's team."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import closed_during_exam, open_exam
from examapp.reports import exports, xapi
from examapp.reports.exports import ReportData
from examapp.reports.weak_areas.body import from_json
from examapp.web.downloads import TABLE_KINDS, json_download, table_download
from questions.access import access_to

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
    return json_download(report, f"{session.pk}.json", indent=2)


@require_safe
@closed_during_exam("exams/review_locked.html")
def statements(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Answer with a session as xAPI statements, which tell right from wrong: not during an exam."""
    session = _ended(request, session_id)
    return json_download(xapi.statements_of(session), f"{session.pk}-xapi.json")


@require_safe
def results_file(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    """Answer with a table of an exam's finished sessions, for those who work on its bank."""
    access = access_to(code, request.user)
    if access is None or kind not in TABLE_KINDS:
        raise Http404
    rows, name = exports.results_table(access.exam), f"{access.exam.code}-results"
    return table_download(rows, kind, name=name, title="Results", encoding="utf-8-sig")


def _report(request: SignedInRequest, session_id: UUID) -> tuple[ExamSession, ReportData]:
    session = _ended(request, session_id)
    is_free = open_exam(request.user) is None
    return session, exports.report_of(session, with_areas=is_free)


def _ended(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).finished().select_related("exam", "form")
    return get_object_or_404(sessions, pk=session_id)
