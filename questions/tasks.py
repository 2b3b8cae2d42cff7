"""Background work of the bank: doorbells that call services."""

from uuid import UUID

from celery import shared_task

from questions.models import Import
from questions.services import importing


@shared_task(name="questions.run_import")
def run_import(run_id: str) -> None:
    """Take a file in."""
    importing.execute(UUID(run_id))


@shared_task(name="questions.run_waiting_imports")
def run_waiting_imports() -> int:
    """Run the imports that no message reached, or whose worker is gone; return how many.

    Files that nobody took in go.
    """
    importing.forget_unused()
    waiting = list(Import.objects.waiting().values_list("pk", flat=True)[:20])
    for run_id in waiting:
        importing.execute(run_id)
    return len(waiting)
