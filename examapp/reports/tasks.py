"""Background work of reports: each task calls one verb."""

from uuid import UUID

import structlog
from celery import shared_task

from examapp.exams.models import Score
from examapp.reports import xapi_delivery
from examapp.reports.weak_areas import report
from questions.models import Exam

logger = structlog.get_logger(__name__)


@shared_task(name="reports.compute", autoretry_for=(Exception,), retry_backoff=1, max_retries=3)
def compute(session_id: str) -> None:
    """Compute a session's weak-area report, and those of later sessions that rest on it."""
    report.compute_all_of(UUID(session_id))


@shared_task(name="reports.compute_missing")
def compute_missing() -> int:
    """Compute reports whose message was lost."""
    computed = report.compute_missing() + report.compute_missing_practiced()
    return computed + report.compute_missing_standings()


@shared_task(
    name="reports.compute_practiced", autoretry_for=(Exception,), retry_backoff=1, max_retries=3
)
def compute_practiced(set_id: str) -> None:
    """Take up a practice set that has ended into where its candidate stands."""
    report.compute_practiced(UUID(set_id))


@shared_task(
    name="reports.compute_standing", autoretry_for=(Exception,), retry_backoff=1, max_retries=3
)
def compute_standing(candidate_id: int, exam_id: int) -> None:
    """Compute where a person stands in an exam."""
    report.compute_standing(candidate_id, Exam.objects.get(pk=exam_id))


# Longer than any other task may take: all answers of an exam are read.
@shared_task(name="reports.refresh", soft_time_limit=1500, time_limit=1800)
def refresh(exam_id: int) -> None:
    """Refresh one exam's statistics and calibration."""
    exam = Exam.objects.filter(pk=exam_id).first()
    if exam:
        report.refresh(exam)


@shared_task(name="reports.refresh_all", soft_time_limit=3300, time_limit=3600)
def refresh_all() -> None:
    """Refresh every exam, one after the other; one that fails stops no other."""
    for exam in Exam.objects.all():
        try:
            report.refresh(exam)
        except Exception:
            logger.exception("refresh_failed", exam=exam.pk)


@shared_task(
    name="reports.deliver",
    autoretry_for=(xapi_delivery.DeliveryFailed,),
    retry_backoff=2,
    retry_backoff_max=600,
    max_retries=6,
)
def deliver(session_id: str) -> None:
    """Send a session's statements to the store outside."""
    scores = Score.objects.filter(session=UUID(session_id), is_current=True)
    score = scores.select_related("session__exam").first()
    if score:
        xapi_delivery.deliver(score)


@shared_task(name="reports.deliver_waiting")
def deliver_waiting() -> int:
    """Send the statements that no message reached, or that failed before."""
    return xapi_delivery.deliver_waiting()
