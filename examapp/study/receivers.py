"""A sitting that ended, or was regraded, moves cards; a sweep finds what is lost."""

from uuid import UUID

from django.dispatch import receiver

from examapp.exams.signals import session_finished, session_regraded
from examapp.study import tasks
from questions.jobs import enqueue


@receiver([session_finished, session_regraded])
def take_up(sender: object, session_id: UUID, **kwargs: object) -> None:
    enqueue(tasks.take_up, session_id)
