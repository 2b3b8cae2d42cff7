"""Versions: making one live, taking a question out of use, bringing an old wording back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from questions.items.content import content_hash, item_of, item_of_texts, key_hash, key_of, wording
from questions.items.diff import shingles, what_is_asked
from questions.items.editing import settled
from questions.items.item import Item
from questions.items.validation import problems
from questions.lint import LintContext
from questions.models import Case, Draft, Exam, Question, QuestionVersion, Topic
from questions.services.audit import Actor, record_question, snapshot
from questions.services.editor_findings import exam_lint_context, findings_for
from questions.services.errors import BreaksRules, NotReady, Refused, StaleDraft, WrongStage
from questions.services.usage import hold


@transaction.atomic
def publish(question: Question, item: Item, *, reason: str = "", by: Actor | None = None) -> bool:
    """Make an item the question's live version; return whether a new version was needed."""
    version = next_version(question, item, reason=reason, by=by)
    if version:
        latest = question.versions.aggregate(latest=Max("number"))["latest"] or 0
        version.number = latest + 1
        version.save()
        question.current_version = version
    if version or question.status != Question.Status.PUBLISHED:
        question.status = Question.Status.PUBLISHED
        update_search_columns(question, item)
        question.save(update_fields=["current_version", "status", *SEARCH_COLUMNS])
    return version is not None


def next_version(
    question: Question, item: Item, *, reason: str = "", by: Actor | None = None
) -> QuestionVersion | None:
    """Return the version, unsaved and without a number, that an item makes; None if no other."""
    content, html = wording(item, question.case.words if question.case else None)
    key = key_of(item)
    hashes = content_hash(item, content), key_hash(item, key)
    live = question.current_version
    if live is not None and (live.content_hash, live.key_hash) == hashes:
        return None
    return QuestionVersion(
        question=question,
        type=item.type,
        level=item.level,
        content=content,
        html=html,
        key=key,
        content_hash=hashes[0],
        key_hash=hashes[1],
        reason=reason,
        created_by_id=by.pk if by else None,
    )


SEARCH_COLUMNS = ("type", "level", "stem", "words", "shingles", "changed_at")


def update_search_columns(question: Question, item: Item) -> None:
    """Set, unsaved, the columns by which lists and searches find a question."""
    texts = [option.text for option in item.options] + list(item.prompts)
    question.type = item.type
    question.level = item.level
    question.stem = item.stem
    question.words = " ".join([question.ref, *texts])
    question.shingles = sorted(shingles(what_is_asked(item)))
    question.changed_at = Now()


def item_of_version(version: QuestionVersion) -> Item:
    """Return a version's wording and key as an item, with the tags its question has now."""
    question = version.question
    tags = {
        "ref": question.ref,
        "type": version.type,
        "level": version.level,
        "topic": question.topic.slug,
        "task": question.topic.task.number,
        "objective": question.objective,
        "facts": question.facts,
        "enemies": sorted(enemy.ref for enemy in question.enemies.all()),
    }
    return item_of_texts(version.content, version.key, tags)


@transaction.atomic
def publish_draft(
    question: Question,
    *,
    by: Actor,
    revision: int | None = None,
    batch: UUID | None = None,
    ground: LintContext | None = None,
) -> Question:
    """Make an approved draft the live version, with its tags, and end the draft.

    Who publishes many gives the exam's ground, which is read once.

    Raises WrongStage where it is not approved, StaleDraft where another version went live since it
    was begun, NotReady where something is missing after all, BreaksRules where the rules of item
    writing find errors.
    """
    question = locked(question.pk)
    draft = Draft.objects.select_for_update().filter(question=question).first()
    if draft is None or draft.stage != Draft.Stage.APPROVED:
        raise WrongStage("It is not approved; a reviewer has to approve it first.")
    if revision is not None and draft.revision != revision:
        raise WrongStage("The draft was changed since you looked at it; look at it again.")
    if draft.base_version_id != question.current_version_id:
        raise StaleDraft(draft)
    item = settled(item_of(draft.item))
    refuse_unfit(question.exam, item, draft.case, ground)
    before = snapshot(question) | {"draft": kept(draft)}
    _apply_tags(question, item)
    question.case = draft.case
    question.save(update_fields=["topic", "objective", "facts", "case"])
    reason = draft.reason
    draft.delete()
    publish(question, item, reason=reason, by=by)
    record_question(
        "published",
        question,
        actor=by,
        before=before,
        batch=batch,
        reason=reason,
        version=question.live_version.number,
    )
    return question


