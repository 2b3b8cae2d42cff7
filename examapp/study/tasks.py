"""Background work of reviews: doorbells that call services."""

from uuid import UUID

from celery import shared_task

from examapp.study.services import reminders, sittings, terms


@shared_task(name="study.take_up")
def take_up(session_id: str) -> None:
    """Begin or move the cards of what a finished sitting asked."""
    sittings.take_up(UUID(session_id))


@shared_task(name="study.sweep")
def sweep() -> int:
    """Take up what no message reached, follow corrected keys, and take in new terms."""
    return sittings.take_up_missed() + sittings.follow_recent() + terms.take_in_new()


@shared_task(name="study.remind")
def remind() -> int:
    """Mail who wishes it that something is due, once on a study day."""
    return reminders.remind()
