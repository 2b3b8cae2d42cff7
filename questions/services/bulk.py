"""Bulk actions: one change to many questions, and its undo."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.lint import LintContext
from questions.models import AuditEntry, Draft, Exam, Question, Topic
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
    outcome, restored = Outcome(), set[int]()
    for entry in _undoable_entries(exam, batch).order_by("-pk"):
        question = locked(int(entry.subject_id))
        current = snapshot(question)
        if current != entry.details["after"]:
            outcome.skip(question, "It was changed since.")
            continue
        try:
            with transaction.atomic():
                _restore(question, entry.details["before"])
        except Refused as reason:
            outcome.skip(question, reason.kind)
            continue
        record_question("undone", question, actor=by, before=current, batch=outcome.batch)
        restored.add(question.pk)
    outcome.changed = len(restored)
    return outcome


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
