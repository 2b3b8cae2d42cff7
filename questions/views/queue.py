"""What waits for someone: in all the exams that they work on, or in one of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from questions.access import Access, BankRequest, accesses_of, bank_page, instructor_page
from questions.hooks import QuestionFilter, TeamTask, question_filters
from questions.models import Comment, Draft, Exam, Question
from questions.services import waiting as services

# Rows of a page of one kind of what waits; and of each kind where all are shown.
_PAGE, _FIRST = 25, 10


@require_safe
@instructor_page
def waiting(request: BankRequest) -> HttpResponse:
    """List what waits for the reader in all the exams that they work on."""
    accesses = accesses_of(request.user)
    return _page(request, accesses, accesses, {}, "questions/waiting.html")


@require_safe
@bank_page()
def queue(request: BankRequest, access: Access) -> HttpResponse:
    """List what waits for the reader in one exam."""
    context = {"access": access}
    return _page(request, [access], accesses_of(request.user), context, "questions/queue.html")


def _page(
    request: BankRequest,
    shown: Sequence[Access],
    accesses: Sequence[Access],
    context: Mapping[str, object],
    template: str,
) -> HttpResponse:
    """Show a page of one kind of what waits in the shown exams, or the first of each kind."""
    kinds = _kinds(request, shown)
    show = request.GET.get("show", "")
    show = show if show in kinds else ""
    names, size = ([show], _PAGE) if show else (list(kinds), _FIRST)
    pages = {name: Paginator(kinds[name], size).get_page(request.GET.get("page")) for name in names}
    has_choice = len(accesses) > 1
    links = {} if show and not has_choice else _links([access.exam for access in accesses])
    shown_links = {} if show else _narrowed(links, [access.exam for access in shown])
    context = {
        **context,
        "show": show,
        "choices": _choices(request, accesses, chain(*links.values())) if has_choice else [],
        "is_empty": not any([*pages.values(), *shown_links.values()]),
        **shown_links,
        **pages,
    }
    return render(request, template, context)


def _kinds(
    request: BankRequest, accesses: Sequence[Access]
) -> dict[str, QuerySet[Draft] | QuerySet[Comment]]:
    """Return what waits for the reader, by the kind; what they may not do does not wait."""
    person, exams = request.user, [access.exam for access in accesses]
    to_approve = [access.exam for access in accesses if access.may_approve]
    to_publish = [access.exam for access in accesses if access.may_publish]
    return {
        "to_judge": services.to_review(to_approve, person),
        "remarks": services.comments_for(exams, person),
        "to_publish": services.to_publish(to_publish),
        "to_finish": services.to_finish(exams, person),
    }


def _choices(
    request: BankRequest, accesses: Sequence[Access], links: Iterable[TeamTask]
) -> list[tuple[Exam, int]]:
    """Return each exam with how much its queue has, in lists and behind links."""
    counts: Counter[int] = Counter()
    for rows in _kinds(request, accesses).values():
        grouped = rows.order_by().values_list("question__exam").annotate(count=Count("pk"))
        counts.update(dict(grouped))
    for task in links:
        counts[task.exam.pk] += task.count
    return [(access.exam, counts[access.exam.pk]) for access in accesses]


def _links(exams: Sequence[Exam]) -> dict[str, list[TeamTask]]:
    """Return what waits on other pages: of other apps, and questions that need attention."""
    return {"elsewhere": services.elsewhere(exams), "to_check": _to_check(exams)}


def _narrowed(
    links: Mapping[str, Sequence[TeamTask]], exams: Sequence[Exam]
) -> dict[str, list[TeamTask]]:
    return {kind: [task for task in tasks if task.exam in exams] for kind, tasks in links.items()}


def _to_check(exams: Sequence[Exam]) -> list[TeamTask]:
    """Return what needs attention, an exam after the other; one statement for each filter.

    Only questions in use count, and the list of questions is narrowed to the same.
    """
    questions = Question.objects.published().filter(exam__in=exams).order_by()
    counts = {
        (exam, each.name): count
        for each in question_filters
        if each.needs_attention
        for exam, count in questions.filter(each.condition())
        .values_list("exam")
        .annotate(count=Count("pk"))
    }
    return [
        TeamTask(exam, str(each.label), counts[exam.pk, each.name], _narrowed_bank(exam, each))
        for exam in exams
        for each in question_filters
        if (exam.pk, each.name) in counts
    ]


def _narrowed_bank(exam: Exam, narrowed_by: QuestionFilter) -> str:
    query = urlencode({"mark": narrowed_by.name, "status": "published"})
    return f"{reverse('questions:bank', args=[exam.code])}?{query}"
