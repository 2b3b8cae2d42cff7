"""Background work of reviews: doorbells that call services."""

from uuid import UUID

from celery import shared_task

from examapp.study.services import reminders, sittings


@shared_task(name="study.take_up")
def take_up(session_id: str) -> None:
    """Begin or move the cards of what a finished sitting asked."""
    sittings.take_up(UUID(session_id))


@shared_task(name="study.sweep")
def sweep() -> int:
    """Take up what no message reached, and follow corrected keys."""
    return sittings.take_up_missed() + sittings.follow_recent()


@shared_task(name="study.remind")
def remind() -> int:
    """Mail who wishes it that something is due, once on a study day."""
    return reminders.remind()
