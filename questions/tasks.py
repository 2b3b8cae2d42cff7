"""Background jobs of the bank: each calls one service."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db.models import Model
from django.utils import translation

from questions.hooks import chosen_languages
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
    _execute(run.execute, Import, UUID(run_id))


# Named as it was: a message, or a failed task that is tried again, may be of an older release.
# Seconds: of a file that takes longer the others need not wait; it is tried once more behind them.
@shared_task(name="questions.look_at_import", soft_time_limit=40, time_limit=50)
def preview_import(run_id: str) -> None:
    """Compute the preview of a file."""
    _execute(preview.execute, Import, UUID(run_id))


@shared_task(name="questions.import_notes", soft_time_limit=60, time_limit=75)
def import_notes(run_id: str) -> None:
    """Place a file of study notes."""
    _execute(note_import_jobs.execute, NotesImport, UUID(run_id))


@shared_task(name="questions.run_export")
def run_export(export_id: str) -> None:
    """Make a file of questions."""
    _execute(exports.execute, Export, UUID(export_id))


@shared_task(name="questions.run_bulk")
def run_bulk(run_id: str) -> None:
    """Change many questions."""
    _execute(bulk_runs.execute, BulkRun, UUID(run_id))


@shared_task(name="questions.run_waiting_imports")
def run_waiting_imports() -> int:
    """Do what no message reached, or whose worker is gone: files and bulk actions.

    Return how many. Delete files that nobody imported or downloaded.
    """
    run.forget_unused()
    exports.forget_old()
    count = _execute_all(run.execute, Import.objects.waiting())
    count += _ask_again(preview_import, Import.objects.to_preview())
    count += _ask_again(import_notes, NotesImport.objects.unheard())
    count += _execute_all(exports.execute, Export.objects.waiting())
    return count + _execute_all(bulk_runs.execute, BulkRun.objects.waiting())


def _execute(execute: Callable[[UUID], object], jobs: type[Model], row_id: UUID) -> None:
    """Execute a row in the language of who asked, since what it tells them is stored in words."""
    by = jobs._default_manager.filter(pk=row_id).values_list("by", flat=True).first()
    chosen = (language_of(by) for language_of in chosen_languages) if by else ()
    with translation.override(next(filter(None, chosen), settings.LANGUAGE_CODE)):
        execute(row_id)


def _ask_again(task: "Task[..., None]", rows: "QuerySet[Import] | QuerySet[NotesImport]") -> int:
    """Send a message for each row that waits, which has time of its own then."""
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)[:20]]
    for row_id in ids:
        task.delay(row_id)
    return len(ids)


def _execute_all[Job: Model](execute: Callable[[UUID], object], rows: "QuerySet[Job]") -> int:
    """Execute each row, whatever becomes of the one before it; return how many there were."""
    ids = list(rows.values_list("pk", flat=True)[:20])
    for row_id in ids:
        try:
            _execute(execute, rows.model, row_id)
        except SoftTimeLimitExceeded:  # Of the sweep as a whole.
            raise
        except Exception:  # The row waits for the next sweep; those behind it need not.
            logger.exception("sweep_failed", row=row_id)
    return len(ids)
