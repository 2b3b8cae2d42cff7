"""Drafts: creating, saving unless someone else did, sending for review, and discarding."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.items.content import data_of, item_of
from questions.items.editing import blank, settled
from questions.items.item import USUAL_LEVEL, Item, Level
from questions.items.validation import problems
from questions.models import Case, Draft, Exam, Question, QuestionVersion, Topic
from questions.services.audit import Actor, draft_snapshot, record_question, snapshot
from questions.services.editor_findings import strictness_of
from questions.services.errors import NotReady, Refused, StaleRevision, WrongStage
from questions.services.search_columns import SEARCH_COLUMNS, update_search_columns
from questions.services.usage import hold
from questions.services.versions import item_of_version, locked, topic_of

# How long after the last request someone counts as having a draft open.
OPEN_FOR = timedelta(seconds=90)


@transaction.atomic
def create(
    exam: Exam,
    *,
    by: Actor,
    topic: Topic,
    item_type: str = "multiple_choice",
    level: Level = USUAL_LEVEL,
    case: Case | None = None,
) -> Draft:
    """Create a question with an empty draft; raises Refused for a topic that was deleted."""
    hold(topic)
    question = Question.objects.create(
        exam=exam, ref=uuid4().hex, topic=topic, case=case, author_id=by.pk
    )
    question.ref = f"{exam.code}-q{question.pk}"
    item = blank(item_type, ref=question.ref, task=topic.task.number, topic=topic.slug, level=level)
    update_search_columns(question, item)
    question.save(update_fields=["ref", *SEARCH_COLUMNS])
    draft = Draft.objects.create(
        question=question, item=data_of(item), case=case, author_id=by.pk, updated_by_id=by.pk
    )
    draft.writers.add(by.pk)
    record_question("begun", question, actor=by)
    return draft


@transaction.atomic
def begin(
    exam: Exam, *, by: Actor, topic: Topic, item: Item, case: Case | None = None, reason: str = ""
) -> Draft:
    """Create a question with the first words of its draft; raises Refused as `create` does."""
    draft = create(exam, by=by, topic=topic, item_type=item.type, level=item.level, case=case)
    return save(draft, item=item, by=by, revision=draft.revision, case=case, reason=reason)


def newest_item(question: Question) -> Item:
    """Return a question's newest wording: its draft's, or else the live one."""
    draft = getattr(question, "draft", None)
    if draft is not None:
        return item_of(draft.item)
    version = question.live_version
    version.question = question
    return item_of_version(version)


@transaction.atomic
def revise(question: Question, *, by: Actor, version: QuestionVersion | None = None) -> Draft:
    """Return the question's draft; without one, begin it from the live version or from `version`.

    Raises Refused for a `version` where there is a draft already.
    """
    question = locked(question.pk)
    draft = Draft.objects.filter(question=question).first()
    if draft is not None:
        if version is not None:
            raise Refused(gettext("There is already a draft. Publish or discard it first."))
        return draft
    source = version or question.live_version
    source.question = question
    draft = Draft.objects.create(
        question=question,
        item=data_of(item_of_version(source)),
        case=question.case,
        base_version=question.current_version,
        author_id=by.pk,
        updated_by_id=by.pk,
        reason=f"version {version.number} again" if version else "",
    )
    record_question("draft begun", question, actor=by, version=source.number)
    return draft


@transaction.atomic
def save(
    draft: Draft,
    *,
    item: Item,
    by: Actor,
    revision: int,
    case: Case | None = None,
    reason: str = "",
    overwrites: bool = False,
) -> Draft:
    """Save a draft, complete or not; return it with its new revision.

    The same again changes nothing. Raises StaleRevision, with the stored draft, where `revision` is
    not the newest, and WrongStage where it is in review or approved. A save that `overwrites`, by
    someone who was shown both texts, keeps the one that it replaces in the log.
    """
    question, stored = _locked(draft)
    stored.question = question
    data = data_of(item) | {"ref": question.ref}
    case_id = case.pk if case else None
    if (stored.item, stored.case_id, stored.reason) == (data, case_id, reason):
        return stored
    if stored.revision != revision:
        raise StaleRevision(stored)
    if stored.stage != Draft.Stage.DRAFT:
        raise WrongStage(gettext("It is in review. Take it back to change it."))
    if overwrites:
        record_question("draft overwritten", question, actor=by, before={"item": stored.item})
    stored.item, stored.case, stored.reason = data, case, reason
    stored.revision += 1
    stored.updated_by_id = stored.open_with_id = by.pk
    stored.updated_at = stored.open_at = Now()
    stored.save()
    stored.writers.add(by.pk)
    _update_question(question, item, case)
    stored.refresh_from_db(fields=["updated_at", "open_at"])
    return stored


def _update_question(question: Question, item: Item, case: Case | None) -> None:
    """Update the columns for lists; the tags of a question that is not live are its draft's."""
    update_search_columns(question, item)
    columns = list(SEARCH_COLUMNS)
    if question.current_version_id is None:
        question.topic = topic_of(question.exam, item) or question.topic
        hold(question.topic)
        question.case = case
        question.objective = item.objective
        question.facts = list(item.facts)
        columns += ["topic", "case", "objective", "facts"]
    question.save(update_fields=columns)


