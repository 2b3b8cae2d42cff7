"""The log of changes to the bank."""

from typing import Any, Protocol
from uuid import UUID, uuid4

from questions.models import AuditEntry, Draft, Exam, Question


class Actor(Protocol):
    """Who does something to a bank; the bank needs no more of an account than its number."""

    pk: int


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
    """Write that something was done, within the transaction that does it."""
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
    before: dict[str, Any] | None = None,
    batch: UUID | None = None,
    **details: Any,
) -> AuditEntry:
    """Write that something was done to a question, with how it stood before and stands after."""
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


def snapshot(question: Question) -> dict[str, Any]:
    """Return how a question stands: what an undo compares and puts back."""
    draft = Draft.objects.filter(question=question).values("stage", "revision").first()
    return {
        "status": question.status,
        "version": question.current_version_id,
        "topic": question.topic_id,
        "stage": draft["stage"] if draft else None,
        "revision": draft["revision"] if draft else None,
    }
