"""The questions that a candidate missed in sittings, as practice asks them again."""

from collections.abc import Iterable

from django.db.models import QuerySet

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, SessionItem
from examapp.exams.scoring import DROP
from examapp.exams.services.free_questions import free_questions
from questions.models import Exam


def missed_items(sessions: Iterable[ExamSession]) -> QuerySet[SessionItem]:
    """Return what was answered wrong, in part, or not at all; of dropped questions none.

    What a course holds back is not told.
    """
    items = SessionItem.objects.filter(session__in=sessions, credit__isnull=False)
    items = items.exclude(is_held_back("session", "answers"))
    return items.exclude(credit=1).exclude(correction__policy=DROP)


def missed_questions(
    candidate: User, exam: Exam, sessions: Iterable[ExamSession] | None = None
) -> list[int]:
    """Return by key the questions that a candidate missed in sittings and may practice now.

    Without `sessions` in all that count, where the newest sitting of a question rules. They are
    in the order in which they were asked.
    """
    if sessions is None:
        counted = ExamSession.objects.of(candidate).filter(exam=exam).counted()
        met = SessionItem.objects.filter(session__in=counted, credit__isnull=False)
        rows = met.exclude(correction__policy=DROP).order_by("session__finished_at", "position")
        newest = dict(rows.values_list("version__question", "credit"))
        asked = [question for question, credit in newest.items() if credit != 1]
    else:
        missed = missed_items(sessions).order_by("session__finished_at", "position")
        asked = list(dict.fromkeys(missed.values_list("version__question", flat=True)))
    free = set(free_questions(candidate, exam).filter(pk__in=asked).values_list("pk", flat=True))
    return [question for question in asked if question in free]
