"""Background work of reports: doorbells that call services."""

from uuid import UUID

from celery import shared_task

from examapp.reports import services


@shared_task(name="reports.compute", autoretry_for=(Exception,), retry_backoff=1, max_retries=3)
def compute(session_id: str) -> None:
    """Compute a session's weak-area report."""
    services.compute(UUID(session_id))


@shared_task(name="reports.compute_missing")
def compute_missing() -> int:
    """Compute reports whose message was lost."""
    return services.compute_missing()
