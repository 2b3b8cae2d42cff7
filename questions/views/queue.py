"""What waits for someone: in all the exams that they work on, or in one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from questions.access import Access, BankRequest, accesses_of, bank_page, instructor_page
from questions.hooks import QuestionFilter, question_filters
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
    names = [show] if show in kinds else list(kinds)
    size = _PAGE if show in kinds else _FIRST
    pages = {name: Paginator(kinds[name], size).get_page(request.GET.get("page")) for name in names}
    exams = [access.exam for access in shown]
    context = {
        **context,
        "show": show if show in kinds else "",
        "choices": _choices(request, accesses),
        "elsewhere": services.elsewhere(exams),
        "marked": _flagged(exams),
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


def _choices(request: BankRequest, accesses: Sequence[Access]) -> list[tuple[Exam, int]]:
    """Return each exam with how much waits in it; nothing for who works on one alone."""
    if len(accesses) < 2:
        return []
    counts: Counter[int] = Counter()
    for rows in _kinds(request, accesses).values():
        grouped = rows.order_by().values_list("question__exam").annotate(count=Count("pk"))
        counts.update(dict(grouped))
    return [(access.exam, counts[access.exam.pk]) for access in accesses]


@dataclass(frozen=True)
class Flagged:
    """How many questions of an exam that are in use meet a filter that needs attention."""

    exam: Exam
    filter: QuestionFilter
    count: int


def _flagged(exams: Sequence[Exam]) -> list[Flagged]:
    """Return what needs attention, an exam after the other; one statement for each filter."""
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
        Flagged(exam, each, counts[exam.pk, each.name])
        for exam in exams
        for each in question_filters
        if (exam.pk, each.name) in counts
    ]
