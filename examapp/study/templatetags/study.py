from dataclasses import dataclass

from django import template

from examapp.study.models import OwnNote, SavedQuestion

register = template.Library()


@register.simple_tag
def share(part: int, whole: int) -> str:
    """Return a part of a whole in per cent, as SVG takes it."""
    return f"{100 * part / whole if whole else 0:.1f}%"


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
