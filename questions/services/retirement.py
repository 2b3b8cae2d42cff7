"""Retirement: taking a question out of use, and back into it."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from questions.models import Draft, Question
from questions.services.audit import Actor, record_question, snapshot
from questions.services.versions import locked


@transaction.atomic
def retire(
    question: Question, *, by: Actor, reason: str = "", batch: UUID | None = None
) -> Question:
    """Take a question out of use: no new exam draws it, exams under way keep it."""
    question = locked(question.pk)
    if question.status == Question.Status.RETIRED:
        return question
    before = snapshot(question)
    question.status = Question.Status.RETIRED
    question.changed_at = Now()
    question.save(update_fields=["status", "changed_at"])
    record_question("retired", question, actor=by, before=before, batch=batch, reason=reason)
    return question


@transaction.atomic
def unretire(question: Question, *, by: Actor, batch: UUID | None = None) -> Question:
    """Put a retired question back into use: live again, or at the stage of its draft."""
    question = locked(question.pk)
    if question.status != Question.Status.RETIRED:
        return question
    before = snapshot(question)
    draft = Draft.objects.filter(question=question).first()
    if question.current_version_id:
        question.status = Question.Status.PUBLISHED
    else:
        question.status = draft.stage if draft else Question.Status.DRAFT
    question.changed_at = Now()
    question.save(update_fields=["status", "changed_at"])
    record_question("brought back", question, actor=by, before=before, batch=batch)
    return question
