"""Files of study notes as jobs: a worker reads, renders and places them, or says why not."""

from typing import TypedDict
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from questions.bank_files.study_notes import Left
from questions.models import MOST_TRIES, Exam, JobStatuses, NotesImport
from questions.services import upload_quota
from questions.services.audit import Actor
from questions.services.note_imports import NotesReport, import_notes

logger = structlog.get_logger(__name__)

# Lines that a report keeps; it counts them all.
MOST_LINES = 2000
TOO_SLOW = gettext_lazy("Reading it took too long, twice. Split the file.")
BROKEN = gettext_lazy(
    "Reading it failed, and nothing was changed. An operator can find the reason in the log."
)


class LeftRow(TypedDict):
    """What was not placed, as a report keeps it."""

    first: int
    last: int
    text: str
    reason: str


class StoredReport(TypedDict):
    """A NotesReport as its row keeps it in JSON."""

    domains: int
    tasks: int
    topics: int
    new_topics: int
    headings: int
    drafted: int
    known_drafts: int
    left: list[LeftRow]
    left_count: int


def ask(
    exam: Exam, text: str, *, file: str, by: Actor, publish: bool, dry_run: bool
) -> NotesImport:
    """Queue a file of notes for a worker; raises Refused where too much of `by` is under way."""
    upload_quota.check(by)
    return NotesImport.objects.create(
        exam=exam,
        by_id=by.pk,
        content=text.encode(),
        file_name=file[-200:],
        publishes=publish,
        is_dry_run=dry_run,
    )


def execute(run_id: UUID) -> None:
    """Place a queued file of notes; a second call, or a second worker, changes nothing."""
    waiting = NotesImport.objects.waiting().filter(pk=run_id)
    if waiting.filter(tries__gte=MOST_TRIES).exists():
        _end(run_id, problem=str(TOO_SLOW))
    running = {"status": JobStatuses.RUNNING, "tries": F("tries") + 1, "touched_at": Now()}
    if not waiting.update(**running):
        return
    run = NotesImport.objects.select_related("exam", "by").get(pk=run_id)
    try:
        report = import_notes(
            run.exam,
            bytes(run.content).decode(),
            file=run.file_name,
            by=run.by,
            publish=run.publishes,
            dry_run=run.is_dry_run,
        )
    except SoftTimeLimitExceeded:
        logger.warning("notes_out_of_time", notes_import=run.pk, tries=run.tries)
        if run.tries >= MOST_TRIES:
            _end(run_id, problem=str(TOO_SLOW))
        return
    except Exception:
        logger.exception("notes_failed", notes_import=run.pk)
        _end(run_id, problem=str(BROKEN))
        return
    _end(run_id, report=_stored(report))


def _end(run_id: UUID, *, report: StoredReport | None = None, problem: str = "") -> None:
    status = JobStatuses.FAILED if problem else JobStatuses.DONE
    NotesImport.objects.filter(pk=run_id).update(
        status=status, report=report or {}, problem=problem, content=b""
    )


def _stored(report: NotesReport) -> StoredReport:
    return {
        "domains": report.domains,
        "tasks": report.tasks,
        "topics": report.topics,
        "new_topics": report.new_topics,
        "headings": report.headings,
        "drafted": report.drafted.total(),
        "known_drafts": report.known_drafts,
        "left": [_left(left) for left in report.left[:MOST_LINES]],
        "left_count": len(report.left),
    }


def _left(left: Left) -> LeftRow:
    return {"first": left.first, "last": left.last, "text": left.text, "reason": left.reason}
