"""Background work of courses: letters that wait, and records that are too old."""

from celery import shared_task

from examapp.courses.models import CourseEntry
from examapp.courses.services import letters, privacy, sweeps


@shared_task(name="courses.send_letters")
def send_letters() -> int:
    """Write letters of what became due, was released or changed; send what waits."""
    sweeps.write_due()
    sweeps.write_released()
    sweeps.write_changed()
    return letters.send()


@shared_task(name="courses.tell_refused")
def tell_refused(entry_id: int) -> None:
    """Write to somebody who was turned down; the course's log says who."""
    letters.tell_refused(CourseEntry.objects.select_related("course").get(pk=entry_id))


@shared_task(name="courses.drop_old_records")
def drop_old_records() -> int:
    """Delete records of courses whose retention has ended."""
    return privacy.drop_old_records()
