"""What to practice: the choice, and the start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.services.free_questions import free_questions
from examapp.practice import services
from examapp.practice.forms import ChoiceForm
from examapp.practice.levels import Levels
from examapp.practice.models import PracticeSet
from examapp.practice.services import Available
from examapp.study import services as study
from examapp.study.models import SavedQuestion
from questions.access import takeable_exams
from questions.hooks import mix_ups
from questions.models import Domain, Exam, Task, Topic

# Past sets that the page lists before all are asked for; the newest.
SHOWN = 3
# Questions that one click on a mode asks.
MODE_LENGTH = 10
# Weak topics that the page names.
NAMED = 2
# Answers from which on weak spots are more than chance.
ENOUGH = 10


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


@require_safe
@closed_during_exam("practice/locked.html")
def count(request: SignedInRequest, code: str) -> HttpResponse:
    """Say how many questions fit a choice, before it is started."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    form = ChoiceForm(exam, request.GET)
    available = (
        services.available(request.user, exam, form.choice) if form.is_valid() else Available(0, 0)
    )
    context = {"available": available, "form": form, "length": form.cleaned_data.get("length")}
    return render(request, "practice/choose.html#available", context)


@require_POST
@closed_during_exam("practice/locked.html")
def start(request: SignedInRequest, code: str) -> HttpResponse:
    """Start a set and go to its first question; one of the exam that is open ends.

    Where fewer questions fit than were asked for, that is said first.
    """
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    form = ChoiceForm(exam, request.POST)
    if not form.is_valid():
        return _page(request, exam, form, status=422)
    if not form.cleaned_data["accept_fewer"]:
        available = services.available(request.user, exam, form.choice)
        if 0 < available.drawable < form.choice.length:
            return _page(request, exam, form, status=409, available=available)
    try:
        started = services.start(request.user, exam=exam, choice=form.choice)
    except services.NothingToPractice as error:
        form.add_error(None, str(error))
        return _page(request, exam, form, status=409)
    return redirect("practice:question", started.pk, 1)


def _page(
    request: SignedInRequest,
    exam: Exam,
    form: ChoiceForm,
    *,
    status: int = 200,
    available: Available | None = None,
) -> HttpResponse:
    sets = PracticeSet.objects.of(request.user).filter(exam=exam).with_progress().with_right()
    # A query that groups has no order of its own.
    past_sets = sets.past().order_by("-started_at")
    counts = services.counts_by_topic(request.user, exam)
    domains = _domains(exam, form, counts)
    shown = past_sets if "all" in request.GET else past_sets[:SHOWN]
    queue = study.queue_of(request.user, exam)
    context = {
        "exam": exam,
        "form": form,
        "domains": domains,
        "is_detailed": any(domain.is_open for domain in domains),
        "total": sum(counts.values()),
        "available": available,
        "length": form.cleaned_data.get("length") if available else None,
        "open_set": sets.open().first(),
        "past": list(shown),
        "past_count": past_sets.count(),
        "saved_count": SavedQuestion.objects.of(request.user).count(),
        "mix_ups": [found for told in mix_ups for found in told(request.user.pk, exam)][:NAMED],
        "due": queue.left,
        "next_due": None if queue.left else study.next_due(request.user, exam),
        **_modes(request.user, exam, counts),
    }
    return render(request, "practice/choose.html", context, status=status)


def _modes(candidate: User, exam: Exam, counts: Mapping[int, int]) -> dict[str, object]:
    """Return what was missed and which topics are weak, as far as they can be practiced."""
    past = services.past_of(candidate, exam)
    missed = free_questions(candidate, exam).filter(pk__in=past.missed).count()
    weak = [
        topic
        for topic, level in past.levels.items()
        if level.level == Levels.WEAK and counts.get(topic)
    ]
    # The weakest first, of these what was answered most.
    weak.sort(key=lambda topic: (past.levels[topic].share, -past.levels[topic].answered, topic))
    named = Topic.objects.in_bulk(weak[:NAMED])
    return {
        "missed": missed,
        "missed_length": min(missed, MODE_LENGTH),
        "weak": weak if past.answered >= ENOUGH else [],
        "weak_named": [named[topic] for topic in weak[:NAMED]],
        "weak_more": max(0, len(weak) - NAMED),
        "weak_length": min(MODE_LENGTH, sum(counts[topic] for topic in weak)),
        "answers_lacking": max(0, ENOUGH - past.answered),
    }


@dataclass(frozen=True)
class Area:
    """A domain, task or topic to choose: how many questions are free in it, and its `parts`."""

    pk: int
    title: str
    count: int
    is_chosen: bool
    parts: tuple["Area", ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something in it is chosen, so that it has to be seen."""
        return any(part.is_chosen or part.is_open for part in self.parts)


def _domains(exam: Exam, form: ChoiceForm, counts: Mapping[int, int]) -> list[Area]:
    """Return the exam's domains with their tasks and topics, as they can be chosen."""

    def area(name: str, row: Domain | Task | Topic, parts: Iterable[Area] = ()) -> Area:
        inner = tuple(parts)
        is_topic = isinstance(row, Topic)
        count = counts.get(row.pk, 0) if is_topic else sum(part.count for part in inner)
        return Area(row.pk, str(row), count, form.is_chosen(name, row.pk), inner)

    rows = Domain.objects.filter(exam=exam)
    return [
        area(
            "domain",
            domain,
            [
                area("task", task, [area("topic", topic) for topic in task.topics.all()])
                for task in domain.tasks.all()
            ],
        )
        for domain in rows.prefetch_related(Prefetch("tasks__topics", Topic.objects.all()))
    ]
