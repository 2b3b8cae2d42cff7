"""Runs of bulk actions: queued, followed while they work, and undone."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.models import AuditEntry, BulkRun, Exam, JobStatuses, Question, Topic
from questions.services import bulk, bulk_undo
from questions.services.audit import Actor
from questions.services.bulk import Outcome

logger = structlog.get_logger(__name__)

# Questions of one run; more are a second run.
MOST = 5_000
# Questions after which the progress is stored.
_STEP = 25

# Any: each verb has options of its own, which `options` of the run holds by name.
_VERBS: Mapping[str, Callable[..., Any]] = {
    "submit": bulk.submit_all,
    "approve": bulk.approve_all,
    "approve_publish": bulk.approve_and_publish_all,
    "publish": bulk.publish_all,
    "retire": bulk.retire_all,
    "unretire": bulk.unretire_all,
    "topic": bulk.retag_all,
    "level": bulk.retag_all,
}


def create(
    exam: Exam,
    *,
    action: str,
    questions: Sequence[int],
    by: Actor,
    options: Mapping[str, str | int] | None = None,
    query: str = "",
) -> BulkRun:
    """Store an action on questions of an exam, which a worker or `execute` then does."""
    return BulkRun.objects.create(
        exam=exam,
        by_id=by.pk,
        action=action,
        options=dict(options or {}),
        query=query[:1000],
        questions=list(questions)[:MOST],
        total=len(questions[:MOST]),
    )


def create_undo(exam: Exam, batch: UUID, *, by: Actor, query: str = "") -> BulkRun:
    """Store the undo of a batch."""
    total = bulk_undo.undoable(exam, batch)
    return BulkRun.objects.create(
        exam=exam,
        by_id=by.pk,
        action="undo",
        options={"batch": str(batch)},
        query=query[:1000],
        total=total,
    )


def execute(run_id: UUID) -> BulkRun:
    """Do a run that waits; a second call or worker changes nothing.

    Each question is changed in a transaction of its own: a run that breaks off is taken up where it
    was left.
    """
    waiting = BulkRun.objects.waiting().filter(pk=run_id)
    if not waiting.update(status=JobStatuses.RUNNING, done=0, touched_at=Now()):
        return BulkRun.objects.get(pk=run_id)
    run = BulkRun.objects.select_related("exam").get(pk=run_id)
    try:
        outcome = _undo(run) if run.action == "undo" else _change(run)
    except Exception:
        # Where the database itself is away this fails too, and the sweep begins again.
        logger.exception("bulk_failed", run=run_id)
        BulkRun.objects.filter(pk=run_id).update(status=JobStatuses.FAILED, finished_at=Now())
        return BulkRun.objects.get(pk=run_id)
    BulkRun.objects.filter(pk=run_id).update(
        status=JobStatuses.DONE,
        done=run.total,
        changed=outcome.changed,
        skipped=outcome.refs_by_reason,
        batch=outcome.batch,
        finished_at=Now(),
    )
    logger.info("bulk_done", run=run_id, action=run.action, changed=outcome.changed)
    return BulkRun.objects.get(pk=run_id)


class _Followed:
    """A run whose progress is stored as it goes on."""

    def __init__(self, run: BulkRun) -> None:
        self._run = run
        self._stored = 0
        self.outcome = Outcome(batch=run.batch)
        entries = AuditEntry.objects.filter(batch=run.batch, subject="question")
        self.finished = {int(key) for key in entries.values_list("subject_id", flat=True)}

    def report(self, outcome: Outcome) -> None:
        if outcome.looked_at - self._stored >= _STEP:
            self._stored = outcome.looked_at - outcome.looked_at % _STEP
            BulkRun.objects.filter(pk=self._run.pk).update(
                done=min(self._stored, self._run.total), touched_at=Now()
            )


def _change(run: BulkRun) -> Outcome:
    by_id = Question.objects.filter(exam=run.exam).in_bulk(run.questions)
    questions = [by_id[key] for key in run.questions if key in by_id]
    change = partial(_VERBS[run.action], questions, by=_actor(run), run=_Followed(run))
    return cast(Outcome, change(**_options(run)))


def _options(run: BulkRun) -> dict[str, object]:
    """Return what the action sets, as its verb takes it."""
    options: dict[str, object] = dict(run.options)
    if "topic" in options:
        options["topic"] = Topic.objects.get(pk=run.options["topic"])
    return options


def _undo(run: BulkRun) -> Outcome:
    with transaction.atomic():
        return bulk_undo.undo(run.exam, UUID(run.options["batch"]), by=_actor(run))


def _actor(run: BulkRun) -> Actor:
    """Return who asked for the run; raises LookupError where the account is gone."""
    person = get_user_model()._default_manager.filter(pk=run.by_id).first()
    if person is None:
        raise LookupError(gettext("whoever asked for this is gone"))
    return cast(Actor, person)
