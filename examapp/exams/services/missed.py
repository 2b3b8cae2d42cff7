"""The questions that a candidate missed in sittings, as practice asks them again."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, SessionItem
from examapp.exams.scoring import DROP
from examapp.exams.services.free_questions import free_questions
from questions.compiled_query import CompiledQuery
from questions.models import Exam


def missed_in(session: ExamSession) -> list[int]:
    """Return by key the questions that were missed in a sitting and may be practiced now.

    Answered wrong, in part, or not at all; of dropped questions none, and nothing that a course
    holds back. They are in the order in which they were asked.
    """
    rows = _MISSED.rows(session.candidate_id, session.exam_id, session.pk)
    return [question for (question,) in rows]


def missed_questions(candidate: User, exam: Exam) -> list[int]:
    """Return by key the questions that were missed in all sittings that count, as `missed_in` does.

    The newest sitting of a question rules.
    """
    counted = ExamSession.objects.of(candidate).filter(exam=exam).counted()
    met = SessionItem.objects.filter(session__in=counted, credit__isnull=False)
    rows = met.exclude(correction__policy=DROP).order_by("session__finished_at", "position")
    newest = dict(rows.values_list("version__question", "credit"))
    missed = [question for question, credit in newest.items() if credit != 1]
    free = set(free_questions(candidate, exam).filter(pk__in=missed).values_list("pk", flat=True))
    return [question for question in missed if question in free]


def _missed_in(candidate: int, exam: int, session: UUID) -> QuerySet[SessionItem, tuple[int]]:
    items = SessionItem.objects.filter(session=session, credit__isnull=False).exclude(credit=1)
    items = items.exclude(is_held_back("session", "answers")).exclude(correction__policy=DROP)
    free = free_questions(User(pk=candidate), Exam(pk=exam))
    items = items.filter(Exists(free.filter(pk=OuterRef("version__question"))))
    return items.order_by("position").values_list("version__question")


_MISSED = CompiledQuery(_missed_in)
