"""Which questions may be asked outside of the mock exams they belong to."""

from django.db.models import Q, QuerySet

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
    forms = ExamForm.objects.filter(
        Q(pk__in=ExamForm.objects.kept_from(candidate).values("pk")) | is_kept_form(candidate.pk)
    )
    kept = ExamFormItem.objects.filter(form__in=forms.values("pk"))
    sat = ExamSession.objects.filter(is_held_back("pk", "explanations"), candidate=candidate)
    held = SessionItem.objects.filter(session__in=sat.values("pk"))
    # Each looked up once for all questions, not once for each.
    pool = Question.objects.pool(exam).exclude(pk__in=kept.values("question"))
    return pool.exclude(pk__in=held.values("version__question"))
