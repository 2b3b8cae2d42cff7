"""Tags: moving a question to another topic or level."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from questions.models import Draft, Question, QuestionVersion, Topic
from questions.services.audit import Actor, record_question, snapshot
from questions.services.usage import hold
from questions.services.versions import item_of_version, locked, publish


@transaction.atomic
def retag(
    question: Question,
    *,
    by: Actor,
    topic: Topic | None = None,
    level: str = "",
    batch: UUID | None = None,
) -> bool:
    """Move a question to another topic or level, its draft too; return whether anything changed.

    The level belongs to what was asked, so that a live question gets a new version of the same
    words; a draft gets a new revision, and keeps its approval.
    """
    question = locked(question.pk)
    before = snapshot(question) | {"level": question.level}
    live = question.current_version
    is_moved = topic is not None and _move(question, topic)
    is_leveled = bool(level) and _publish_level(question, level, by=by)
    is_redrafted = _retag_draft(question, topic=topic, level=level, live_before=live)
    if not (is_moved or is_leveled or is_redrafted):
        return False
    question.level = level or question.level
    question.changed_at = Now()
    question.save(update_fields=["status", "level", "changed_at"])
    record_question("retagged", question, actor=by, before=before, batch=batch)
    return True


def _move(question: Question, topic: Topic) -> bool:
    hold(topic)
    if question.topic_id == topic.pk:
        return False
    question.topic = topic
    question.save(update_fields=["topic"])
    return True


def _publish_level(question: Question, level: str, *, by: Actor) -> bool:
    """Make a version of another level live; return False where there is none, or it has it."""
    live = question.current_version
    if live is None or live.level == level:
        return False
    live.question = question
    item = replace(item_of_version(live), level=level)  # type: ignore[arg-type]
    status = question.status
    publish(question, item, reason=f"level {live.level} to {level}", by=by)
    # A retired question stays retired; its status is saved with the other columns.
    question.status = status
    return True


def _retag_draft(
    question: Question, *, topic: Topic | None, level: str, live_before: QuestionVersion | None
) -> bool:
    """Give a draft the tags; return whether it had others."""
    draft = Draft.objects.select_for_update().filter(question=question).first()
    if draft is None:
        return False
    data = dict(draft.item)
    if topic:
        data |= {"topic": topic.slug, "task": topic.task.number}
    if level:
        data["level"] = level
    if draft.base_version_id == (live_before and live_before.pk):
        draft.base_version = question.current_version
    if data == draft.item:
        draft.save(update_fields=["base_version"])
        return False
    draft.item = data
    draft.revision = F("revision") + 1
    draft.save(update_fields=["item", "revision", "base_version"])
    return True
