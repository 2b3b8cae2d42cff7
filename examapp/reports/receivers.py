"""A sitting or a practise set that ended rings for a report; a sweep finds what no bell reached."""

import logging
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver

from examapp.exams.signals import session_finished, session_regraded
from examapp.practice.signals import practice_ended
from examapp.reports.tasks import compute, compute_practised, deliver

logger = logging.getLogger(__name__)


@receiver([session_finished, session_regraded])
def ask_for_report(sender: object, session_id: UUID, **kwargs: object) -> None:
    try:
        compute.delay_on_commit(str(session_id))
    except Exception as error:  # whatever the broker's client raises
        logger.warning("report_not_queued session=%s error=%s", session_id, type(error).__name__)


@receiver(practice_ended)
def ask_for_new_report(sender: object, set_id: UUID, **kwargs: object) -> None:
    try:
        compute_practised.delay_on_commit(str(set_id))
    except Exception as error:  # whatever the broker's client raises
        logger.warning("report_not_queued set=%s error=%s", set_id, type(error).__name__)


@receiver([session_finished, session_regraded])
def ask_for_delivery(sender: object, session_id: UUID, **kwargs: object) -> None:
    if not settings.XAPI_ENDPOINT:
        return
    try:
        deliver.delay_on_commit(str(session_id))
    except Exception as error:  # whatever the broker's client raises
        logger.warning("delivery_not_queued session=%s error=%s", session_id, type(error).__name__)
