"""The study notes, which everyone may read."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from questions.access import readable_exams, takeable_exams
from questions.models import Domain, Note, Task, Topic

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
    context = {"exam": exam, "words": words}
    if words:
        notes = Note.objects.published().filter(topic__task__domain__exam=exam).matching(words)
        notes = notes.select_related("topic__task__domain__exam").defer("source", "html", "text")
        context |= {"page": Paginator(notes, 20).get_page(request.GET.get("page"))}
    return render(request, "questions/search.html", context)


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
    context = {
        "exam": exam,
        "task": task,
        "topics": Topic.objects.filter(task=task).with_note().prefetch_related("note__sources"),
        "previous": tasks[index - 1] if index else None,
        "next": tasks[index + 1] if index + 1 < len(tasks) else None,
    }
    return render(request, "questions/task_notes.html", context)
