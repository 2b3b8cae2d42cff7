"""Background work of courses: letters that wait, and records that are too old."""

from celery import shared_task

from examapp.courses.services import letters, privacy, refusals, sweeps


@shared_task(name="courses.send_letters")
def send_letters() -> int:
    """Write letters of what became due, was released or changed; send what waits."""
    sweeps.write_due()
    sweeps.write_released()
    sweeps.write_changed()
    return letters.send() + refusals.send()


@shared_task(name="courses.drop_old_records")
def drop_old_records() -> int:
    """Delete records of courses whose retention has ended."""
    return privacy.drop_old_records()
