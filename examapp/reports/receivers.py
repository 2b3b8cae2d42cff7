"""A sitting or a practise set that ended rings for a report; a sweep finds what no bell reached."""

from uuid import UUID

import structlog
from django.conf import settings
from django.dispatch import receiver

from examapp.exams.signals import session_finished, session_regraded
from examapp.practice.signals import practice_ended
from examapp.reports.tasks import compute, compute_practised, deliver

logger = structlog.get_logger(__name__)


@receiver([session_finished, session_regraded])
def ask_for_report(sender: object, session_id: UUID, **kwargs: object) -> None:
    try:
        compute.delay_on_commit(str(session_id))
    except Exception as error:  # whatever the broker's client raises
        logger.warning("report_not_queued", session=session_id, error=type(error).__name__)


@receiver(practice_ended)
def ask_for_new_report(sender: object, set_id: UUID, **kwargs: object) -> None:
    try:
        compute_practised.delay_on_commit(str(set_id))
    except Exception as error:  # whatever the broker's client raises
        logger.warning("report_not_queued", set=set_id, error=type(error).__name__)


@receiver([session_finished, session_regraded])
def ask_for_delivery(sender: object, session_id: UUID, **kwargs: object) -> None:
    if not settings.XAPI_ENDPOINT:
        return
    try:
        deliver.delay_on_commit(str(session_id))
    except Exception as error:  # whatever the broker's client raises
        logger.warning("delivery_not_queued", session=session_id, error=type(error).__name__)
