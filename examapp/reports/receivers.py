"""An exam session or a practice set that ended asks for its report; a sweep finds what is lost."""

from uuid import UUID

from django.conf import settings
from django.dispatch import receiver

from examapp.exams.signals import session_finished, session_regraded, session_set_aside
from examapp.practice.signals import practice_ended
from examapp.reports import tasks
from examapp.reports.weak_areas import report
from questions.jobs import enqueue


@receiver([session_finished, session_regraded])
def request_report(sender: object, session_id: UUID, **kwargs: object) -> None:
    enqueue(tasks.compute, session_id)


@receiver(session_set_aside)
def renew_reports(sender: object, session_id: UUID, **kwargs: object) -> None:
    report.forget_from(session_id)
    enqueue(tasks.compute, session_id)


@receiver(practice_ended)
def request_practice_report(sender: object, set_id: UUID, **kwargs: object) -> None:
    enqueue(tasks.compute_practiced, set_id)


@receiver([session_finished, session_regraded])
def request_delivery(sender: object, session_id: UUID, **kwargs: object) -> None:
    if settings.XAPI_ENDPOINT:
        enqueue(tasks.deliver, session_id)
