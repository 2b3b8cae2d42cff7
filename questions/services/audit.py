"""The log of changes to the bank, with snapshots of questions to undo them."""

from collections.abc import Mapping
from typing import Any, NotRequired, Protocol, TypedDict
from uuid import UUID, uuid4

from questions.models import AuditEntry, Draft, Exam, Question


class Actor(Protocol):
    """Who does something to a bank; the bank needs no more of an account than its number."""

    pk: int


class DraftSnapshot(TypedDict):
    """A draft that ended, as the log keeps it; persons and the case by their primary keys."""

    item: dict[str, object]  # As data_of writes it.
    case: int | None
    reason: str
    author: int | None
    writers: list[int]
    approved_by: int | None


class Snapshot(TypedDict):
    """The state of a question before or after a change: what an undo compares and restores.

    `stage` and `revision` are its draft's, None without one. `draft` is the draft that the change
    ended, `level` the one that it replaced.
    """

    status: str
    version: int | None
    topic: int
    stage: str | None
    revision: int | None
    draft: NotRequired[DraftSnapshot]
    level: NotRequired[str]


def record(
    verb: str,
    *,
    actor: Actor | None,
    exam: Exam | None,
    subject: str,
    subject_id: object,
    batch: UUID | None = None,
    **details: Any,
) -> AuditEntry:
    """Log that something was done, within the transaction that does it."""
    return AuditEntry.objects.create(
        verb=verb,
        actor_id=actor.pk if actor else None,
        exam=exam,
        subject=subject,
        subject_id=str(subject_id),
        details={name: value for name, value in details.items() if value not in ("", None)},
        batch=batch or uuid4(),
    )


def record_question(
    verb: str,
    question: Question,
    *,
    actor: Actor | None,
    before: Mapping[str, object] | None = None,
    batch: UUID | None = None,
    **details: Any,
) -> AuditEntry:
    """Log that something was done to a question, with its state before and after."""
    return record(
        verb,
        actor=actor,
        exam=question.exam,
        subject="question",
        subject_id=question.pk,
        batch=batch,
        ref=question.ref,
        before=before,
        after=snapshot(question),
        **details,
    )


def snapshot(question: Question) -> Snapshot:
    """Return the state of a question."""
    draft = Draft.objects.filter(question=question).values("stage", "revision").first()
    return {
        "status": question.status,
        "version": question.current_version_id,
        "topic": question.topic_id,
        "stage": draft["stage"] if draft else None,
        "revision": draft["revision"] if draft else None,
    }


def draft_snapshot(draft: Draft) -> DraftSnapshot:
    """Return what it takes to write a draft again that has ended."""
    return {
        "item": draft.item,
        "case": draft.case_id,
        "reason": draft.reason,
        "author": draft.author_id,
        "writers": list(draft.writers.values_list("pk", flat=True)),
        "approved_by": draft.approved_by_id,
    }
