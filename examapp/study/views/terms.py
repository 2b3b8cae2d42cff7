"""Terms in reviews: one thinks, looks at the meaning, and says whether one knew it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.exams.open_exam import closed_during_exam
from examapp.study import services
from examapp.study.forms import GradeForm
from examapp.study.models import Card
from examapp.study.services import returns, terms
from examapp.study.views.saved import back
from examapp.web.parts import swapped
from questions.access import takeable_exams


@require_POST
def review_terms(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the terms of an exam come back in reviews, or rest; `on` in the form says which."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    if request.POST.get("on") == "yes":
        terms.switch_on(request.user, exam)
        messages.success(request, gettext("Terms are in your reviews from today."))
    else:
        terms.switch_off(request.user, exam)
        messages.success(request, gettext("Terms are not in your reviews any more."))
    return back(request)


def term_page(
    request: SignedInRequest, queue: services.Queue, card: Card, *, is_shown: bool = False
) -> HttpResponse:
    """Show a term; its meaning, and the question whether one knew it, only when asked for."""
    card.exam = queue.exam
    entry = terms.entry_of(card)
    if entry is None:
        raise Http404
    context = {
        "exam": queue.exam,
        "card": card,
        "name": entry.name,
        "entry": entry if is_shown else None,
        "done": queue.done,
        "left": queue.left,
    }
    return swapped(request, "study/term.html", context)


@require_safe
@vary_on_headers("HX-Request")
@closed_during_exam("practice/locked.html")
def term(request: SignedInRequest, code: str, card_id: int) -> HttpResponse:
    """Show the meaning of a term that is due."""
    exam = get_object_or_404(takeable_exams(request.user), code__iexact=code)
    queue = services.queue_of(request.user, exam)
    first = queue.first()
    if first and first.pk == card_id:
        return term_page(request, queue, first, is_shown=True)
    _theirs(request, code, card_id)
    # Another is asked first where a question came in between.
    card = queue.cards.filter(pk=card_id).first()
    if card is None:
        messages.info(request, _not_due())
    if card is None or not queue.left:
        return redirect("study:review", code)
    return term_page(request, queue, card, is_shown=True)


def _not_due() -> str:
    return gettext("That term is not due any more.")


def _theirs(request: SignedInRequest, code: str, card_id: int) -> Card:
    """Return the card of a term of the one who asks; another is not there."""
    exams = takeable_exams(request.user).filter(code__iexact=code)
    theirs = Card.objects.of(request.user).filter(exam__in=exams).exclude(term="")
    return get_object_or_404(theirs, pk=card_id)


@require_POST
@closed_during_exam("practice/locked.html", looks_first=False)
def grade(request: SignedInRequest, code: str, card_id: int) -> HttpResponse:
    """Take a candidate's word on whether they knew a term, and go on to what is due next."""
    form = GradeForm(request.POST)
    if not form.is_valid():
        _theirs(request, code, card_id)
        return redirect("study:term", code, card_id)
    knew = form.cleaned_data["knew"] == "yes"
    try:
        day = terms.grade(request.user, card_id, turn=form.cleaned_data["turn"], knew=knew)
    except services.NotAsked:
        _theirs(request, code, card_id)
        messages.info(request, _not_due())
    except services.AlreadyAnswered:
        messages.info(request, gettext("You answered that one already, here or on another device."))
    else:
        said = gettext("You knew it. %(returns)s") if knew else gettext("Not yet. %(returns)s")
        messages.info(request, said % {"returns": returns.sentence(day, timezone.localdate())})
    return redirect("study:review", code)
