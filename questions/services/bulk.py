"""Bulk actions: one change to many questions, and its undo."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import Protocol
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.lint import LintContext
from questions.models import AuditEntry, Draft, Exam, Question, Topic
from questions.services import bulk_publish
from questions.services.audit import (
    Actor,
    DraftSnapshot,
    Snapshot,
    record_question,
    snapshot,
)
from questions.services.drafts import newest_item, submit
from questions.services.editor_findings import exam_lint_context
from questions.services.errors import Refused
from questions.services.retirement import retire, unretire
from questions.services.reviews import approve, is_alone, publish_alone
from questions.services.search_columns import SEARCH_COLUMNS, update_search_columns
from questions.services.tags import retag
from questions.services.usage import hold
from questions.services.versions import locked, publish_draft

# How long an action can be undone.
UNDO_FOR = timedelta(days=7)

# Verbs of the log that an undo can take back.
_UNDOABLE = {"submitted", "approved", "published", "retired", "brought back", "retagged"}


@dataclass
class Outcome:
    """What an action on many questions did: how many it changed, and which it skipped and why.

    `refs_by_reason` has the refs of the skipped questions by the reason.
    """

    batch: UUID = field(default_factory=uuid4)
    looked_at: int = 0
    changed: int = 0
    refs_by_reason: dict[str, list[str]] = field(default_factory=dict)

    @property
    def refs(self) -> list[str]:
        """The refs of all that were skipped."""
        return [ref for refs in self.refs_by_reason.values() for ref in refs]

    @property
    def skipped(self) -> Counter[str]:
        """How many were skipped, by the reason."""
        return Counter({reason: len(refs) for reason, refs in self.refs_by_reason.items()})

    def skip(self, question: Question, reason: str) -> None:
        self.refs_by_reason.setdefault(reason, []).append(question.ref)


class Run(Protocol):
    """A run that can be followed: where it reports, and what a broken one finished before it."""

    outcome: Outcome
    finished: set[int]

    def report(self, outcome: Outcome) -> None: ...


class _Unfollowed:
    """A run that nobody follows."""

    def __init__(self) -> None:
        self.outcome = Outcome()
        self.finished: set[int] = set()

    def report(self, outcome: Outcome) -> None:
        """Nobody waits for it."""


def submit_all(questions: Iterable[Question], *, by: Actor, run: Run | None = None) -> Outcome:
    """Send the questions' drafts for review."""

    def submit_one(question: Question, batch: UUID) -> bool:
        submit(_draft_of(question), by=by, batch=batch)
        return True

    return _for_each(questions, submit_one, run)


def publish_all(questions: Iterable[Question], *, by: Actor, run: Run | None = None) -> Outcome:
    """Publish the questions' approved drafts, but for those in which the rules find errors."""
    contexts = _Contexts()

    def publish_one(question: Question, batch: UUID) -> bool:
        _draft_of(question)
        publish_draft(question, by=by, batch=batch, lint_context=contexts.of(question.exam))
        return True

    return _for_each(questions, publish_one, run)


def approve_all(questions: Iterable[Question], *, by: Actor, run: Run | None = None) -> Outcome:
    """Approve the drafts that are in review, but for one's own where a colleague could."""
    contexts = _Contexts()

    def approve_one(question: Question, batch: UUID) -> bool:
        context = contexts.of(question.exam)
        approve(_draft_of(question), by=by, batch=batch, lint_context=context)
        return True

    return _for_each(questions, approve_one, run)


def approve_and_publish_all(
    questions: Iterable[Question], *, by: Actor, run: Run | None = None
) -> Outcome:
    """Approve and publish what is in review or approved; for who is alone, drafts too."""
    contexts = _Contexts()
    alone: dict[int, bool] = {}
    run = run or _Unfollowed()
    questions = _publish_ordinary(list(questions), by=by, run=run, contexts=contexts)

    def publish_one(question: Question, batch: UUID) -> bool:
        exam = question.exam
        draft = _draft_of(question)
        is_alone_here = alone.get(exam.pk)
        if is_alone_here is None:
            is_alone_here = alone.setdefault(exam.pk, is_alone(exam, by))
        if draft.stage == Draft.Stage.DRAFT and not is_alone_here:
            raise Refused(gettext("It is a draft that was not sent for review."))
        publish_alone(question, by=by, batch=batch, lint_context=contexts.of(exam))
        return True

    return _for_each(questions, publish_one, run)


