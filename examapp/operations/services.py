"""What operators ask and do: how things stand, and running a failed task again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from examapp.exams.models import ClockTimestamp, ExamSession, Score
from examapp.operations.models import Sweep, TaskFailure
from examapp.reports.models import ENOUGH_PREDICTIONS, FormStatistics

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Status:
    """How things stand: counts, and since when the oldest report waits."""

    open_sessions: int
    overdue_sessions: int
    reports_waiting: int
    oldest_report_seconds: float
    failures_waiting: int


def status() -> Status:
    """Return how sessions, reports and tasks stand, in four statements."""
    overdue = Q(pk__in=ExamSession.objects.due().values("pk"))
    sessions = ExamSession.objects.open().aggregate(all=Count("pk"), due=Count("pk", overdue))
    waiting = Score.objects.filter(is_current=True, weak_area_report=None)
    oldest = waiting.order_by("scored_at").values_list(ClockTimestamp(), "scored_at").first()
    return Status(
        open_sessions=sessions["all"],
        overdue_sessions=sessions["due"],
        reports_waiting=waiting.count(),
        oldest_report_seconds=(oldest[0] - oldest[1]).total_seconds() if oldest else 0.0,
        failures_waiting=TaskFailure.objects.waiting().count(),
    )


@dataclass(frozen=True)
class PredictionErrors:
    """How wrong one way was to predict the next answers in an exam, as of the last refresh."""

    exam: str
    predicted_by: str
    brier: float
    log_loss: float


def prediction_errors() -> list[PredictionErrors]:
    """Return how reports predicted the next answers in each exam, and their rivals beside them.

    An exam with too few people to show it on a page is left out here too.
    """
    rows = FormStatistics.objects.filter(
        form=None, body__next_answers__people__gte=ENOUGH_PREDICTIONS
    )
    return [
        PredictionErrors(code, name, found[name]["brier"], found[name]["log_loss"])
        for code, found in rows.values_list("exam__code", "body__next_answers")
        for name in ("report", "elo", "running_share")
    ]


def note_sweep(task: str, *, found: int, now: datetime) -> None:
    """Remember that a regular task ran and how much it found to do."""
    updated = Sweep.objects.filter(task=task).update(
        runs=F("runs") + 1, found=F("found") + found, last_at=now
    )
    if not updated:
        Sweep.objects.get_or_create(task=task, defaults={"runs": 1, "found": found, "last_at": now})


def note_failure(task: str, *, arguments: list[Any], error: str, request_id: str) -> None:
    """Keep a task that failed for good, for an operator to run again."""
    TaskFailure.objects.create(
        task=task, arguments=arguments, error=error[:100], request_id=request_id
    )


@transaction.atomic
def retry(failure: TaskFailure) -> bool:
    """Ring for a failed task again, once; return whether this call did."""
    waiting = TaskFailure.objects.waiting().select_for_update().filter(pk=failure.pk)
    if not waiting.exists():
        return False
    current_app.send_task(failure.task, args=failure.arguments)
    waiting.update(retried_at=timezone.now())
    logger.info("task_retried", task=failure.task, failure=failure.pk)
    return True
