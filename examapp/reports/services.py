"""What happens to reports and statistics: computing them, finding what is missing, refreshing."""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from examapp.exams.models import Score
from examapp.reports.models import ESTIMATOR, Calibration, RefreshRun, WeakAreaReport
from questions.models import Exam

logger = logging.getLogger(__name__)


@transaction.atomic
def compute(session_id: UUID) -> WeakAreaReport | None:
    """Compute the report of a session's current score, once; None while there is no score.

    Evidence is every answer the candidate gave in sittings of the exam that had ended by then, the
    newest one where a question was answered twice. A question left blank says nothing.
    """
    score = (
        Score.objects.select_for_update(of=["self"], no_key=True)
        .select_related("session__exam")
        .filter(session=session_id, is_current=True)
        .first()
    )
    if score is None:
        return None
    done = WeakAreaReport.objects.current().filter(score=score).first()
    if done:
        return done
    # The estimator brings SciPy, which only the worker should load.
    from examapp.reports import findings

    made = Calibration.objects.filter(exam=score.session.exam_id).defer("parameters")
    calibration = made.last()
    report = WeakAreaReport(
        session=score.session,
        score=score,
        estimator=ESTIMATOR,
        calibration=calibration,
        body=findings.report_body(score.session, calibration),
        computed_at=timezone.now(),
    )
    # The lock on the score keeps others away; one statement instead of a look and a write.
    WeakAreaReport.objects.bulk_create(
        [report],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["score", "estimator", "calibration", "body", "computed_at"],
    )
    logger.info("report_computed session=%s", session_id)
    return report


def compute_missing(*, limit: int = 200) -> int:
    """Compute reports that a lost message left out, and those of an older method; return how many.

    A failure stops no other. A candidate's are done in the order of their sittings, because each
    looks back at the one before.
    """
    there = WeakAreaReport.objects.current().values("score")
    missing = Score.objects.filter(is_current=True).exclude(pk__in=there).order_by("scored_at")
    count = 0
    for session_id in list(missing.values_list("session", flat=True)[:limit]):
        try:
            compute(session_id)
        except Exception:
            logger.exception("report_failed session=%s", session_id)
        else:
            count += 1
    return count


def refresh(exam: Exam) -> RefreshRun | None:
    """Bring an exam's statistics and calibration up to all its answers; None while another does."""
    # Arithmetic that only the worker should load.
    from examapp.reports import refreshing

    return refreshing.refresh(exam)
