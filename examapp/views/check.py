"""The check: twelve questions without an account, and an honest first answer."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from examapp.accounts import guests
from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest, SiteRequest
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.rules import ExamRules
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.reports import standing as standings
from examapp.reports.weak_areas.body import AreaEstimate, TopicEstimate
from examapp.reports.weak_areas.report import compute_practiced
from examapp.web.figures import LikelyRange, Odds
from questions.access import takeable_exams
from questions.models import Exam

QUESTIONS = 12


@dataclass(frozen=True)
class CheckedDomain:
    """A domain as the check shows it: right answers of those asked, and a rough range."""

    number: str
    title: str
    right: int
    asked: int
    verdict: str
    is_first: bool
    range: LikelyRange | None


@dataclass(frozen=True)
class CheckResult:
    """What the page of a check shows; `odds` is None where there is too little to tell."""

    exam: Exam
    asked: int
    minutes: int
    odds: Odds | None
    domains: list[CheckedDomain]
    study_first: TopicEstimate | None
    note_url: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def check(request: SiteRequest, code: str) -> HttpResponse:
    """Say what the check is; begin it, for a new guest too, or go on with the one that is open."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    if isinstance(request.user, User):
        return _own_check(request, exam)
    return _begin(request, exam)


@closed_during_exam("practice/locked.html")
def _own_check(request: SiteRequest, exam: Exam) -> HttpResponse:
    checks = PracticeSet.objects.filter(candidate=request.user.pk, exam=exam, is_check=True)
    under_way = checks.open().with_progress().first()
    return redirect(under_way) if under_way else _begin(request, exam)


def _begin(request: SiteRequest, exam: Exam) -> HttpResponse:
    if request.method != "POST":
        return _check_page(request, exam)
    choice = practice.Choice(length=QUESTIONS, explains_at_end=True, is_check=True)
    try:
        begun = practice.start(guests.guest_of(request), exam=exam, choice=choice)
    except guests.TooManyGuests as error:
        problem = gettext("Many people on your network are trying this. Wait a minute.")
        response = _check_page(request, exam, problem=problem, status=429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except practice.NothingToPractice as error:
        return _check_page(request, exam, problem=str(error), status=409)
    return redirect("practice:question", begun.pk, 1)


def _check_page(
    request: SiteRequest, exam: Exam, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"exam": exam, "count": QUESTIONS, "problem": problem}
    return render(request, "check.html", context, status=status)


@require_POST
@login_not_required
def mock(request: SiteRequest, code: str) -> HttpResponse:
    """Lead to the mock exams of an exam, a visitor as a guest."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    try:
        guests.guest_of(request)
    except guests.TooManyGuests:
        return redirect("account_signup")
    return redirect("exams:launch", exam.code)


@require_safe
@closed_during_exam("practice/locked.html")
def result(request: SignedInRequest, set_id: UUID) -> HttpResponse:
    """Show where one stands after a check, and the one topic to start with."""
    checks = PracticeSet.objects.of(request.user).filter(is_check=True)
    done = get_object_or_404(checks.select_related("exam").with_progress(), pk=set_id)
    if done.is_open:
        return redirect(done)
    if done.reported_at is None:
        compute_practiced(done.pk)
    return render(request, "check_result.html", {"shown": _result(done), "practiced": done})


def _result(done: PracticeSet) -> CheckResult:
    standing = standings.standing(done.candidate, done.exam)
    cut = 100 * float(ExamRules.of(done.exam).raw_cut)
    domains = standing.domains if standing else ()
    chance = standing.chance if standing else None
    weakest = standing.study_first if standing else None
    first = standing.weak_topics[0] if standing and standing.weak_topics else None
    return CheckResult(
        exam=done.exam,
        asked=done.answered,
        minutes=done.minutes,
        odds=chance.odds if chance and done.answered else None,
        domains=[_domain(domain, cut, is_first=domain == weakest) for domain in domains],
        study_first=first,
        note_url=_note_url(done.exam, first) if first else "",
    )


def _note_url(exam: Exam, topic: TopicEstimate) -> str:
    return f"{reverse('questions:task_notes', args=[exam.code, topic.number])}#{topic.slug}"


def _domain(domain: AreaEstimate, cut: float, *, is_first: bool) -> CheckedDomain:
    return CheckedDomain(
        number=domain.number,
        title=domain.title,
        right=round(domain.right),
        asked=domain.answered,
        verdict=domain.verdict,
        is_first=is_first,
        range=domain.likely_range(cut=cut),
    )
