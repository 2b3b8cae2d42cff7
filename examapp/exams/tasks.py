"""Background work of sittings: doorbells that call services."""

from celery import shared_task

from examapp.exams import services
from questions.models import QuestionVersion


@shared_task(name="exams.finish_overdue")
def finish_overdue() -> int:
    """Finish sessions whose time ran out."""
    return services.sweep()


@shared_task(name="exams.regrade")
def regrade(version_id: int, keyed_by_id: int, reason: str) -> int:
    """Regrade the sittings of a version by a corrected key; return how many scores changed."""
    versions = QuestionVersion.objects.in_bulk([version_id, keyed_by_id])
    changed = services.regrade(versions[version_id], keyed_by=versions[keyed_by_id], reason=reason)
    return len(changed)
