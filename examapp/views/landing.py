"""What a visitor sees: what this is, a result in small, and the way to the check."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SiteRequest
from examapp.exams.models import ExamForm
from examapp.exams.rules import ExamRules
from examapp.views.invented import InventedResult, invented_result
from questions.access import takeable_exams
from questions.items.answered import answered_item
from questions.items.presentation import PaperItem, paper_item
from questions.models import Domain, Exam, Question


@dataclass(frozen=True)
class Offer:
    """What an exam offers: counts of the bank as it is now."""

    exam: Exam
    questions: int
    mocks: int

    @property
    def length(self) -> int:
        return self.exam.scored_count + self.exam.unscored_count


def landing_context() -> dict[str, object]:
    """Return what the landing page shows: the first open exam, and the others by name."""
    exams = list(takeable_exams(AnonymousUser()))
    question = Question.objects.sample()
    sample = _shown(question) if question else None
    if not exams:
        return {"offer": None, "others": [], "sample": sample}
    offer = offer_of(exams[0])
    return {
        "offer": offer,
        "others": exams[1:],
        "shown": _invented(exams[0]),
        "sample": sample,
    }


def offer_of(exam: Exam) -> Offer:
    return Offer(
        exam,
        questions=Question.objects.pool(exam).count(),
        mocks=ExamForm.objects.offered(exam).count(),
    )


@require_safe
@login_not_required
def demo(request: SiteRequest) -> HttpResponse:
    """Show the result of an invented learner, as everybody's looks after a mock exam."""
    exam = takeable_exams(AnonymousUser()).first()
    if exam is None:
        return redirect("home")
    context = {"offer": offer_of(exam), "shown": _invented(exam)}
    return render(request, "demo.html", context)


def _invented(exam: Exam) -> InventedResult:
    domains = Domain.objects.filter(exam=exam).values_list("number", "title", "weight")
    return invented_result(
        [(str(number), title, float(weight)) for number, title, weight in domains],
        scale=ExamRules.of(exam).scale,
        count=exam.scored_count + exam.unscored_count,
    )


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
    context = landing_context() | {"sample": _shown(question, response)}
    status = 200
    if response is None:
        context["sample_error"], status = gettext("Choose an answer first."), 422
    else:
        context["sample_feedback"] = _feedback(question, response)
    page = "landing.html#sample" if request.htmx else "landing.html"
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
