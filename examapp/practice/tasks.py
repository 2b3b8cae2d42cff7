"""Background work of practice: each task calls one verb."""

from celery import shared_task

from examapp.practice import services


@shared_task(name="practice.end_overdue")
def end_overdue() -> int:
    """End sets by the clock whose candidate never came back."""
    return services.end_overdue()
