"""What is due as a list to read, without answers: a browser may keep it for being offline."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.services.free_questions import free_questions
from examapp.study import services
from examapp.study.services import queue as queues
from questions.access import takeable_exams
from questions.items.presentation import PaperItem, paper_item
from questions.services.glossary import entries_of


@require_safe
@closed_during_exam("practice/locked.html")
def due_list(request: SignedInRequest, code: str) -> HttpResponse:
    """List what is left of today, as the review will ask it: no key is read, no meaning shown."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    cards = services.queue_of(request.user, exam).rest()
    questions = [card for card in cards if not card.term]
    asked = queues.asked_each(questions, free_questions(request.user, exam)) if questions else []
    terms = entries_of(exam, [card.term for card in cards if card.term])
    context = {"exam": exam, "items": _items(asked), "terms": terms, "read_at": timezone.now()}
    return render(request, "study/due_list.html", context)


def _items(asked: list[queues.Asked]) -> list[PaperItem]:
    """Return the questions as shown; one that asks two cards stands there once."""
    by_version = {each.version.pk: each for each in reversed(asked)}
    return [
        paper_item(
            position=position,
            item_type=each.version.type,
            html=each.version.html,
            shuffle=each.shuffle,
        )
        for position, each in enumerate(reversed(by_version.values()), 1)
    ]
