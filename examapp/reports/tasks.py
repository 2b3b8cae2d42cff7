"""Background work of reports: doorbells that call services."""

from uuid import UUID

from celery import shared_task

from examapp.exams.models import Score
from examapp.reports import outward, services


@shared_task(name="reports.compute", autoretry_for=(Exception,), retry_backoff=1, max_retries=3)
def compute(session_id: str) -> None:
    """Compute a session's weak-area report."""
    services.compute(UUID(session_id))


@shared_task(name="reports.compute_missing")
def compute_missing() -> int:
    """Compute reports whose message was lost."""
    return services.compute_missing()


@shared_task(
    name="reports.deliver",
    autoretry_for=(outward.DeliveryFailed,),
    retry_backoff=2,
    retry_backoff_max=600,
    max_retries=6,
)
def deliver(session_id: str) -> None:
    """Send a session's statements to the store outside."""
    scores = Score.objects.filter(session=UUID(session_id), is_current=True)
    score = scores.select_related("session__exam").first()
    if score:
        outward.deliver(score)


@shared_task(name="reports.deliver_waiting")
def deliver_waiting() -> int:
    """Send the statements that no message reached, or that failed before."""
    return outward.deliver_waiting()
