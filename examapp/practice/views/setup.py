"""What to practice: the choice, and the start."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import closed_during_exam
from examapp.practice import services
from examapp.practice.forms import ChoiceForm
from examapp.practice.models import PracticeSet
from questions.access import takeable_exams
from questions.models import Domain, Exam, Task, Topic

# Past sets that the page lists; the newest.
SHOWN = 10


@require_safe
def current(request: SignedInRequest) -> HttpResponse:
    """Go to the practice of the exam the person sat last, else of the first there is."""
    last = ExamSession.objects.of(request.user).select_related("exam").first()
    exam = last.exam if last else Exam.objects.first()
    return redirect("practice:choose", exam.code) if exam else redirect("exams:catalogue")


@require_safe
@closed_during_exam("practice/locked.html")
def choose(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what can be practiced of an exam, an open set, and the sets before; closed in exams."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    return _page(request, exam, ChoiceForm(exam))


@require_POST
@closed_during_exam("practice/locked.html")
def start(request: SignedInRequest, code: str) -> HttpResponse:
    """Start a set and go to its first question; one of the exam that is open ends."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    form = ChoiceForm(exam, request.POST)
    if not form.is_valid():
        return _page(request, exam, form, status=422)
    try:
        started = services.start(request.user, exam=exam, choice=form.choice)
    except services.NothingToPractice as error:
        form.add_error(None, str(error))
        return _page(request, exam, form, status=409)
    return redirect("practice:question", started.pk, 1)


def _page(
    request: SignedInRequest, exam: Exam, form: ChoiceForm, *, status: int = 200
) -> HttpResponse:
    sets = PracticeSet.objects.of(request.user).filter(exam=exam).with_progress()
    context = {
        "exam": exam,
        "form": form,
        "domains": _domains(request.user, exam, form),
        "open_set": sets.open().first(),
        "past": sets.past()[:SHOWN],
    }
    return render(request, "practice/choose.html", context, status=status)


def _domains(candidate: User, exam: Exam, form: ChoiceForm) -> list[dict[str, Any]]:
    """Return the exam's areas, each with how many questions are free in it."""
    counts = services.counts_by_topic(candidate, exam)

    def area(name: str, row: Domain | Task | Topic, count: int, **inner: Any) -> dict[str, Any]:
        chosen = form.is_chosen(name, row.pk)
        return {"pk": row.pk, "title": str(row), "count": count, "is_chosen": chosen, **inner}

    domains = []
    rows = Domain.objects.filter(exam=exam)
    for domain in rows.prefetch_related(Prefetch("tasks__topics", Topic.objects.all())):
        tasks = []
        for task in domain.tasks.all():
            topics = [area("topic", topic, counts.get(topic.pk, 0)) for topic in task.topics.all()]
            count = sum(topic["count"] for topic in topics)
            is_open = any(topic["is_chosen"] for topic in topics)
            tasks.append(area("task", task, count, topics=topics, is_open=is_open))
        count = sum(task["count"] for task in tasks)
        is_open = any(task["is_chosen"] or task["is_open"] for task in tasks)
        domains.append(area("domain", domain, count, tasks=tasks, is_open=is_open))
    return domains
