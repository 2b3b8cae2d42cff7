"""What the editor says of an item: findings of the rules, and questions that are much alike."""

from dataclasses import dataclass

from questions.items.diff import FEWEST_RUNS, shingles, what_is_asked
from questions.items.item import Item
from questions.models import Exam, Question
from questions.services.drafts import is_empty
from questions.services.editor_findings import (
    EditorFinding,
    by_field,
    exam_lint_context,
    findings_for,
)

# Questions that are named as alike.
_MOST_ALIKE = 3


@dataclass(frozen=True)
class Advice:
    """Findings by field and by severity; questions that are alike, and how much, per cent."""

    by_field: dict[str, list[EditorFinding]]
    errors: list[EditorFinding]
    warnings: list[EditorFinding]
    alike: list[tuple[Question, int]]


def advice_on(exam: Exam, question: Question, item: Item) -> Advice:
    """Return what the rules find in a question's item, and which of the exam's are alike."""
    # Nothing is wrong with what is not begun.
    context = exam_lint_context(exam, question.case)
    findings = [] if is_empty(item) else findings_for(item, context)
    return Advice(
        by_field=by_field(findings, item),
        errors=[finding for finding in findings if finding.is_error],
        warnings=[finding for finding in findings if not finding.is_error],
        alike=_alike(exam, question, item),
    )


def _alike(exam: Exam, question: Question, item: Item) -> list[tuple[Question, int]]:
    runs = sorted(shingles(what_is_asked(item)))
    if len(runs) < FEWEST_RUNS:
        return []
    others = Question.objects.filter(exam=exam).exclude(pk=question.pk)
    rows = others.alike(runs).only("ref", "stem", "status")[:_MOST_ALIKE]
    return [(other, round(100 * other.alike)) for other in rows]
