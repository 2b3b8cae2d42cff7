"""One change to many questions, and its undo."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.functions import Now

from questions.lint import LintContext
from questions.models import AuditEntry, Draft, Exam, Question, Topic
from questions.services.audit import Actor, record_question, snapshot
from questions.services.drafts import newest_item, submit
from questions.services.editor_findings import exam_lint_context
from questions.services.errors import Refused
from questions.services.usage import hold
from questions.services.versions import (
    SEARCH_COLUMNS,
    bring_back,
    locked,
    publish_draft,
    retag,
    retire,
    update_search_columns,
)

# Questions that one action may change: what a request can do while someone waits.
MOST = 1000
# How long an action can be undone.
UNDO_FOR = timedelta(days=7)

# What an undo can take back.
_UNDOABLE = {"submitted", "published", "retired", "brought back", "retagged"}


@dataclass
class Outcome:
    """What an action on many did: how many it changed, and which others it left out and why."""

    batch: UUID = field(default_factory=uuid4)
    changed: int = 0
    left: dict[str, list[str]] = field(default_factory=dict)

    @property
    def skipped(self) -> Counter[str]:
        """How many were left out, by the reason."""
        return Counter({why: len(refs) for why, refs in self.left.items()})

    def leave(self, question: Question, why: str) -> None:
        self.left.setdefault(why, []).append(question.ref)


def submit_all(questions: Iterable[Question], *, by: Actor) -> Outcome:
    """Give the questions' drafts to review."""

    def each(question: Question, batch: UUID) -> bool:
        submit(_draft_of(question), by=by, batch=batch)
        return True

    return _each(questions, each)


def publish_all(questions: Iterable[Question], *, by: Actor) -> Outcome:
    """Make the questions' approved drafts live, but for those that the rules stop."""

    grounds: dict[int, LintContext] = {}

    def each(question: Question, batch: UUID) -> bool:
        _draft_of(question)
        exam = question.exam
        ground = grounds.get(exam.pk) or grounds.setdefault(exam.pk, exam_lint_context(exam))
        publish_draft(question, by=by, batch=batch, ground=ground)
        return True

    return _each(questions, each)


def retire_all(questions: Iterable[Question], *, by: Actor, reason: str = "") -> Outcome:
    """Take the questions out of use."""

    def each(question: Question, batch: UUID) -> bool:
        if question.status == Question.Status.RETIRED:
            raise Refused("It is retired already.")
        retire(question, by=by, reason=reason, batch=batch)
        return True

    return _each(questions, each)


def bring_all_back(questions: Iterable[Question], *, by: Actor) -> Outcome:
    """Bring retired questions back."""

    def each(question: Question, batch: UUID) -> bool:
        if question.status != Question.Status.RETIRED:
            raise Refused("It is not retired.")
        bring_back(question, by=by, batch=batch)
        return True

    return _each(questions, each)


def retag_all(questions: Iterable[Question], *, by: Actor, **tags: Any) -> Outcome:
    """Move the questions to a topic or a level."""

    def each(question: Question, batch: UUID) -> bool:
        return retag(question, by=by, batch=batch, **tags)

    return _each(questions, each)


def _draft_of(question: Question) -> Draft:
    draft = Draft.objects.filter(question=question).first()
    if draft is None:
        raise Refused("It has no draft.")
    return draft


def _each(questions: Iterable[Question], verb: Callable[[Question, UUID], bool]) -> Outcome:
    """Do a verb to each question for itself; what the rules refuse is counted, not done."""
    outcome = Outcome()
    for question in questions:
        try:
            with transaction.atomic():
                is_changed = verb(locked(question.pk), outcome.batch)
        except Refused as reason:
            outcome.leave(question, reason.kind)
        else:
            outcome.changed += is_changed
            if not is_changed:
                outcome.leave(question, "It is so already.")
    return outcome


def undoable(exam: Exam, batch: UUID) -> int:
    """Return how many questions an undo of the batch would look at; 0 when it is too late."""
    entries = AuditEntry.objects.filter(exam=exam, batch=batch, verb__in=_UNDOABLE)
    return entries.filter(at__gt=Now() - UNDO_FOR).count()


def was_by(exam: Exam, batch: UUID, person: Actor) -> bool:
    """Tell whether someone did what a batch did."""
    return AuditEntry.objects.filter(exam=exam, batch=batch, actor=person.pk).exists()


@transaction.atomic
def undo(exam: Exam, batch: UUID, *, by: Actor) -> Outcome:
    """Put back what a batch changed; a question that was changed since is left as it is.

    A second undo finds every question changed since, by the first.
    """
    outcome = Outcome()
    entries = AuditEntry.objects.filter(exam=exam, batch=batch, verb__in=_UNDOABLE)
    for entry in entries.filter(at__gt=Now() - UNDO_FOR).order_by("-pk"):
        question = locked(int(entry.subject_id))
        was, then = entry.details.get("before") or {}, entry.details["after"]
        now = snapshot(question)
        if now != then:
            outcome.leave(question, "It was changed since.")
            continue
        try:
            with transaction.atomic():
                _put_back(question, was)
        except Refused as reason:
            outcome.leave(question, reason.kind)
            continue
        record_question("undone", question, actor=by, before=now, batch=outcome.batch)
        outcome.changed += 1
    return outcome


def _put_back(question: Question, was: dict[str, Any]) -> None:
    """Make a question stand as it stood; raises Refused where its topic is gone."""
    topic, drafted = Topic.objects.filter(pk=was["topic"]).first(), question.topic
    if topic is None:
        raise Refused("Its topic was deleted since.")
    hold(topic)
    question.current_version_id = was["version"]
    question.status = was["status"]
    question.topic_id = was["topic"]
    question.changed_at = Now()
    question.save(update_fields=["current_version", "status", "topic", "changed_at"])
    question = locked(question.pk)
    if "draft" in was:
        _write_again(question, was, drafted)
    elif was["stage"]:
        draft = Draft.objects.get(question=question)
        draft.stage = was["stage"]
        if was.get("level"):
            tags = {"topic": question.topic.slug, "task": question.topic.task.number}
            draft.item = draft.item | tags | {"level": was["level"]}
            draft.base_version = question.current_version
        draft.save(update_fields=["stage", "item", "base_version"])
    update_search_columns(question, newest_item(Question.objects.get(pk=question.pk)))
    question.save(update_fields=SEARCH_COLUMNS)


def _write_again(question: Question, was: dict[str, Any], topic: Topic) -> None:
    """Make the draft that a publication ended, which put the question under its topic.

    The topic's task may have got another number since.
    """
    kept = was["draft"]
    people = get_user_model()._default_manager
    known = set(
        people.filter(pk__in=[*kept["writers"], kept["author"], kept["approved_by"]]).values_list(
            "pk", flat=True
        )
    )
    draft = Draft.objects.create(
        question=question,
        item=kept["item"] | {"topic": topic.slug, "task": topic.task.number},
        case_id=kept["case"],
        stage=was["stage"],
        revision=was["revision"],
        reason=kept["reason"],
        base_version=question.current_version,
        author_id=kept["author"] if kept["author"] in known else None,
        approved_by_id=kept["approved_by"] if kept["approved_by"] in known else None,
    )
    draft.writers.set(known & set(kept["writers"]))
