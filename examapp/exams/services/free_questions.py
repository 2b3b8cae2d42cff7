"""Which questions may be asked outside of the mock exams they belong to."""

from django.db.models import Exists, OuterRef, QuerySet

from examapp.accounts.models import User
from examapp.exams.models import ExamForm, ExamFormItem
from questions.models import Exam, Question


def free_questions(candidate: User, exam: Exam) -> QuerySet[Question]:
    """Return the published questions that are kept for no mock exam from this candidate.

    The one rule for new mixes, practice and reviews: a mock exam keeps its questions until the
    candidate has sat it, and a reserved one keeps them from everybody until it closes.
    """
    kept = ExamFormItem.objects.filter(
        question=OuterRef("pk"), form__in=ExamForm.objects.kept_from(candidate)
    )
    return Question.objects.pool(exam).exclude(Exists(kept))
