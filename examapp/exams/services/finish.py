"""The end of a sitting: once, by whoever sees it first."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from examapp.accounts.models import User
from examapp.exams import timing
from examapp.exams.answers import log
from examapp.exams.answers.schema import Save
from examapp.exams.models import ExamSession, ExamSessionQuerySet
from examapp.exams.services import score
from examapp.exams.signals import session_finished
from questions import prepared
from questions.compiled_query import CompiledQuery

logger = structlog.get_logger(__name__)


def sessions_of(candidate: User) -> ExamSessionQuerySet:
    """Return a candidate's sessions, with those that are due finished first.

    Every page reads sessions through here, so that a session that ran out is never shown open.
    """
    for (session_id,) in _DUE.rows(candidate.pk):
        finish(session_id, reason=ExamSession.FinishReason.EXPIRED)
    return ExamSession.objects.of(candidate)


def _due_of(candidate: int) -> QuerySet[ExamSession, tuple[UUID]]:
    """Return the sittings of a candidate that ran out and are open still."""
    return ExamSession.objects.filter(candidate=candidate).due().order_by().values_list("pk")


_DUE = CompiledQuery(_due_of)


@transaction.atomic
def finish(
    session_id: UUID,
    *,
    pending: Sequence[Save] = (),
    reason: str = ExamSession.FinishReason.SUBMITTED,
) -> ExamSession:
    """Store what is pending, grade and score the session, once; a second call changes nothing.

    What is pending after the end is kept as late. With the reason EXPIRED a session that is not due
    yet is left open.
    """
    session = ExamSession.objects.select_for_update(of=["self"]).get(pk=session_id)
    if pending:
        log.record(session_id, session.candidate_id, pending)
    if not session.is_open:
        return session
    ((now,),) = prepared.rows("SELECT clock_timestamp()", {})
    is_over = timing.is_over(session.deadline_at, now=now)
    if reason == ExamSession.FinishReason.EXPIRED and not is_over:
        return session
    session.status = ExamSession.Status.FINISHED
    session.finished_at = min(now, session.deadline_at)
    ran_out = now >= session.deadline_at
    session.finish_reason = ExamSession.FinishReason.EXPIRED if ran_out else reason
    session.save(update_fields=["status", "finished_at", "finish_reason"])
    score.score(session)
    transaction.on_commit(partial(session_finished.send_robust, ExamSession, session_id=session.pk))
    logger.info("session_finished", session=session.pk, reason=session.finish_reason)
    return session


def sweep() -> int:
    """Finish every session that is due, however old; return how many.

    Two sweeps share the work, and a session that cannot be finished stops no other.
    """
    count = 0
    for session_id in list(ExamSession.objects.due().values_list("pk", flat=True)):
        try:
            count += _finish_if_due(session_id)
        except Exception:
            logger.exception("session_not_finished", session=session_id)
    return count


@transaction.atomic
def _finish_if_due(session_id: UUID) -> bool:
    """Finish a session that is due and that nobody else has locked; tell whether it was."""
    due = ExamSession.objects.due().select_for_update(skip_locked=True, of=["self"])
    if due.filter(pk=session_id).first() is None:
        return False
    finish(session_id, reason=ExamSession.FinishReason.EXPIRED)
    return True
