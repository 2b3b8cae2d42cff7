"""A candidate's progress: readiness, domains, time and days of work, exam by exam."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from examapp.exams.models import ExamSession, ExamSessionQuerySet, SessionItem
from examapp.exams.open_exam import open_exam
from examapp.exams.rules import ExamRules
from examapp.reports import charts
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.body import AreaEstimate, ReportBody, from_json
from examapp.reports.weak_areas.page import report_page
from examapp.web.times import day_label
from questions.models import Exam

# Mock exams that the pictures show; the newest.
SHOWN = 12


@dataclass(frozen=True)
class DatedBody:
    """What a report said, and the day of its mock exam."""

    label: str
    body: ReportBody


@dataclass(frozen=True)
class DomainTrend:
    """A domain of the newest report with its estimates over time."""

    number: str
    title: str
    band: charts.Band


@dataclass(frozen=True)
class TimeUse:
    """How a mock exam's time was used: seconds a question, and questions not answered."""

    session: ExamSession
    label: str
    seconds: float | None
    blank: int


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Show one exam's reports over time; closed while an exam runs, as the reports are."""
    open_session = open_exam(request.user)
    sessions = ExamSession.objects.of(request.user)
    exams = list(Exam.objects.filter(pk__in=sessions.finished().values("exam")))
    exam = _chosen_exam(request.GET.get("exam", ""), exams, sessions)
    context: dict[str, object] = {"exams": exams, "exam": exam, "open_session": open_session}
    if exam and not open_session:
        context |= _pictures(request.user, exam)
    return render(request, "reports/progress.html", context)


def _chosen_exam(code: str, exams: Sequence[Exam], sessions: ExamSessionQuerySet) -> Exam | None:
    """Return the exam that the address asks for, else the one sat last."""
    last = sessions.finished().values_list("exam", flat=True).first()
    asked = (exam for exam in exams if exam.code == code)
    sat_last = (exam for exam in exams if exam.pk == last)
    return next(asked, None) or next(sat_last, None)


def _pictures(user: User, exam: Exam) -> dict[str, object]:
    reports = list(
        WeakAreaReport.objects.of(user)
        .current()
        .filter(session__exam=exam, session__left_out_at=None)
        .select_related("session__exam")
        .order_by("-session__finished_at")[:SHOWN]
    )
    reports.reverse()
    history = [DatedBody(_label(report.session), from_json(report.body)) for report in reports]
    cut = 100 * ExamRules.of(exam).scale.raw_cut
    return {
        "reports": reports,
        "newest": report_page(reports[-1]) if reports else None,
        "line_percent": cut,
        "readiness": charts.band(_readiness(history)),
        "domains": _domains(history, cut),
        "times": _times(user, exam),
        "days": charts.calendar(_days(user, exam), today=timezone.localdate()),
    }


def _label(session: ExamSession) -> str:
    return day_label(session.finished_at)


def _readiness(history: Sequence[DatedBody]) -> list[charts.Estimate]:
    """Return the chance to pass over time, from the first report with enough answers on."""
    return [
        charts.Estimate(dated.label, chance.percent, chance.low_percent, chance.high_percent)
        for dated in history
        if (chance := dated.body.readiness).is_enough
    ]


def _domains(history: Sequence[DatedBody], cut: float) -> list[DomainTrend]:
    """Return each domain of the newest report with its estimates over time."""
    if not history:
        return []
    return [
        DomainTrend(domain.number, domain.title, charts.band(_estimates(domain, history), cut=cut))
        for domain in history[-1].body.domains
    ]


def _estimates(domain: AreaEstimate, history: Sequence[DatedBody]) -> list[charts.Estimate]:
    return [
        charts.Estimate(dated.label, then.estimate_percent, then.low_percent, then.high_percent)
        for dated in history
        for then in dated.body.domains
        if then.pk == domain.pk
    ]


def _times(user: User, exam: Exam) -> list[TimeUse]:
    sessions = ExamSession.objects.of(user).counted().filter(exam=exam)
    # Any: a session with two annotations.
    counted: QuerySet[Any] = sessions.annotate(
        milliseconds=Avg("items__elapsed_ms", filter=Q(items__elapsed_ms__gt=0)),
        blank=Count("items", filter=Q(items__response__isnull=True)),
    )
    return [
        TimeUse(
            session,
            _label(session),
            session.milliseconds / 1000 if session.milliseconds else None,
            session.blank,
        )
        for session in counted.order_by("-finished_at")[:SHOWN]
    ]


def _days(user: User, exam: Exam) -> dict[date, int]:
    items = SessionItem.objects.filter(
        session__candidate=user, session__exam=exam, answered_at__isnull=False
    ).order_by()
    days = items.annotate(day=TruncDate("answered_at")).values("day").annotate(n=Count("pk"))
    return dict(days.values_list("day", "n"))
