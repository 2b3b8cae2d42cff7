"""Sittings that do not count: discarded soon after their start, or left out by their candidate."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.functions import Now

from examapp.accounts.models import User
from examapp.exams.hooks import required_sittings
from examapp.exams.models import ExamSession
from examapp.exams.services.errors import SittingCounts
from examapp.exams.signals import session_set_aside

logger = structlog.get_logger(__name__)

# A sitting can be discarded below so many answers, or until so long after its start.
FEW_ANSWERS = 5
FIRST_MINUTES = timedelta(minutes=2)


def has_hardly_begun(session: ExamSession, answered: int) -> bool:
    """Tell whether a sitting has hardly begun; needs with_clock()."""
    return answered < FEW_ANSWERS or session.now - session.started_at < FIRST_MINUTES


def is_required(session_id: UUID) -> bool:
    """Tell whether someone else waits for a sitting's result."""
    return any(waits_for(session_id) for waits_for in required_sittings)


@transaction.atomic
def discard(session_id: UUID, *, candidate: User) -> ExamSession:
    """Discard a sitting that has hardly begun, open or ended; a second call changes nothing.

    It is kept and counts nowhere: its score is current no more. Raises ExamSession.DoesNotExist
    for someone else's, and SittingCounts for one that has gone on too far.
    """
    session = _locked(session_id, candidate)
    if session.is_discarded:
        return session
    # Counted after the lock: a save that was on its way is stored by now.
    known = ExamSession.objects.with_progress().get(pk=session_id)
    if is_required(session_id) or not has_hardly_begun(known, known.answered):
        raise SittingCounts
    was_open = session.is_open
    session.status = ExamSession.Status.DISCARDED
    session.left_out_at = None
    session.finished_at = session.finished_at or min(known.now, session.deadline_at)
    session.finish_reason = session.finish_reason or ExamSession.FinishReason.DISCARDED
    session.save(update_fields=["status", "left_out_at", "finished_at", "finish_reason"])
    session.scores.filter(is_current=True).update(is_current=False)
    if not was_open:
        _announce(session)
    logger.info("session_discarded", session=session.pk, answered=known.answered)
    return session


@transaction.atomic
def leave_out(session_id: UUID, *, candidate: User, is_left_out: bool = True) -> ExamSession:
    """Leave a finished sitting out of its candidate's trend and report, or count it again.

    Raises ExamSession.DoesNotExist for someone else's, and SittingCounts for one whose result
    someone else waits for, or that has not ended.
    """
    session = _locked(session_id, candidate)
    if session.status != ExamSession.Status.FINISHED or is_required(session_id):
        raise SittingCounts
    if (session.left_out_at is not None) == is_left_out:
        return session
    session.left_out_at = Now() if is_left_out else None
    session.save(update_fields=["left_out_at"])
    session.refresh_from_db(fields=["left_out_at"])
    _announce(session)
    logger.info("session_left_out", session=session.pk, is_left_out=is_left_out)
    return session


def _locked(session_id: UUID, candidate: User) -> ExamSession:
    sessions = ExamSession.objects.of(candidate).select_for_update(of=("self",))
    return sessions.get(pk=session_id)


def _announce(session: ExamSession) -> None:
    """Let what rests on the sitting be made anew, once this is committed."""
    transaction.on_commit(
        partial(session_set_aside.send_robust, ExamSession, session_id=session.pk)
    )
