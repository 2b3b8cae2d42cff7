"""Bulk actions: one change to many questions."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import batched
from typing import Protocol
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext

from questions.lint import LintContext
from questions.models import Draft, Exam, Question, Topic
from questions.services import bulk_publish
from questions.services.audit import (
    Actor,
)
from questions.services.drafts import submit
from questions.services.editor_findings import exam_lint_context
from questions.services.errors import Refused
from questions.services.retirement import retire, unretire
from questions.services.reviews import approve, is_alone, publish_alone
from questions.services.tags import retag
from questions.services.versions import locked, publish_draft


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
        self.skip_ref(question.ref, reason)

    def skip_ref(self, ref: str, reason: str) -> None:
        """Skip a question of which nothing but its ref may be there any more."""
        self.refs_by_reason.setdefault(reason, []).append(ref)


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
            raise Refused(gettext("It is retired already."))
        retire(question, by=by, reason=reason, batch=batch)
        return True

    return _for_each(questions, retire_one, run)


def unretire_all(questions: Iterable[Question], *, by: Actor, run: Run | None = None) -> Outcome:
    """Put retired questions back into use."""

    def unretire_one(question: Question, batch: UUID) -> bool:
        if question.status != Question.Status.RETIRED:
            raise Refused(gettext("It is not retired."))
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
        raise Refused(gettext("It has no draft."))
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
                outcome.skip(question, gettext("It is so already."))
    return outcome
