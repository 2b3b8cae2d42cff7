"""When a person sits the real exam, as they told: the one place that others ask."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from examapp.accounts.models import ExamDate, User
from questions.models import Exam


def exam_date(person: User, exam: Exam) -> date | None:
    """Return the day of a person's exam, past or to come; None where it is not known."""
    return ExamDate.objects.of(person).filter(exam=exam).values_list("day", flat=True).first()


@transaction.atomic
def set_exam_date(person: User, exam: Exam, day: date | None) -> None:
    """Keep the day of a person's exam; None forgets it. Safe to repeat."""
    if day is None:
        ExamDate.objects.of(person).filter(exam=exam).delete()
        return
    ExamDate.objects.update_or_create(
        user=person, exam=exam, defaults={"day": day, "set_at": timezone.now()}
    )
