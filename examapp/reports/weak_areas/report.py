"""What happens to reports and statistics: computing them, finding what is missing, refreshing."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from examapp.exams.models import Score
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.reports.models import ESTIMATOR, RefreshRun, WeakAreaReport
from examapp.reports.weak_areas.status import Sitting, sittings
from questions.models import Exam

logger = structlog.get_logger(__name__)


@transaction.atomic
def compute(session_id: UUID) -> WeakAreaReport | None:
    """Compute the report of a session's current score, once; None while there is no score.

    Evidence is every answer the candidate gave in sittings of the exam that had ended by then and
    in practice before the next one, as `answered.counted` says. A blank says nothing.
    """
    score = (
        Score.objects.select_for_update(of=["self"], no_key=True)
        .select_related("session__exam")
        .filter(session=session_id, is_current=True)
        .order_by("pk")
        .first()
    )
    if score is None:
        return None
    record = sittings(session_id)
    if _of(record, score).is_reported:
        return WeakAreaReport.objects.get(score=score)
    return _write(score, record)


@transaction.atomic
def compute_practised(set_id: UUID) -> WeakAreaReport | None:
    """Bring a candidate's newest report up to a practise set that has ended, once.

    None when there is nothing to do: the set is open, done or without an answer, or there is no
    sitting to report on.
    """
    practised = PracticeSet.objects.unreported().select_for_update().filter(pk=set_id).first()
    if practised is None:
        return None
    practice.mark_reported(set_id)
    if not practised.items.answered().exists():
        return None
    score = (
        Score.objects.select_for_update(of=["self"], no_key=True)
        .select_related("session__exam")
        .filter(
            session__candidate=practised.candidate_id,
            session__exam=practised.exam_id,
            is_current=True,
        )
        .order_by("-session__finished_at")
        .first()
    )
    return _write(score, sittings(score.session_id)) if score else None


def _of(record: list[Sitting], score: Score) -> Sitting:
    return next(each for each in record if each.session == score.session_id)


def _write(score: Score, record: list[Sitting]) -> WeakAreaReport:
    """Write a score's report; `record` was read before the answers are.

    A regrade between the two asks for the report again.
    """
    # The estimator brings SciPy, which only the worker should load.
    from examapp.reports.weak_areas import basis, body

    own = _of(record, score)
    before = [each.session for each in record[: record.index(own)] if each.is_reported]
    ground = basis.exam_basis(score.session.exam)
    report = WeakAreaReport(
        session=score.session,
        score=score,
        estimator=ESTIMATOR,
        calibration_id=ground.calibration and ground.calibration.pk,
        regrades=own.regrades,
        body=body.report_body(score.session, ground, before[-1] if before else None),
        computed_at=timezone.now(),
    )
    # The lock on the score keeps others away; one statement instead of a look and a write.
    WeakAreaReport.objects.bulk_create(
        [report],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["score", "estimator", "calibration", "regrades", "body", "computed_at"],
    )
    logger.info("report_computed", session=score.session_id)
    return report


def _missing() -> QuerySet[Score]:
    """Return the scores without a current report, in the order of their sittings.

    A report looks back at the one before, so that order matters.
    """
    there = WeakAreaReport.objects.current().values("score")
    missing = Score.objects.filter(is_current=True).exclude(pk__in=there)
    return missing.order_by("session__finished_at", "pk")


def compute_all_of(session_id: UUID) -> int:
    """Compute what is missing of the reports of a session's candidate in its exam; return how many.

    A session that was graded again changes the reports of later ones, which rest on it too.
    """
    missing = [each for each in sittings(session_id) if not each.is_reported]
    return sum(compute(each.session) is not None for each in missing)


def compute_missing(*, limit: int = 200) -> int:
    """Compute reports that a lost message left out, and those of an older method; return how many.

    A failure stops no other.
    """
    count = 0
    for session_id in list(_missing().values_list("session", flat=True)[:limit]):
        try:
            compute(session_id)
        except Exception:
            logger.exception("report_failed", session=session_id)
        else:
            count += 1
    return count


def compute_missing_practised(*, limit: int = 200) -> int:
    """Take up practise sets that a lost message left out; return how many reports changed."""
    count = 0
    unreported = PracticeSet.objects.unreported().order_by("ended_at")
    for set_id in list(unreported.values_list("pk", flat=True)[:limit]):
        try:
            count += compute_practised(set_id) is not None
        except Exception:
            logger.exception("practice_not_reported", set=set_id)
    return count


def next_questions(candidate: int, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return those of `questions`, at most `count`, whose answers would tell most, best first."""
    from examapp.reports.weak_areas import recommendations

    return recommendations.next_questions(candidate, exam, questions, count)


def refresh(exam: Exam) -> RefreshRun | None:
    """Bring an exam's statistics and calibration up to all its answers; None while another does."""
    # Arithmetic that only the worker should load.
    from examapp.reports.item_analysis import refresh as statistics_refresh

    return statistics_refresh.refresh(exam)
