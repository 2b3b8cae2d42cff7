"""Which questions may be asked outside of the mock exams they belong to."""

from django.db.models import QuerySet

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back, is_kept_form
from examapp.exams.models import ExamForm, ExamFormItem, ExamSession, SessionItem
from questions.models import Exam, Question


def free_questions(candidate: User, exam: Exam) -> QuerySet[Question]:
    """Return the published questions that are kept for no mock exam from this candidate.

    The one rule for new mixes, practice and reviews: a mock exam keeps its questions until the
    candidate has sat it, a reserved one keeps them from everybody until it closes, an assignment
    until it closes, and a sitting until its answers and explanations are shown.
    """
    # Each a list of its own that is looked up once, not again for each question: forms joined by
    # "or" are too many to be one.
    kept = ExamForm.objects.kept_from(candidate)
    given = ExamForm.objects.filter(is_kept_form(candidate.pk))
    sat = ExamSession.objects.filter(is_held_back("pk", "explanations"), candidate=candidate)
    held = SessionItem.objects.filter(session__in=sat.values("pk"))
    pool = Question.objects.pool(exam)
    for forms in (kept, given):
        items = ExamFormItem.objects.filter(form__in=forms.values("pk"))
        pool = pool.exclude(pk__in=items.values("question"))
    return pool.exclude(pk__in=held.values("version__question"))
