from dataclasses import dataclass

from django import template

from examapp.study.models import OwnNote, SavedQuestion
from examapp.study.schedule import NEW_A_DAY
from examapp.study.services import terms
from questions.models import Exam

register = template.Library()


@register.simple_tag
def share(part: int, whole: int) -> str:
    """Return a part of a whole in per cent, as SVG takes it."""
    return f"{100 * part / whole if whole else 0:.1f}%"


@register.inclusion_tag("components/term_switch.html", takes_context=True)
def term_switch(context: template.Context, exam: Exam) -> dict[str, object]:
    """Offer to take the terms of an exam into one's reviews: one statement."""
    return _switch(context, exam, is_on=terms.is_on(context["request"].user, exam))


@register.inclusion_tag("components/term_settings.html", takes_context=True)
def term_settings(context: template.Context, exams: list[Exam]) -> dict[str, object]:
    """Offer it for each of some exams that has terms: one statement."""
    offers = terms.offers(context["request"].user, exams)
    return {"switches": [_switch(context, exam, is_on=is_on) for exam, is_on in offers]}


def _switch(context: template.Context, exam: Exam, *, is_on: bool) -> dict[str, object]:
    request, token = context["request"], context.get("csrf_token")
    return {
        "request": request,
        "csrf_token": token,
        "exam": exam,
        "is_on": is_on,
        "new_a_day": NEW_A_DAY,
    }


@dataclass(frozen=True)
class _Named:
    pk: int


@register.inclusion_tag("components/keep_question.html", takes_context=True)
def keep_question(context: template.Context, question_id: int) -> dict[str, object]:
    """Offer to save a question that was explained, and to write a note about it.

    For pages that show one question: two statements.
    """
    request = context["request"]
    saved = SavedQuestion.objects.of(request.user).filter(question=question_id)
    note = OwnNote.objects.of(request.user).filter(question=question_id)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "question": _Named(question_id),
        "is_saved": saved.exists(),
        "own_note": note.values_list("text", flat=True).first() or "",
    }
