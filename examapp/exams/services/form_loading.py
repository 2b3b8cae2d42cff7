"""Fixed mock forms of an exam, written from a bank's file."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from examapp.exams.models import ExamForm
from examapp.exams.services.exam_forms import write_fixed
from questions.bank_files.exam_forms import FormText
from questions.models import Exam, Origins, Question


@dataclass(frozen=True)
class FormsReport:
    """What a load of forms changed."""

    forms: int
    new: int
    archived: int


@transaction.atomic
def load(exam: Exam, texts: Sequence[FormText]) -> FormsReport:
    """Make the forms of a file those that the exam offers; safe to repeat.

    A form whose questions changed, or that vanished, is archived for the sittings it had; forms
    made in the site stay. Raises LookupError for a question that the exam does not hold.
    """
    Exam.objects.select_for_update().get(pk=exam.pk)
    refs = {ref for text in texts for ref in text.items}
    questions = {q.ref: q for q in Question.objects.filter(exam=exam, ref__in=refs)}
    if refs - set(questions):
        raise LookupError(f"the exam holds no question {min(refs - set(questions))}; load the bank")
    fixed = ExamForm.objects.in_use().filter(exam=exam, origin=Origins.FILES)
    offered = {form.slug: form for form in fixed.prefetch_related("items__question")}
    unchanged = {text.id for text in texts if _is_same(offered.get(text.id), text)}
    gone = [form.pk for slug, form in offered.items() if slug not in unchanged]
    ExamForm.objects.filter(pk__in=gone).update(is_archived=True)
    for position, text in enumerate(texts, 1):
        if text.id in unchanged:
            ExamForm.objects.filter(pk=offered[text.id].pk).update(
                title=text.title, position=position
            )
        else:
            _write(exam, text, position, questions)
    return FormsReport(len(texts), len(texts) - len(unchanged), len(gone))


def _is_same(form: ExamForm | None, text: FormText) -> bool:
    if form is None:
        return False
    items = [(item.question.ref, item.is_scored) for item in form.items.all()]
    return items == [(ref, ref not in text.unscored) for ref in text.items]


def _write(exam: Exam, text: FormText, position: int, questions: dict[str, Question]) -> None:
    form = ExamForm(exam=exam, slug=text.id, title=text.title, position=position)
    write_fixed(form, [(questions[ref], ref not in text.unscored) for ref in text.items])