def _publish_ordinary(
    questions: list[Question], *, by: Actor, run: Run, contexts: "_Contexts"
) -> list[Question]:
    """Publish first drafts in chunks, a few statements each; return the questions that are left."""
    outcome, left = run.outcome, []
    waiting = [question for question in questions if question.pk not in run.finished]
    outcome.looked_at = outcome.changed = len(questions) - len(waiting)
    for chunk in batched(waiting, bulk_publish.CHUNK):
        exam, skipped = chunk[0].exam, len(outcome.refs)
        publisher = bulk_publish.Publisher(
            by, outcome.batch, contexts.of(exam), is_alone(exam, by), outcome.skip
        )
        finished = publisher.publish(chunk)
        outcome.changed += len(finished) - (len(outcome.refs) - skipped)
        outcome.looked_at += len(finished)
        run.report(outcome)
        left += [question for question in chunk if question.pk not in finished]
    return left


class _Contexts:
    """What the rules need to know of each exam, read once."""

    def __init__(self) -> None:
        self._by_exam: dict[int, LintContext] = {}

    def of(self, exam: Exam) -> LintContext:
        if exam.pk not in self._by_exam:
            self._by_exam[exam.pk] = exam_lint_context(exam)
        return self._by_exam[exam.pk]


def retire_all(
    questions: Iterable[Question], *, by: Actor, reason: str = "", run: Run | None = None
) -> Outcome:
    """Take the questions out of use."""

    def retire_one(question: Question, batch: UUID) -> bool:
        if question.status == Question.Status.RETIRED:
            raise Refused("It is retired already.")
        retire(question, by=by, reason=reason, batch=batch)
        return True

    return _for_each(questions, retire_one, run)


def unretire_all(questions: Iterable[Question], *, by: Actor, run: Run | None = None) -> Outcome:
    """Put retired questions back into use."""

    def unretire_one(question: Question, batch: UUID) -> bool:
        if question.status != Question.Status.RETIRED:
            raise Refused("It is not retired.")
        unretire(question, by=by, batch=batch)
        return True

    return _for_each(questions, unretire_one, run)


def retag_all(
    questions: Iterable[Question],
    *,
    by: Actor,
    topic: Topic | None = None,
    level: str = "",
    run: Run | None = None,
) -> Outcome:
    """Move the questions to a topic or a level."""

    def retag_one(question: Question, batch: UUID) -> bool:
        return retag(question, by=by, batch=batch, topic=topic, level=level)

    return _for_each(questions, retag_one, run)


def _draft_of(question: Question) -> Draft:
    draft = Draft.objects.filter(question=question).first()
    if draft is None:
        raise Refused("It has no draft.")
    return draft


def _for_each(
    questions: Iterable[Question], change: Callable[[Question, UUID], bool], run: Run | None = None
) -> Outcome:
    """Change each question in a transaction of its own; what the rules refuse is skipped.

    A run that another worker began goes on after what that one did.
    """
    outcome = run.outcome if run else Outcome()
    for question in questions:
        outcome.looked_at += 1
        if run:
            run.report(outcome)
        if run and question.pk in run.finished:
            outcome.changed += 1
            continue
        try:
            with transaction.atomic():
                is_changed = change(locked(question.pk), outcome.batch)
        except Refused as reason:
            outcome.skip(question, reason.kind)
        else:
            outcome.changed += is_changed
            if not is_changed:
                outcome.skip(question, "It is so already.")
    return outcome


def undoable(exam: Exam, batch: UUID) -> int:
    """Return how many questions an undo of the batch would look at; 0 when it is too late."""
    return _undoable_entries(exam, batch).values("subject_id").distinct().order_by().count()


def was_by(exam: Exam, batch: UUID, person: Actor) -> bool:
    """Return whether someone did what a batch did."""
    return AuditEntry.objects.filter(exam=exam, batch=batch, actor=person.pk).exists()


@transaction.atomic
def undo(exam: Exam, batch: UUID, *, by: Actor) -> Outcome:
    """Restore the state before a batch; a question that was changed since is left as it is.

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
            question, current = states[key]
            if current != entries[key][0].details["after"]:
                outcome.skip(question, gettext("It was changed since."))
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
            outcome.skip(question, gettext("Its topic was deleted since."))
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
        raise Refused("Its topic was deleted since.")
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
