"""Practice itself: one question at a time, its explanation at once, the summary."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import KeyCorrection, ProblemKinds
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.scoring import tally
from examapp.practice import services
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.practice.services import problems
from examapp.study import services as study
from examapp.study.forms import AnswerForm
from examapp.study.models import Sureness
from examapp.web.forms import ProblemForm
from examapp.web.parts import swapped
from questions.hooks import MixUp, mix_ups
from questions.items.answered import answered_item
from questions.items.presentation import paper_item
from questions.models import Source


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@closed_during_exam("practice/locked.html")
def question(request: SignedInRequest, set_id: UUID, position: int) -> HttpResponse:
    """Show a question until it is answered, then its explanation; take its one answer."""
    practice_set = _practice_set(request, set_id)
    item = practice_set.items.paper().filter(position=position).first()
    if item is None:
        raise Http404
    if request.method == "POST":
        return _take_answer(request, practice_set, item)
    if item.answered_at and practice_set.explains_now:
        return _explanation_page(request, practice_set, position)
    if item.answered_at:
        return redirect(practice_set)
    if not practice_set.is_open:
        return redirect("practice:summary", set_id)
    return _question_page(request, practice_set, item)


def _take_answer(
    request: SignedInRequest, practice_set: PracticeSet, item: PracticeItem
) -> HttpResponse:
    """Store the answer and explain it; the first one stands, whatever a second one says."""
    if item.answered_at is None:
        form = AnswerForm(
            request.POST, version=item.version, shuffle=item.shuffle, position=item.position
        )
        if not form.is_valid():
            return _question_page(request, practice_set, item, form)
        try:
            services.answer(
                practice_set.pk,
                item.position,
                candidate=request.user,
                response=form.response,
                sureness=form.cleaned_data["sureness"],
            )
        except services.SetEnded:
            return _to_summary(request, practice_set)
    if not request.htmx:
        return redirect("practice:question", practice_set.pk, item.position)
    practice_set = _practice_set(request, practice_set.pk)
    if practice_set.explains_at_end:
        return _go_on(request, practice_set)
    return _explanation_page(request, practice_set, item.position)


def _go_on(request: SignedInRequest, practice_set: PracticeSet) -> HttpResponse:
    """Show the next question of a set that explains at its end, then its summary."""
    item = practice_set.items.paper().filter(position=practice_set.next or 0).first()
    if item is None or not practice_set.is_open:
        return _to_summary(request, practice_set)
    return _question_page(request, practice_set, item)


def _to_summary(request: SignedInRequest, practice_set: PracticeSet) -> HttpResponse:
    """Lead to the summary as a page of its own, also from within the page of a question."""
    address = reverse("practice:summary", args=[practice_set.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@require_safe
@closed_during_exam("practice/locked.html")
def summary(request: SignedInRequest, set_id: UUID) -> HttpResponse:
    """Show how a set went, question by question, and how sure the candidate was."""
    practice_set = _practice_set(request, set_id)
    if not practice_set.explains_now:
        return render(request, "practice/under_way.html", {"practiced": practice_set})
    if practice_set.is_check and "questions" not in request.GET:
        return redirect("check_result", practice_set.pk)
    items = practice_set.items.select_related("topic__task__domain__exam", "version__question")
    items = items.defer("version__key", "version__content", "version__html")
    rows = list(items.order_by("position"))
    answered = [item for item in rows if item.answered_at]
    sure = tally((item.sureness, float(item.is_right)) for item in answered)
    context = {
        "practiced": practice_set,
        "items": rows,
        "right": sum(item.is_right for item in answered),
        "sureness": [
            {
                "name": name,
                "n": int(sure[name].max_credit),
                "right": int(sure[name].credit),
                "wrong": int(sure[name].max_credit - sure[name].credit),
            }
            for name in reversed(Sureness.values)
            if name in sure
        ],
        "misjudged": any(item.sureness == Sureness.SURE and not item.is_right for item in answered),
        "missed": sorted({item.topic_id for item in answered if not item.is_right}),
    }
    return render(request, "practice/summary.html", context)


@require_POST
def end(request: SignedInRequest, set_id: UUID) -> HttpResponse:
    """End a set and go to its summary."""
    services.end(_practice_set(request, set_id).pk)
    return redirect("practice:summary", set_id)


@require_http_methods(["GET", "HEAD", "POST"])
@closed_during_exam("practice/locked.html")
def report(request: SignedInRequest, set_id: UUID, position: int) -> HttpResponse:
    """Let a candidate say what is wrong with a question that was answered."""
    practice_set = _practice_set(request, set_id)
    item = get_object_or_404(practice_set.items.solved(), position=position)
    form = ProblemForm(request.POST or None, kinds=ProblemKinds.choices)
    if request.method == "POST" and form.is_valid():
        problems.report(set_id, position, candidate=request.user, **form.cleaned_data)
        messages.success(request, gettext("Thank you. The team of this exam will answer here."))
        return redirect("practice:question", set_id, position)
    context = {"practiced": practice_set, "item": item, "form": form}
    return render(request, "practice/report.html", context, status=422 if form.errors else 200)


def _practice_set(request: SignedInRequest, set_id: UUID) -> PracticeSet:
    sets = PracticeSet.objects.of(request.user).select_related("exam").with_progress()
    practice_set = get_object_or_404(sets, pk=set_id)
    if practice_set.is_open and services.is_overdue(practice_set):
        services.end(set_id)
        return get_object_or_404(sets.all(), pk=set_id)
    return practice_set


def _question_page(
    request: SignedInRequest,
    practice_set: PracticeSet,
    item: PracticeItem,
    form: AnswerForm | None = None,
) -> HttpResponse:
    said = gettext("Question %(number)d of %(total)d, practice")
    context = {
        "practiced": practice_set,
        "title": said % {"number": item.position, "total": practice_set.total},
        "item": paper_item(
            position=item.position,
            item_type=item.version.type,
            html=item.version.html,
            shuffle=item.shuffle,
            response=form.shown_response if form else None,
        ),
        "form": form,
        "sureness": Sureness.choices,
        "ends_at": practice_set.deadline_at,
        "left_ms": practice_set.left and practice_set.left // timedelta(milliseconds=1),
    }
    return swapped(request, "practice/question.html", context, status=422 if form else 200)


def _explanation_page(
    request: SignedInRequest, practice_set: PracticeSet, position: int
) -> HttpResponse:
    item = practice_set.items.solved().get(position=position)
    assert item.keyed_by
    version = item.version
    correction = KeyCorrection.objects.governing([version.pk]).get(version.pk)
    # What is right by today's word; the credit stays as it was given.
    key = correction.keyed_by.key if correction else item.keyed_by.key
    sources = Source.objects.filter(exam=practice_set.exam).named([key])
    said = (
        gettext("Question %(number)d of %(total)d: right, practice")
        if item.is_right
        else gettext("Question %(number)d of %(total)d: missed, practice")
    )
    question = version.question
    context = {
        "practiced": practice_set,
        "title": said % {"number": position, "total": practice_set.total},
        "answered": item,
        "credit": None if item.is_right else item.credit,
        "question": question,
        "confusion": None if item.is_right else _mix_up(request.user, item),
        "returns": study.returns_of(request.user, question, timezone.localdate()),
        **study.kept(request.user, question),
        "item": answered_item(
            position=position,
            item_type=version.type,
            html=version.html,
            key=key,
            shuffle=item.shuffle,
            response=item.response,
        ),
        "correction": correction,
        "sources": [sources[slug] for slug in key.get("sources", ()) if slug in sources],
    }
    return swapped(request, "practice/question.html", context)


def _mix_up(candidate: User, item: PracticeItem) -> MixUp | None:
    """Return what a candidate mixes up with the topic of a question; None for nothing."""
    exam = item.version.question.exam
    known = [mix_up for told in mix_ups for mix_up in told(candidate.pk, exam)]
    return next((mix_up for mix_up in known if mix_up.topic.pk == item.topic_id), None)
