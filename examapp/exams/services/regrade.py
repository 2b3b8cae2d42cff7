"""Regrading the sittings that a corrected key touches: in batches, resumable, safe to repeat."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from examapp.exams.models import (
    DomainScore,
    ExamSession,
    KeyCorrection,
    RegradeNotice,
    Score,
    SessionItem,
)
from examapp.exams.services import score as scoring_services
from examapp.exams.signals import session_regraded
from questions.items.responses import authored
from questions.models import AuditEntry

logger = structlog.get_logger(__name__)

# Sessions that are locked together; a save waits no longer than a batch takes.
BATCH = 100


@dataclass(frozen=True)
class Regraded:
    """A session whose score a key correction changed."""

    session_id: UUID
    candidate_id: int
    old_scaled: int
    new_scaled: int


def apply(correction_id: int) -> list[Regraded]:
    """Regrade every session that a correction rules; return the scores that this call changed.

    A batch of sessions is one transaction, so that work which broke off goes on where it stopped,
    and two at the same work share it.
    """
    regraded = []
    while (batch := _next_batch(correction_id)) is not None:
        regraded += batch
    return regraded


@transaction.atomic
def _next_batch(correction_id: int) -> list[Regraded] | None:
    """Regrade some sessions that wait; None when nothing is left to do."""
    correction = KeyCorrection.objects.select_related("keyed_by", "question").get(pk=correction_id)
    waiting = correction.waiting()
    ids = list(waiting.order_by("session").values_list("session", flat=True).distinct()[:BATCH])
    if not ids:
        KeyCorrection.objects.unfinished().filter(pk=correction_id).update(finished_at=Now())
        return None
    # Locked before it is judged open or finished: it may be finishing at this moment.
    locked = ExamSession.objects.select_for_update(of=("self",)).order_by("pk")
    sessions = {session.pk: session for session in locked.filter(pk__in=ids)}
    # Read after the lock: someone else may have done them meanwhile.
    items = list(waiting.filter(session__in=sessions).select_related("correction"))
    touched = _judge(items, sessions, correction)
    regraded, flips = _rescore([sessions[pk] for pk in touched], correction)
    KeyCorrection.objects.filter(pk=correction_id).update(
        done=F("done") + len({item.session_id for item in items}),
        changed=F("changed") + len(regraded),
        flipped=F("flipped") + flips,
    )
    return regraded


def _judge(
    items: list[SessionItem], sessions: dict[UUID, ExamSession], correction: KeyCorrection
) -> list[UUID]:
    """Put items under the correction; return the finished sessions whose credit that changes."""
    touched: dict[UUID, None] = {}
    by_credit = defaultdict(list)
    for item in items:
        session = sessions[item.session_id]
        before = (item.credit, item.counts)
        item.correction, item.keyed_by = correction, correction.keyed_by
        if session.status == ExamSession.Status.FINISHED:
            item.credit = _credit(item, session.grading_policy)
            if before != (item.credit, item.counts):
                touched[session.pk] = None
        by_credit[item.credit].append(item.pk)
    for credit, keys in by_credit.items():
        SessionItem.objects.filter(pk__in=keys).update(
            credit=credit, correction=correction, keyed_by=correction.keyed_by
        )
    return list(touched)


def _credit(item: SessionItem, grading_policy: str) -> Decimal:
    """Return the credit of an item's response; needs keyed_by and correction."""
    item_type = item.keyed_by.type
    response = authored(item_type, item.response, item.shuffle)
    return item.ruling.credit(item_type, response, grading_policy)


def _rescore(sessions: list[ExamSession], correction: KeyCorrection) -> tuple[list[Regraded], int]:
    """Write the next score of sessions; return whose figure changed, and how many verdicts."""
    if not sessions:
        return [], 0
    tallies = scoring_services.tallies_of(sessions)
    current = Score.objects.filter(session__in=sessions, is_current=True)
    old = {score.session_id: score for score in current}
    new = {
        session.pk: scoring_services.scored(
            session,
            tallies[session.pk],
            number=old[session.pk].number + 1,
            reason=correction.reason,
        )
        for session in sessions
    }
    Score.objects.filter(pk__in=[score.pk for score in old.values()]).update(is_current=False)
    Score.objects.bulk_create(new.values())
    DomainScore.objects.bulk_create(
        row
        for pk, score in new.items()
        for row in scoring_services.domain_scores(score, tallies[pk])
    )
    changed = [session for session in sessions if _differs(old[session.pk], new[session.pk])]
    _tell([(session, old[session.pk], new[session.pk]) for session in changed], correction)
    for session in sessions:
        transaction.on_commit(
            partial(session_regraded.send_robust, ExamSession, session_id=session.pk)
        )
    flips = sum(old[session.pk].is_pass != new[session.pk].is_pass for session in changed)
    regraded = [Regraded(s.pk, s.candidate_id, old[s.pk].scaled, new[s.pk].scaled) for s in changed]
    return regraded, flips


def _differs(old: Score, new: Score) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in _FIGURES)


_FIGURES = ("scaled", "credit", "max_credit", "is_pass")


def _tell(changes: list[tuple[ExamSession, Score, Score]], correction: KeyCorrection) -> None:
    """Note whom to tell, and what became of each score in the record."""
    RegradeNotice.objects.bulk_create(
        RegradeNotice(score=new, previous=old, correction=correction) for _, old, new in changes
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor_id=correction.made_by_id,
            exam_id=session.exam_id,
            verb="regraded",
            subject="session",
            subject_id=str(session.pk),
            details={
                "before": {"scaled": old.scaled, "is_pass": old.is_pass},
                "after": {"scaled": new.scaled, "is_pass": new.is_pass},
                "reason": correction.reason,
                "ref": correction.question.ref,
            },
            batch=correction.batch,
        )
        for session, old, new in changes
    )
    logger.info("sessions_regraded", correction=correction.pk, count=len(changes))