def register_editor(draft: Draft, *, by: Actor) -> int | None:
    """Record that someone has a draft open; return who else has, by primary key."""
    row = Draft.objects.filter(pk=draft.pk)
    by_others = row.filter(open_at__gt=Now() - OPEN_FOR).exclude(open_with=by.pk)
    other = by_others.values_list("open_with", flat=True).first()
    row.update(open_with=by.pk, open_at=Now())
    return other


@transaction.atomic
def submit(
    draft: Draft, *, by: Actor, revision: int | None = None, batch: UUID | None = None
) -> Draft:
    """Send a draft for review. Raises NotReady with what it lacks, or WrongStage."""
    question, draft = at_stage(draft, Draft.Stage.DRAFT, gettext("It is in review already."))
    if revision is not None and draft.revision != revision:
        raise StaleRevision(draft)
    if lacks := problems(settled(item_of(draft.item)), strictness_of(question.exam)):
        raise NotReady(lacks)
    before = snapshot(question)
    move(question, draft, Draft.Stage.IN_REVIEW)
    record_question("submitted", question, actor=by, before=before, batch=batch)
    return draft


@transaction.atomic
def withdraw(draft: Draft, *, by: Actor, batch: UUID | None = None) -> Draft:
    """Take a draft back from review, or an approval back, so that it can be changed."""
    question, draft = _locked(draft)
    if draft.stage == Draft.Stage.DRAFT:
        return draft
    before = snapshot(question)
    move(question, draft, Draft.Stage.DRAFT)
    record_question("taken back", question, actor=by, before=before, batch=batch)
    return draft


@transaction.atomic
def rebase(draft: Draft, *, by: Actor) -> Draft:
    """Base a stale draft on the version that went live meanwhile, which its writer has seen."""
    question, draft = _locked(draft)
    if draft.base_version_id != question.current_version_id:
        draft.base_version = question.current_version
        draft.save(update_fields=["base_version"])
        move(question, draft, Draft.Stage.DRAFT)
        record_question("draft compared", question, actor=by)
    return draft


@transaction.atomic
def discard(draft: Draft, *, by: Actor, revision: int | None = None) -> Question:
    """Discard a draft beside a live version; the log keeps its text.

    An empty draft that was never published goes with its question. Raises Refused for one that has
    text: it would have none at all; and StaleRevision where `revision` is not the newest.
    """
    question, draft = _locked(draft)
    if revision is not None and draft.revision != revision:
        raise StaleRevision(draft)
    version = question.current_version
    if version is None and is_empty(item_of(draft.item)):
        record_question("deleted empty", question, actor=by)
        question.delete()
        return question
    if version is None:
        raise Refused(gettext("It was never published; retire the question instead."))
    before = snapshot(question) | {"draft": draft_snapshot(draft)}
    draft.delete()
    version.question = question
    update_search_columns(question, item_of_version(version))
    question.save(update_fields=SEARCH_COLUMNS)
    record_question("draft discarded", question, actor=by, before=before)
    return question


def is_empty(item: Item) -> bool:
    """Return whether nothing was written in an item."""
    texts = [item.stem, *item.prompts]
    texts += [text for option in item.options for text in (option.text, option.why)]
    return not any(text.strip() for text in texts)


def at_stage(draft: Draft, stage: str, otherwise: str) -> tuple[Question, Draft]:
    """Return question and draft, locked; raises WrongStage where the draft is at another stage."""
    question, draft = _locked(draft)
    if draft.stage != stage:
        raise WrongStage(otherwise)
    return question, draft


def _locked(draft: Draft) -> tuple[Question, Draft]:
    """Return question and draft, locked in this order, so that two writers cannot deadlock."""
    question = locked(draft.question_id)
    stored = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if stored is None:
        raise WrongStage(gettext("This draft was published or discarded in the meantime."))
    return question, stored


def move(question: Question, draft: Draft, stage: str, approver: Actor | None = None) -> None:
    """Move a draft to a stage, which is the status of a question that was never published."""
    draft.stage = stage
    draft.approved_by_id = approver.pk if approver else None
    draft.updated_at = Now()
    draft.save(update_fields=["stage", "approved_by", "updated_at"])
    draft.question = question
    if question.status not in (Question.Status.PUBLISHED, Question.Status.RETIRED):
        question.status = stage
        question.changed_at = Now()
        question.save(update_fields=["status", "changed_at"])
