"""Versions: publishing a wording as a new one, and restoring an old one."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from questions.items.content import content_hash, item_of, item_of_texts, key_hash, key_of, wording
from questions.items.editing import settled
from questions.items.item import Item
from questions.items.validation import problems
from questions.lint import LintContext
from questions.models import Case, Draft, Exam, Question, QuestionVersion, Topic
from questions.services.audit import Actor, draft_snapshot, record_question, snapshot
from questions.services.editor_findings import exam_lint_context, findings_for, strictness_of
from questions.services.errors import BreaksRules, NotReady, Refused, StaleDraft, WrongStage
from questions.services.search_columns import SEARCH_COLUMNS, update_search_columns
from questions.services.usage import hold


@transaction.atomic
def publish(question: Question, item: Item, *, reason: str = "", by: Actor | None = None) -> bool:
    """Make an item the question's live version; return whether that took a new version."""
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
    """Return an item as a version, unsaved and without a number; None if the live one is equal."""
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
    lint_context: LintContext | None = None,
) -> Question:
    """Make an approved draft the live version, with its tags, and delete the draft.

    `lint_context` is the exam's; who publishes many questions reads it once. Raises WrongStage for
    a draft that is not approved, StaleDraft where another version went live since it was begun,
    NotReady where something is missing after all, BreaksRules where the item-writing rules find
    errors.
    """
    question = locked(question.pk)
    draft = Draft.objects.select_for_update().filter(question=question).first()
    if draft is None or draft.stage != Draft.Stage.APPROVED:
        raise WrongStage(gettext("A reviewer has to approve it first."))
    if revision is not None and draft.revision != revision:
        raise WrongStage(gettext("The draft has changed since you opened it. Check it again."))
    if draft.base_version_id != question.current_version_id:
        raise StaleDraft(draft)
    item = settled(item_of(draft.item))
    refuse_unfit(question.exam, item, draft.case, lint_context)
    before = snapshot(question) | {"draft": draft_snapshot(draft)}
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
    exam: Exam, item: Item, case: Case | None, lint_context: LintContext | None = None
) -> None:
    """Raise NotReady for an item that cannot be asked, BreaksRules for one with errors.

    Warnings stop nothing: the reviewer decides, or the item has a reason for each.
    """
    if lacks := problems(item, strictness_of(exam)):
        raise NotReady(lacks)
    if lint_context:
        lint_context = replace(lint_context, in_case=case is not None)
    else:
        lint_context = exam_lint_context(exam, case)
    errors = [finding for finding in findings_for(item, lint_context) if finding.is_error]
    if errors:
        raise BreaksRules(errors)


@transaction.atomic
def restore(version: QuestionVersion, *, by: Actor, reason: str) -> Question:
    """Make an old wording live again, as a new version; its question's tags stay as they are.

    A draft of the question stays, and is stale from then on. Raises BreaksRules for a wording in
    which the item-writing rules find errors; such a one can be restored as a draft.
    """
    question = locked(version.question_id)
    if question.current_version_id == version.pk:
        raise Refused(gettext("That version is already live."))
    before = snapshot(question)
    version.question = question
    item = item_of_version(version)
    refuse_unfit(question.exam, item, question.case)
    publish(question, item, reason=reason, by=by)
    record_question(
        "restored", question, actor=by, before=before, reason=reason, version=version.number
    )
    return question


def locked(question_id: int) -> Question:
    """Return a question, locked until the transaction ends."""
    questions = Question.objects.select_for_update(of=("self",))
    return questions.select_related("exam", "current_version", "case", "topic__task").get(
        pk=question_id
    )


def topic_of(exam: Exam, item: Item) -> Topic | None:
    """Return the topic that an item names."""
    return Topic.objects.filter(
        task__domain__exam=exam, task__number=item.task, slug=item.topic
    ).first()


def _apply_tags(question: Question, item: Item) -> None:
    """Set topic, objective, facts and enemies to what an item names; all but the last unsaved."""
    topic = topic_of(question.exam, item)
    if topic is None:
        raise NotReady(
            [
                gettext("topic: there is no %(topic)s in task %(task)s; choose another")
                % {"topic": f"{item.topic!r}", "task": f"{item.task!r}"}
            ]
        )
    hold(topic)
    question.topic = topic
    question.objective = item.objective
    question.facts = list(item.facts)
    enemies = Question.objects.filter(exam=question.exam, ref__in=item.enemies)
    question.enemies.set(enemies.exclude(pk=question.pk))
