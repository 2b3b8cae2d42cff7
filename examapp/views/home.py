"""The start page: the landing page for visitors, today's work for candidates."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from examapp.accounts.forms import ExamDateForm
from examapp.accounts.models import User
from examapp.accounts.requests import SiteRequest
from examapp.exams.services import notifications
from examapp.reports.charts import ScoreChart, score_chart
from examapp.reports.forms import ToldForm
from examapp.study.plan import Line, Plan, days_left, next_study_day, plan_of, week_of
from examapp.views.frame import frame_of
from examapp.views.landing import landing_context
from examapp.views.learner import Learner
from examapp.views.staff_home import given, staff_home, teaches
from examapp.web.due_count import remember
from examapp.web.figures import Odds
from questions.models import Exam


@dataclass(frozen=True)
class PlanLine:
    """One line of the plan in words, with the way to it; `topic` is practiced by a form."""

    line: Line
    title: str
    note: str
    label: str
    url: str
    topic: int | None = None


@dataclass(frozen=True)
class ShownDay:
    """A day of the week under its name."""

    name: str
    state: str
    minutes: int


@dataclass(frozen=True)
class HomePage:
    """Home of somebody who has begun."""

    exam: Exam
    plan: Plan
    lines: list[PlanLine]
    week: list[ShownDay]
    week_minutes: int
    exam_on: date | None
    exam_day: str
    days_left: int | None
    odds: Odds | None
    chart: ScoreChart | None
    next_day: str


@require_safe
@login_not_required
def home(request: SiteRequest) -> HttpResponse:
    """Show a visitor what this is; a candidate what to do today, or that they are ready."""
    if not isinstance(request.user, User):
        return render(request, "landing.html", landing_context())
    if teaches(request.user):
        return staff_home(request, request.user)
    learner = Learner(request.user, timezone.localdate())
    context = _notices(learner) | {"for_you": given(request.user)}
    if learner.exam is None:
        return render(request, "home_empty.html", context)
    if learner.is_new:
        return render(request, "home_new.html", context | _welcome(learner.exam, learner.exam_on))
    frame_of(request).due = learner.due
    page = home_page(learner, learner.exam)
    name = "home_ready.html" if learner.is_ready else "home_study.html"
    response = render(request, name, context | {"page": page})
    return remember(response, learner.user.pk, learner.today, learner.due)


def _notices(learner: Learner) -> dict[str, object]:
    """Return what stands above every home: what runs, what was corrected, how it went."""
    untold = learner.untold
    newest = learner.newest_set
    is_practicing = newest and newest.ended_at is None and not learner.open_session
    return {
        "learner": learner,
        "open_session": learner.open_session,
        "practiced": newest if is_practicing else None,
        "notices": notifications.unseen(learner.user),
        "untold": untold,
        "told_form": ToldForm() if untold else None,
    }


def _welcome(exam: Exam, exam_on: date | None) -> dict[str, object]:
    return {
        "exam": exam,
        "length": exam.scored_count + exam.unscored_count,
        "date_form": ExamDateForm(initial={"day": exam_on}, today=timezone.localdate()),
        "exam_on": exam_on,
        "date_url": reverse("accounts:save_setting", args=[f"exam-date-{exam.code.lower()}"]),
    }


def home_page(learner: Learner, exam: Exam) -> HomePage:
    """Work out the plan and put it in words."""
    wishes = learner.wishes
    plan = plan_of(learner.morning, wishes)
    tomorrow = learner.today + timedelta(days=1)
    return HomePage(
        exam=exam,
        plan=plan,
        lines=[_words(line, learner, exam) for line in plan.lines],
        week=[
            ShownDay(date_format(day.day, "D"), day.state, day.minutes)
            for day in week_of(learner.today, learner.minutes_on, plan, wishes)
        ],
        week_minutes=sum(learner.minutes_on.values()),
        exam_on=wishes.exam_on,
        exam_day=date_format(wishes.exam_on, "j F") if wishes.exam_on else "",
        days_left=days_left(wishes.exam_on, learner.today) if wishes.exam_on else None,
        odds=learner.odds,
        chart=_chart(learner, exam),
        next_day=date_format(next_study_day(tomorrow, wishes.study_days), "l"),
    )


def _chart(learner: Learner, exam: Exam) -> ScoreChart | None:
    """Chart the scores of the exam one prepares for; None from fewer than two."""
    scores = [(date_format(each.day, "j M"), each.scaled) for each in reversed(learner.history)]
    if len(scores) < 2:
        return None
    return score_chart(scores, cut=exam.scale_cut, highest=exam.scale_max)


def _words(line: Line, learner: Learner, exam: Exam) -> PlanLine:
    return {"review": _review, "topic": _topic, "mock": _mock}[line.kind](line, learner, exam)


def _review(line: Line, learner: Learner, exam: Exam) -> PlanLine:
    title = ngettext("%(n)s due for review", "%(n)s due for review", line.count)
    minutes = ngettext(
        "See them again before you forget. About %(minutes)s minute.",
        "See them again before you forget. About %(minutes)s minutes.",
        line.minutes,
    )
    return PlanLine(
        line,
        title % {"n": line.count},
        minutes % {"minutes": line.minutes},
        gettext("Start the review"),
        _review_url(exam),
    )


def _topic(line: Line, learner: Learner, exam: Exam) -> PlanLine:
    topic = learner.topic
    assert topic is not None
    sentence = ngettext(
        "%(right)s of %(answered)s right so far. %(n)s question, about %(minutes)s minutes.",
        "%(right)s of %(answered)s right so far. %(n)s questions, about %(minutes)s minutes.",
        line.count,
    )
    facts = {"right": topic.right, "answered": topic.answered}
    return PlanLine(
        line,
        gettext("Practice: %(topic)s") % {"topic": topic.title},
        sentence % {**facts, "n": line.count, "minutes": line.minutes},
        gettext("Start"),
        reverse("practice:start", args=[exam.code]),
        topic.pk,
    )


def _mock(line: Line, learner: Learner, exam: Exam) -> PlanLine:
    mock = learner.mock
    assert mock is not None
    title = mock.title
    if line.on != learner.today:
        day = date_format(line.on, "l")
        title = gettext("%(mock)s on %(day)s") % {"mock": mock.title, "day": day}
    sentence = gettext("%(n)s questions, %(minutes)s minutes.")
    return PlanLine(
        line,
        title,
        sentence % {"n": line.count, "minutes": line.minutes},
        gettext("Take it now"),
        reverse("exams:launch", args=[exam.code]),
    )


def _review_url(exam: Exam) -> str:
    """Return where what is due is reviewed; practice, where the product has no reviews."""
    try:
        return reverse("study:review", args=[exam.code])
    except NoReverseMatch:
        return reverse("practice:choose", args=[exam.code])
