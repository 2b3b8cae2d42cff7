"""What Celery tells of tasks: the sweeps that ran, and the tasks that failed for good."""

from typing import Any

import structlog
from celery import signals
from django.conf import settings
from django.utils import timezone

from examapp.operations import services
from examapp.runtime import request_ids

logger = structlog.get_logger(__name__)

SWEEPS = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


@signals.task_success.connect
def sweep_ran(sender: Any = None, result: object = None, **kwargs: object) -> None:
    """Note a sweep; a note that cannot be made changes nothing for the task."""
    if sender.name not in SWEEPS:
        return
    count = result if isinstance(result, int) else 0
    try:
        services.note_sweep(sender.name, found=count, now=timezone.now())
    except Exception as error:  # the database is away: the next sweep is noted
        logger.warning("sweep_not_noted", task=sender.name, error=type(error).__name__)


@signals.task_failure.connect
def task_failed(
    sender: Any = None, args: Any = (), exception: object = None, **kwargs: object
) -> None:
    """Keep a task that failed after its retries; its arguments are ids and nothing else."""
    try:
        services.note_failure(
            sender.name,
            arguments=list(args or ()),
            error=type(exception).__name__,
            request_id=request_ids.current(),
        )
    except Exception as error:  # the database is away: the log alone tells
        logger.warning("failure_not_noted", task=sender.name, error=type(error).__name__)
