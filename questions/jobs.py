"""Asking a worker for something: the one place that knows that a broker can be away.

A message is a doorbell. The row is the work, and a sweep finds what no message reached.
"""

from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from celery import Task

logger = structlog.get_logger(__name__)


def enqueue(task: "Task[..., Any]", key: object) -> bool:
    """Send a task for one row once the transaction has committed; tell whether a broker took it.

    Args:
        task: takes the row's key as text, or as a number if that is what it is.
        key: the row's primary key.
    """
    try:
        task.delay_on_commit(key if isinstance(key, int) else str(key))
    except Exception as error:  # Whatever the broker's client raises.
        logger.warning("not_queued", task=task.name, row=str(key), error=type(error).__name__)
        return False
    return True
