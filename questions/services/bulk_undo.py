"""The undo of bulk actions: the state before, of what nobody changed since."""

from datetime import timedelta
from itertools import batched
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.models import AuditEntry, Draft, Exam, Question, Topic
from questions.services import bulk_publish
from questions.services.audit import (
    Actor,
    DraftSnapshot,
    Snapshot,
    record_question,
    snapshot,
)
from questions.services.bulk import Outcome
from questions.services.drafts import newest_item
from questions.services.errors import Refused
from questions.services.search_columns import SEARCH_COLUMNS, update_search_columns
from questions.services.usage import hold
from questions.services.versions import locked

# How long an action can be undone.
UNDO_FOR = timedelta(days=7)

# Verbs of the log that an undo can take back.
_UNDOABLE = {"submitted", "approved", "published", "retired", "brought back", "retagged"}


def undoable(exam: Exam, batch: UUID) -> int:
    """Return how many questions an undo of the batch would look at; 0 when it is too late."""
    return _undoable_entries(exam, batch).values("subject_id").distinct().order_by().count()


def was_by(exam: Exam, batch: UUID, person: Actor) -> bool:
    """Return whether someone did what a batch did."""
    return AuditEntry.objects.filter(exam=exam, batch=batch, actor=person.pk).exists()


@transaction.atomic
def undo(exam: Exam, batch: UUID, *, by: Actor) -> Outcome:
    """Restore the state before a batch; what was changed or deleted since is left as it is.

    A second undo finds every question changed since, by the first.
    """
    outcome = Outcome()
    entries: dict[int, list[AuditEntry]] = {}
    for entry in _undoable_entries(exam, batch).order_by("-pk"):
        entries.setdefault(int(entry.subject_id), []).append(entry)
    for keys in batched(sorted(entries), bulk_publish.CHUNK):
        states = bulk_publish.snapshots(keys)
        first = {}
        for key in keys:
            if key not in states:
                outcome.skip_ref(entries[key][0].details["ref"], gettext("It was deleted since."))
                continue
            question, current = states[key]
            if current != entries[key][0].details["after"]:
                outcome.skip(question, gettext("It was changed since then."))
            elif bulk_publish.is_first_publication(state := _state_before(entries[key])):
                first[key] = (question, state)
            else:
                _undo_one(question.pk, entries[key], by=by, outcome=outcome)
        _unpublish(first, states, by=by, outcome=outcome)
    return outcome


def _undo_one(key: int, entries: list[AuditEntry], *, by: Actor, outcome: Outcome) -> None:
    """Restore what each of a question's entries replaced, the newest first."""
    question = locked(key)
    current = snapshot(question)
    try:
        with transaction.atomic():
            for entry in entries:
                _restore(locked(key), entry.details["before"])
    except Refused as reason:
        outcome.skip(question, reason.kind)
        return
    record_question("undone", locked(key), actor=by, before=current, batch=outcome.batch)
    outcome.changed += 1


def _state_before(entries: list[AuditEntry]) -> Snapshot:
    """Return the state before the oldest of a question's entries, with the draft that ended."""
    before: Snapshot = dict(entries[-1].details["before"])  # type: ignore[assignment]
    newest = entries[0].details["before"].get("draft")
    return {**before, "draft": newest} if newest else before


def _unpublish(
    first: dict[int, tuple[Question, Snapshot]],
    states: dict[int, tuple[Question, Snapshot]],
    *,
    by: Actor,
    outcome: Outcome,
) -> None:
    """Make drafts again of what was published for the first time, and log it."""
    topics = {state["topic"] for _, state in first.values()}
    there = bulk_publish.held(topics)
    for key, (question, state) in list(first.items()):
        if state["topic"] not in there:
            outcome.skip(question, gettext("Its topic was deleted."))
            del first[key]
    bulk_publish.unpublish(first)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            verb="undone",
            actor_id=by.pk,
            exam=question.exam,
            subject="question",
            subject_id=str(key),
            details={
                "ref": question.ref,
                "before": states[key][1],
                "after": {name: value for name, value in state.items() if name != "draft"},
            },
            batch=outcome.batch,
        )
        for key, (question, state) in first.items()
    )
    outcome.changed += len(first)


def _undoable_entries(exam: Exam, batch: UUID) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.filter(exam=exam, batch=batch, verb__in=_UNDOABLE)
    return entries.filter(at__gt=Now() - UNDO_FOR)


def _restore(question: Question, state: Snapshot) -> None:
    """Give a question the state of a snapshot; raises Refused where its topic is gone."""
    topic, current_topic = Topic.objects.filter(pk=state["topic"]).first(), question.topic
    if topic is None:
        raise Refused(gettext("Its topic was deleted."))
    hold(topic)
    question.current_version_id = state["version"]
    question.status = state["status"]
    question.topic_id = state["topic"]
    question.changed_at = Now()
    question.save(update_fields=["current_version", "status", "topic", "changed_at"])
    question = locked(question.pk)
    if "draft" in state:
        _recreate_draft(question, state, state["draft"], current_topic)
    elif state["stage"]:
        _restore_draft(question, state["stage"], state.get("level", ""))
    update_search_columns(question, newest_item(Question.objects.get(pk=question.pk)))
    question.save(update_fields=SEARCH_COLUMNS)


def _restore_draft(question: Question, stage: str, level: str) -> None:
    """Give a draft its former stage and, where a level is given, its former tags."""
    draft = Draft.objects.get(question=question)
    draft.stage = stage
    if stage != Draft.Stage.APPROVED:
        draft.approved_by_id = None
    if level:
        tags = {"topic": question.topic.slug, "task": question.topic.task.number}
        draft.item = draft.item | tags | {"level": level}
        draft.base_version = question.current_version
    draft.save(update_fields=["stage", "item", "base_version", "approved_by"])


def _recreate_draft(
    question: Question, state: Snapshot, ended: DraftSnapshot, topic: Topic
) -> None:
    """Make the draft again that a publication ended.

    `topic` is the one that the publication gave the question; its task may be renumbered since.
    """
    people = get_user_model()._default_manager
    ids = [*ended["writers"], ended["author"], ended["approved_by"]]
    known = set(people.filter(pk__in=ids).values_list("pk", flat=True))
    draft = Draft.objects.create(
        question=question,
        item=ended["item"] | {"topic": topic.slug, "task": topic.task.number},
        case_id=ended["case"],
        stage=state["stage"] or Draft.Stage.APPROVED,
        revision=state["revision"] or 1,
        reason=ended["reason"],
        base_version=question.current_version,
        author_id=ended["author"] if ended["author"] in known else None,
        approved_by_id=ended["approved_by"] if ended["approved_by"] in known else None,
    )
    draft.writers.set(known & set(ended["writers"]))
