"""Background work of the bank: doorbells that call services."""

from uuid import UUID

from celery import shared_task

from questions.models import Export, Import
from questions.services import exporting, importing, previewing


@shared_task(name="questions.run_import")
def run_import(run_id: str) -> None:
    """Take a file in."""
    importing.execute(UUID(run_id))


@shared_task(name="questions.look_at_import")
def look_at_import(run_id: str) -> None:
    """Work out what a large file would do."""
    previewing.look_at(UUID(run_id))


@shared_task(name="questions.run_export")
def run_export(export_id: str) -> None:
    """Make a file of questions."""
    exporting.execute(UUID(export_id))


@shared_task(name="questions.run_waiting_imports")
def run_waiting_imports() -> int:
    """Do what no message reached, or whose worker is gone: imports, previews, exports.

    Return how many. Files that nobody took in, or fetched, go.
    """
    importing.forget_unused()
    exporting.forget_old()
    waiting = list(Import.objects.waiting().values_list("pk", flat=True)[:20])
    for run_id in waiting:
        importing.execute(run_id)
    unseen = list(Import.objects.to_look_at().values_list("pk", flat=True)[:20])
    for run_id in unseen:
        previewing.look_at(run_id)
    unwritten = list(Export.objects.waiting().values_list("pk", flat=True)[:20])
    for export_id in unwritten:
        exporting.execute(export_id)
    return len(waiting) + len(unseen) + len(unwritten)
