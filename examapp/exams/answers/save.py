"""Answers of a sitting, as they are given."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from examapp.accounts.models import User
from examapp.exams.answers import log
from examapp.exams.answers.log import Receipt
from examapp.exams.answers.schema import Save, Shape
from examapp.runtime import metrics


def shapes(session_id: UUID, *, candidate: User, positions: Iterable[int]) -> dict[int, Shape]:
    """Return what responses to these positions must fit; {} when the session is not theirs."""
    return log.shapes(session_id, candidate.pk, positions)


def save_answers(session_id: UUID, *, candidate: User, saves: Sequence[Save]) -> Receipt | None:
    """Store answers of a candidate's session and acknowledge each; None when it is not theirs."""
    receipt = log.record(session_id, candidate.pk, saves)
    for stored in receipt.stored if receipt else ():
        metrics.saves.labels(stored.outcome).inc()
    return receipt
