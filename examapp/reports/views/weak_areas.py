"""The report of weak areas, for the candidate: as a page, and as the part that polls for itself."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import open_exam
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.page import report_page
from examapp.web.numbers import whole_number

# Milliseconds before each look for a report that is not there yet; then it is called slow.
POLLS = [400, 600, 1000, 1500, 2000, 3000, 4000, 5000, 5000, 5000, 5000]


@require_safe
@vary_on_headers("HX-Request")
def weak_areas(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show what to study next, or that it is being computed; closed while an exam runs."""
    sessions = services.sessions_of(request.user).select_related("exam")
    session = get_object_or_404(sessions, pk=session_id)
    if session.is_open:
        return redirect("exams:room", session.pk)
    if session.is_discarded:
        return redirect("exams:launch", session.exam.code)
    open_session = open_exam(request.user)
    if open_session:
        context = {"session": session, "state": "locked", "open_session": open_session}
    else:
        context = {"session": session, **_state(request, session)}
    page = "reports/weak_areas.html"
    return render(request, f"{page}#report" if request.htmx else page, context)


def _state(request: SignedInRequest, session: ExamSession) -> dict[str, object]:
    """Return what the page shows of a report: ready, pending with its next poll, or slow."""
    reports = WeakAreaReport.objects.of(request.user).current()
    reports = reports.select_related("session__exam", "score", "calibration")
    report = reports.filter(session=session).first()
    if report:
        return {
            "state": "ready",
            "report": report,
            "areas": report_page(report),
            "score": report.score,
        }
    look = whole_number(request.GET.get("look", ""), most=999) or 0
    if look >= len(POLLS):
        return {"state": "slow"}
    address = reverse("reports:weak_areas", args=[session.pk])
    return {"state": "pending", "poll_ms": POLLS[look], "poll_url": f"{address}?look={look + 1}"}
