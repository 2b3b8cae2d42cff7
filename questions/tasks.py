"""Background work of the bank: doorbells that call services."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from questions.models import Export, Import
from questions.services import exports
from questions.services.imports import preview, run

logger = structlog.get_logger(__name__)


@shared_task(name="questions.run_import")
def run_import(run_id: str) -> None:
    """Take a file in."""
    run.execute(UUID(run_id))


@shared_task(name="questions.look_at_import")
def look_at_import(run_id: str) -> None:
    """Work out what a large file would do."""
    preview.look_at(UUID(run_id))


@shared_task(name="questions.run_export")
def run_export(export_id: str) -> None:
    """Make a file of questions."""
    exports.execute(UUID(export_id))


@shared_task(name="questions.run_waiting_imports")
def run_waiting_imports() -> int:
    """Do what no message reached, or whose worker is gone: imports, previews, exports.

    Return how many. Files that nobody took in, or fetched, go.
    """
    run.forget_unused()
    exports.forget_old()
    waiting = Import.objects.waiting().values_list("pk", flat=True)[:20]
    begun = _each(run.execute, waiting)
    unseen = Import.objects.to_look_at().values_list("pk", flat=True)[:20]
    begun += _each(preview.look_at, unseen)
    unwritten = Export.objects.waiting().values_list("pk", flat=True)[:20]
    return begun + _each(exports.execute, unwritten)


def _each(verb: Callable[[UUID], Any], rows: Iterable[UUID]) -> int:
    """Do a verb for each row, whatever becomes of the one before it; return how many there were."""
    found = list(rows)
    for row in found:
        try:
            verb(row)
        except SoftTimeLimitExceeded:  # Of the sweep as a whole.
            raise
        except Exception:  # The row waits for the next sweep; those behind it need not.
            logger.exception("sweep_failed", row=row)
    return len(found)
