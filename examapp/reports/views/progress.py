"""How a candidate comes along: readiness, domains, time and days of work, exam by exam."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession, SessionItem
from examapp.exams.open_exam import open_exam
from examapp.exams.rules import ExamRules
from examapp.reports import charts
from examapp.reports.models import WeakAreaReport
from examapp.web.times import day_label
from questions.models import Exam

# Sittings that the pictures show; the newest.
SHOWN = 12


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Show one exam's reports over time; closed while an exam runs, as the reports are."""
    open_session = open_exam(request.user)
    sessions = ExamSession.objects.of(request.user)
    exams = list(Exam.objects.filter(pk__in=sessions.finished().values("exam")))
    code = request.GET.get("exam", "")
    last = sessions.finished().values_list("exam", flat=True).first()
    exam = next((each for each in exams if each.code == code), None) or next(
        (each for each in exams if each.pk == last), None
    )
    context: dict[str, Any] = {"exams": exams, "exam": exam, "open_session": open_session}
    if exam and not open_session:
        context |= _pictures(request.user, exam)
    return render(request, "reports/progress.html", context)


def _pictures(user: User, exam: Exam) -> dict[str, Any]:
    reports = list(
        WeakAreaReport.objects.of(user)
        .current()
        .filter(session__exam=exam)
        .select_related("session__exam")
        .order_by("-session__finished_at")[:SHOWN]
    )
    reports.reverse()
    enough = [report for report in reports if report.body["readiness"]["is_enough"]]
    cut = 100 * ExamRules.of(exam).scale.raw_cut
    return {
        "reports": reports,
        "newest": reports[-1].areas if reports else None,
        "line_percent": cut,
        "readiness": charts.band([_point(each, each.body["readiness"]) for each in enough]),
        "domains": _domains(reports, cut),
        "times": _times(user, exam),
        "days": charts.calendar(_days(user, exam), today=timezone.now().date()),
    }


def _point(report: WeakAreaReport, figures: dict[str, Any]) -> tuple[str, float, float, float]:
    middle = figures["percent"] if "percent" in figures else figures["estimate_percent"]
    return (
        day_label(report.session.finished_at),
        middle,
        figures["low_percent"],
        figures["high_percent"],
    )


def _domains(reports: Sequence[WeakAreaReport], cut: float) -> list[dict[str, Any]]:
    """Return each domain of the newest report with its estimates over time."""
    if not reports:
        return []
    return [
        {
            "number": row["number"],
            "title": row["title"],
            "band": charts.band(
                [
                    _point(report, then)
                    for report in reports
                    for then in report.body["domains"]
                    if then["pk"] == row["pk"]
                ],
                cut=cut,
            ),
        }
        for row in reports[-1].body["domains"]
    ]


def _times(user: User, exam: Exam) -> list[dict[str, Any]]:
    sessions = ExamSession.objects.of(user).finished().filter(exam=exam)
    counted: QuerySet[Any] = sessions.annotate(
        milliseconds=Avg("items__elapsed_ms", filter=Q(items__elapsed_ms__gt=0)),
        blank=Count("items", filter=Q(items__response__isnull=True)),
    )
    return [
        {
            "session": session,
            "label": day_label(session.finished_at),
            "seconds": session.milliseconds / 1000 if session.milliseconds else None,
            "blank": session.blank,
        }
        for session in counted.order_by("-finished_at")[:SHOWN]
    ]


def _days(user: User, exam: Exam) -> dict[date, int]:
    items = SessionItem.objects.filter(
        session__candidate=user, session__exam=exam, answered_at__isnull=False
    ).order_by()
    days = items.annotate(day=TruncDate("answered_at")).values("day").annotate(n=Count("pk"))
    return dict(days.values_list("day", "n"))
