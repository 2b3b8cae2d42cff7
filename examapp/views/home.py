"""The start page: what this is, for visitors; where one stands, for candidates."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.models import User
from examapp.accounts.requests import SiteRequest
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.services import notifications
from examapp.practice.models import PracticeSet
from examapp.reports.charts import Trend, trend
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.page import report_page
from examapp.web.times import day_label
from questions.access import takeable_exams
from questions.items.answered import answered_item
from questions.items.presentation import PaperItem, paper_item
from questions.models import Question

# How many past exams the picture of scores shows.
TREND_LENGTH = 10


@require_safe
@login_not_required
def home(request: SiteRequest) -> HttpResponse:
    """Show a visitor one live question, a candidate what is running, weak and past."""
    context: dict[str, object] = {"exams": takeable_exams(request.user)}
    if isinstance(request.user, User):
        context |= _standing(request.user)
    else:
        question = Question.objects.sample()
        context["sample"] = question and _shown(question)
    return render(request, "home.html", context)


@require_POST
@login_not_required
@vary_on_headers("HX-Request")
def sample(request: SiteRequest) -> HttpResponse:
    """Grade a visitor's answer to the sample question and explain it; nothing is stored."""
    # Before it is read: it has its key with it.
    question = None if request.user.is_authenticated else Question.objects.sample()
    if question is None:
        return redirect("home")
    response = _choice(request, question)
    context: dict[str, object] = {
        "exams": takeable_exams(request.user),
        "sample": _shown(question, response),
    }
    status = 200
    if response is None:
        context["sample_error"], status = "Choose an answer first.", 422
    else:
        context["sample_feedback"] = _feedback(question, response)
    page = "home.html#sample" if request.htmx else "home.html"
    return render(request, page, context, status=status)


def _choice(request: SiteRequest, question: Question) -> int | None:
    """Return the chosen option's index, None when it is not one."""
    text = request.POST.get("choice", "")
    count = len(question.live_version.content["options"])
    return int(text) if text in map(str, range(count)) else None


def _shown(question: Question, response: int | None = None) -> PaperItem:
    version = question.live_version
    return paper_item(
        position=1,
        item_type=version.type,
        html=version.html,
        shuffle=range(len(version.content["options"])),
        response=response,
    )


def _feedback(question: Question, response: int) -> dict[str, object]:
    version = question.live_version
    order = range(len(version.content["options"]))
    solved = answered_item(
        position=1,
        item_type=version.type,
        html=version.html,
        key=version.key,
        shuffle=order,
        response=response,
    )
    return {
        "is_right": response in version.key["right"],
        "options": solved.options,
        "note_url": question.topic.get_absolute_url(),
    }


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
