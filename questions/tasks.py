"""Background jobs of the bank: each calls one service."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from questions.models import BulkRun, Export, Import, NotesImport
from questions.services import bulk_runs, exports, note_import_jobs
from questions.services.imports import preview, run

if TYPE_CHECKING:
    from celery import Task
    from django.db.models import QuerySet

logger = structlog.get_logger(__name__)


@shared_task(name="questions.run_import")
def run_import(run_id: str) -> None:
    """Import a file."""
    run.execute(UUID(run_id))


# Named as it was: a message, or a failed task that is tried again, may be of an older release.
# Seconds: of a file that takes longer the others need not wait; it is tried once more behind them.
@shared_task(name="questions.look_at_import", soft_time_limit=40, time_limit=50)
def preview_import(run_id: str) -> None:
    """Compute the preview of a file."""
    preview.execute(UUID(run_id))


@shared_task(name="questions.import_notes", soft_time_limit=60, time_limit=75)
def import_notes(run_id: str) -> None:
    """Place a file of study notes."""
    note_import_jobs.execute(UUID(run_id))


@shared_task(name="questions.run_export")
def run_export(export_id: str) -> None:
    """Make a file of questions."""
    exports.execute(UUID(export_id))


@shared_task(name="questions.run_bulk")
def run_bulk(run_id: str) -> None:
    """Change many questions."""
    bulk_runs.execute(UUID(run_id))


@shared_task(name="questions.run_waiting_imports")
def run_waiting_imports() -> int:
    """Do what no message reached, or whose worker is gone: files and bulk actions.

    Return how many. Delete files that nobody imported or downloaded.
    """
    run.forget_unused()
    exports.forget_old()
    waiting = Import.objects.waiting().values_list("pk", flat=True)[:20]
    count = _execute_all(run.execute, waiting)
    count += _ask_again(preview_import, Import.objects.to_preview())
    count += _ask_again(import_notes, NotesImport.objects.unheard())
    unwritten = Export.objects.waiting().values_list("pk", flat=True)[:20]
    count += _execute_all(exports.execute, unwritten)
    unchanged = BulkRun.objects.waiting().values_list("pk", flat=True)[:20]
    return count + _execute_all(bulk_runs.execute, unchanged)


def _ask_again(task: "Task[..., None]", rows: "QuerySet[Import] | QuerySet[NotesImport]") -> int:
    """Send a message for each row that waits, which has time of its own then."""
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)[:20]]
    for row_id in ids:
        task.delay(row_id)
    return len(ids)


def _execute_all(execute: Callable[[UUID], object], rows: Iterable[UUID]) -> int:
    """Execute each row, whatever becomes of the one before it; return how many there were."""
    ids = list(rows)
    for row_id in ids:
        try:
            execute(row_id)
        except SoftTimeLimitExceeded:  # Of the sweep as a whole.
            raise
        except Exception:  # The row waits for the next sweep; those behind it need not.
            logger.exception("sweep_failed", row=row_id)
    return len(ids)