def refuse_unfit(
    exam: Exam, item: Item, case: Case | None, ground: LintContext | None = None
) -> None:
    """Raise NotReady for an item that cannot be sat, BreaksRules for one with errors.

    Warnings stop nothing: the reviewer decides, or the item says why they stand.
    """
    if found := problems(item):
        raise NotReady(found)
    ground = replace(ground, in_case=case is not None) if ground else exam_lint_context(exam, case)
    errors = [each for each in findings_for(item, ground) if each.is_error]
    if errors:
        raise BreaksRules(errors)


@transaction.atomic
def retire(
    question: Question, *, by: Actor, reason: str = "", batch: UUID | None = None
) -> Question:
    """Take a question out of use: no new form draws it, sittings under way keep it."""
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
def bring_back(question: Question, *, by: Actor, batch: UUID | None = None) -> Question:
    """Put a retired question back to where it was: live, or the stage of its draft."""
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


@transaction.atomic
def restore(version: QuestionVersion, *, by: Actor, reason: str) -> Question:
    """Make an old wording live again, as a new version; its question's tags stay as they are.

    A draft that is being written stays, and is stale from then on. Raises BreaksRules for a wording
    in which the rules of item writing find errors: it can come back as a draft.
    """
    question = locked(version.question_id)
    if question.current_version_id == version.pk:
        raise Refused("That version is the live one already.")
    before = snapshot(question)
    version.question = question
    item = item_of_version(version)
    refuse_unfit(question.exam, item, question.case)
    publish(question, item, reason=reason, by=by)
    record_question(
        "restored", question, actor=by, before=before, reason=reason, version=version.number
    )
    return question


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
    changed = False
    if topic:
        hold(topic)
    if topic and question.topic_id != topic.pk:
        question.topic = topic
        question.save(update_fields=["topic"])
        changed = True
    live = question.current_version
    if level and live and live.level != level:
        live.question = question
        item = replace(item_of_version(live), level=level)  # type: ignore[arg-type]
        was = question.status
        publish(question, item, reason=f"level {live.level} to {level}", by=by)
        question.status = was
        changed = True
    changed = _retag_draft(question, topic=topic, level=level, was=live) or changed
    if changed:
        question.level = level or question.level
        question.changed_at = Now()
        question.save(update_fields=["status", "level", "changed_at"])
        record_question("retagged", question, actor=by, before=before, batch=batch)
    return changed


def _retag_draft(
    question: Question, *, topic: Topic | None, level: str, was: QuestionVersion | None
) -> bool:
    draft = Draft.objects.select_for_update().filter(question=question).first()
    if draft is None:
        return False
    data = dict(draft.item)
    if topic:
        data |= {"topic": topic.slug, "task": topic.task.number}
    if level:
        data["level"] = level
    if draft.base_version_id == (was and was.pk):
        draft.base_version = question.current_version
    if data == draft.item:
        draft.save(update_fields=["base_version"])
        return False
    draft.item = data
    draft.revision = F("revision") + 1
    draft.save(update_fields=["item", "revision", "base_version"])
    return True


def locked(question_id: int) -> Question:
    """Return a question that nobody else changes until the transaction ends."""
    questions = Question.objects.select_for_update(of=("self",))
    return questions.select_related("exam", "current_version", "case", "topic__task").get(
        pk=question_id
    )


def topic_of(exam: Exam, item: Item) -> Topic | None:
    """Return the topic that an item names."""
    return Topic.objects.filter(
        task__domain__exam=exam, task__number=item.task, slug=item.topic
    ).first()


def kept(draft: Draft) -> dict[str, Any]:
    """Return what it takes to write a draft again that has ended."""
    return {
        "item": draft.item,
        "case": draft.case_id,
        "reason": draft.reason,
        "author": draft.author_id,
        "writers": list(draft.writers.values_list("pk", flat=True)),
        "approved_by": draft.approved_by_id,
    }


def _apply_tags(question: Question, item: Item) -> None:
    """Set topic, objective, facts and enemies to what an item names; all but the last unsaved."""
    topic = topic_of(question.exam, item)
    if topic is None:
        raise NotReady([f"topic: there is no {item.topic!r} in task {item.task!r}; choose another"])
    hold(topic)
    question.topic = topic
    question.objective = item.objective
    question.facts = list(item.facts)
    enemies = Question.objects.filter(exam=question.exam, ref__in=item.enemies)
    question.enemies.set(enemies.exclude(pk=question.pk))
