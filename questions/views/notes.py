"""The study notes, which everyone may read."""

from collections import Counter

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from questions.access import readable_exams, takeable_exams
from questions.hooks import TopicState, topic_states
from questions.items.spelling import corrected, vocabulary
from questions.models import Domain, Exam, Note, Task, Topic
from questions.models.blueprint import NoteQuerySet
from questions.services import glossary as glossaries

# Characters of a search; more are cut off.
MAX_WORDS = 200


@login_not_required
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """List the exams that have notes; with one exam, go there."""
    exams = list(takeable_exams(request.user))
    if len(exams) == 1:
        return redirect("questions:notes", exams[0].code)
    return render(request, "questions/shelf.html", {"exams": exams})


@login_not_required
@require_safe
def notes(request: HttpRequest, code: str) -> HttpResponse:
    """Show the chapters: domains, tasks and topics of an exam."""
    exam = get_object_or_404(readable_exams(request.user), code__iexact=code)
    domains = Domain.objects.filter(exam=exam).prefetch_related(
        Prefetch("tasks__topics", Topic.objects.with_note())
    )
    return render(request, "questions/notes.html", {"exam": exam, "domains": domains})


@login_not_required
@require_safe
def search(request: HttpRequest, code: str) -> HttpResponse:
    """Search topics by the words of their notes, best match first."""
    exam = get_object_or_404(readable_exams(request.user), code__iexact=code)
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MAX_WORDS]
    context: dict[str, object] = {"exam": exam, "words": words}
    if words:
        notes = Note.objects.published().filter(topic__task__domain__exam=exam)
        page = _found(request, notes, words)
        if not page.paginator.count and "exact" not in request.GET:
            # One slip is forgiven, and said.
            context["meant"] = meant = corrected(words, _vocabulary(notes))
            page = _found(request, notes, meant) if meant else page
        context["page"] = page
    return render(request, "questions/search.html", context)


def _found(request: HttpRequest, notes: NoteQuerySet, words: str) -> "Page[Note]":
    matching = notes.matching(words).select_related("topic__task__domain__exam")
    rows = matching.defer("source", "html", "text")
    return Paginator(rows, 20).get_page(request.GET.get("page"))


def _vocabulary(notes: NoteQuerySet) -> Counter[str]:
    """Return the words of notes and of their headings."""
    texts = notes.order_by().values_list("topic__title", "text")
    return vocabulary(" ".join(f"{title} {text}" for title, text in texts))


@login_not_required
@require_safe
def glossary(request: HttpRequest, code: str) -> HttpResponse:
    """List the terms that the notes define, in the order of the alphabet, each with its meaning."""
    exam = get_object_or_404(readable_exams(request.user), code__iexact=code)
    context = {"exam": exam, "terms": glossaries.entries(exam)}
    return render(request, "questions/glossary.html", context)


def _states(request: HttpRequest, exam: Exam) -> dict[int, TopicState]:
    """Return by topic how the one who reads stands; nothing for a stranger."""
    if not request.user.is_authenticated:
        return {}
    known = [states(request.user.pk, exam) for states in topic_states]
    return {topic: state for states in known for topic, state in states.items()}


@login_not_required
@require_safe
def task_notes(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show the notes of one task, a section for each topic."""
    exam = get_object_or_404(readable_exams(request.user), code__iexact=code)
    tasks = list(Task.objects.filter(domain__exam=exam).select_related("domain"))
    tasks.sort(key=lambda task: (task.domain.number, task.number))
    task = next((task for task in tasks if task.number == number), None)
    if task is None:
        raise Http404
    index = tasks.index(task)
    topics = Topic.objects.filter(task=task).with_note().prefetch_related("note__sources")
    states = _states(request, exam)
    context = {
        "exam": exam,
        "task": task,
        "topics": [(topic, states.get(topic.pk, TopicState())) for topic in topics],
        "previous": tasks[index - 1] if index else None,
        "next": tasks[index + 1] if index + 1 < len(tasks) else None,
    }
    return render(request, "questions/task_notes.html", context)
