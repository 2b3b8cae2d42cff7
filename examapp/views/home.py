"""The start page: what this is, for visitors; where one stands, for candidates."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from examapp.accounts.models import User
from examapp.accounts.requests import SiteRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.services import notifications
from examapp.practice.models import PracticeSet
from examapp.reports.charts import Trend, trend
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.page import report_page
from examapp.views.landing import landing_context
from examapp.web.times import day_label
from questions.access import takeable_exams

# How many past exams the picture of scores shows.
TREND_LENGTH = 10


@require_safe
@login_not_required
def home(request: SiteRequest) -> HttpResponse:
    """Show a visitor one live question, a candidate what is running, weak and past."""
    if not isinstance(request.user, User):
        return render(request, "landing.html", landing_context())
    context = {"exams": takeable_exams(request.user), **_standing(request.user)}
    return render(request, "home.html", context)


def _standing(user: User) -> dict[str, object]:
    sessions = services.sessions_of(user).select_related("exam")
    open_session = sessions.open().with_progress().first()
    history = list(sessions.counted().with_current_score()[:TREND_LENGTH])
    return {
        "open_session": open_session,
        "history": history,
        "trend": _trend(history),
        "notices": notifications.unseen(user),
        "weakest": [],
        # What past exams say about topics is closed while one runs.
        **({} if open_session else _practice(user) | _report(user)),
    }


def _practice(user: User) -> dict[str, object]:
    """Return the sets that wait to be gone on with; closed while an exam runs."""
    sets = PracticeSet.objects.of(user).open().select_related("exam")
    return {"practised_sets": sets.with_progress()}


def _trend(history: list[ExamSession]) -> Trend | None:
    """Place the scores of the exam sat last; those of other exams have other scales."""
    if not history:
        return None
    last = history[0]
    scores = [
        (day_label(session.finished_at), session.current_scores[0].scaled)
        for session in reversed(history)
        if session.exam_id == last.exam_id and session.current_scores
    ]
    return trend(scores, low=last.scale_min, cut=last.scale_cut, high=last.scale_max)


def _report(user: User) -> dict[str, object]:
    """Return readiness and the topics that pay most, from the newest report; {} without one."""
    reports = WeakAreaReport.objects.of(user).current().select_related("session__exam")
    report = reports.order_by("-session__finished_at").first()
    if report is None:
        return {}
    page = report_page(report)
    return {"readiness": page.readiness, "weakest": page.study, "reported": report.session}
