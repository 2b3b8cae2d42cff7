"""When a person sits the real exam, as they told: the one place that others ask."""

from datetime import date

from examapp.accounts.models import ExamDate, User
from questions.models import Exam


def exam_date(person: User, exam: Exam) -> date | None:
    """Return the day of a person's exam; None where it is not known."""
    return ExamDate.objects.of(person).filter(exam=exam).values_list("day", flat=True).first()
