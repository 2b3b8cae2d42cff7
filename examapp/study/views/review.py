"""Reviews: what is due, one question at a time, explained at once."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import KeyCorrection
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.services.free_questions import free_questions
from examapp.study import services
from examapp.study.forms import AnswerForm
from examapp.study.models import CardEvent, EventKinds, EventSources, Sureness
from examapp.study.services import queue as queues
from examapp.study.services import returns
from examapp.study.views.terms import term_page
from examapp.web import due_count
from examapp.web.parts import swapped
from questions.access import takeable_exams
from questions.items.answered import answered_item
from questions.items.presentation import paper_item
from questions.models import Exam, Source

# One question stands on a page: its controls are named after this position.
POSITION = 1


@require_safe
@vary_on_headers("HX-Request")
@closed_during_exam("practice/locked.html")
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask what is due now, or say when the next review is."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    queue = services.queue_of(request.user, exam)
    response = _asked_page(request, exam, queue)
    return due_count.remember(response, request.user.pk, queue.day, queue.left)


def _asked_page(request: SignedInRequest, exam: Exam, queue: services.Queue) -> HttpResponse:
    card = queue.first()
    if card and card.term:
        return term_page(request, queue, card)
    free = free_questions(request.user, exam)
    asked = queues.asked(card, free) if card else None
    if asked is None:
        context = {
            "exam": exam,
            "done": queue.done,
            "waiting": max(0, queue.cards.count()) if queue.done else 0,
            "next": services.next_due(request.user, exam),
        }
        # A part of a page cannot become a whole one.
        if request.htmx:
            return HttpResponseClientRedirect(request.path)
        return render(request, "study/review_done.html", context)
    return _question_page(request, queue, asked)


@require_POST
@vary_on_headers("HX-Request")
@closed_during_exam("practice/locked.html", looks_first=False)
def answer(request: SignedInRequest, code: str) -> HttpResponse:
    """Take the answer to a review and go to its explanation."""
    try:
        with transaction.atomic():
            shown = services.shown(request.user, request.POST.get("asked", ""))
            form = AnswerForm(
                request.POST,
                version=shown.asked.version,
                shuffle=shown.asked.shuffle,
                position=POSITION,
            )
            if form.is_valid():
                event = services.answer(
                    shown, response=form.response, sureness=form.cleaned_data["sureness"]
                )
                return redirect("study:answered", code, event)
    except services.AlreadyAnswered:
        messages.info(request, gettext("You answered that one already, here or on another device."))
        return redirect("study:review", code)
    except services.NotAsked:
        messages.info(
            request, gettext("That question was shown too long ago. Here is the next one.")
        )
        return redirect("study:review", code)
    queue = services.queue_of(request.user, shown.card.exam)
    return _question_page(request, queue, shown.asked, form)


@require_safe
@vary_on_headers("HX-Request")
@closed_during_exam("practice/locked.html")
def answered(request: SignedInRequest, code: str, event_id: int) -> HttpResponse:
    """Explain a review that was answered, and say when it comes back."""
    events = CardEvent.objects.filter(
        card__candidate=request.user,
        card__exam__code__iexact=code,
        kind=EventKinds.ANSWERED,
        source=EventSources.REVIEW,
        # A term is rated, not answered.
        version__isnull=False,
    ).select_related("card__exam", "version__question__topic__task__domain__exam")
    event = get_object_or_404(events, pk=event_id)
    version, card = event.version, event.card
    assert version
    correction = KeyCorrection.objects.governing([version.pk]).get(version.pk)
    key = correction.keyed_by.key if correction else version.key
    sources = Source.objects.filter(exam=card.exam).named([key])
    queue = services.queue_of(request.user, card.exam)
    context = {
        "exam": card.exam,
        "event": event,
        "sureness": Sureness(event.sureness).label if event.sureness else "",
        "item": answered_item(
            position=POSITION,
            item_type=version.type,
            html=version.html,
            key=key,
            shuffle=event.shuffle,
            response=event.response,
        ),
        "question": version.question,
        "topic": version.question.topic,
        "correction": correction,
        "sources": [sources[slug] for slug in key.get("sources", ()) if slug in sources],
        "returns": returns.sentence(returns.due_on(card, queue.horizon), timezone.localdate()),
        "done": queue.done,
        "left": queue.left,
        **services.kept(request.user, version.question),
    }
    return swapped(request, "study/answered.html", context)


@require_POST
@closed_during_exam("practice/locked.html")
def undo(request: SignedInRequest, code: str) -> HttpResponse:
    """Take the last review of today back; it is asked again."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    if services.undo(request.user, exam) is None:
        messages.info(request, gettext("There is no answer from today to undo."))
    return redirect("study:review", exam.code)


def _question_page(
    request: SignedInRequest,
    queue: services.Queue,
    asked: queues.Asked,
    form: AnswerForm | None = None,
) -> HttpResponse:
    context = {
        "exam": queue.exam,
        "done": queue.done,
        "left": queue.left,
        "asked": asked,
        "item": paper_item(
            position=POSITION,
            item_type=asked.version.type,
            html=asked.version.html,
            shuffle=asked.shuffle,
            response=form.shown_response if form else None,
        ),
        "form": form,
        "sureness": Sureness.choices,
    }
    return swapped(request, "study/review.html", context, status=422 if form else 200)
