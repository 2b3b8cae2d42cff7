"""A candidate's reports: which are due, computing and storing them, finding what was lost."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from examapp.exams.models import ExamSession, Score
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.reports.models import ESTIMATOR, RefreshRun, WeakAreaReport
from examapp.reports.weak_areas.body import earlier_from_json, to_json
from questions.models import Exam

logger = structlog.get_logger(__name__)


class Sitting(NamedTuple):
    """A finished mock exam; `regrades` is how often it and those before it were graded again."""

    session: UUID
    regrades: int
    is_reported: bool


# Scores of a session are numbered from 1; sessions that ended at once are counted together.
# WeakAreaReportQuerySet.current is the same rule on which reports are of today, for all candidates.
_SITTINGS = """
SELECT session, regrades,
  coalesce(estimator = %(estimator)s AND known = regrades, false)
FROM (
  SELECT session.id AS session, session.finished_at, score.id,
    sum(score.number - 1) OVER (ORDER BY session.finished_at) AS regrades,
    report.estimator, report.regrades AS known
  FROM exams_examsession asked
    JOIN exams_examsession session USING (candidate_id, exam_id)
    JOIN exams_score score ON score.session_id = session.id AND score.is_current
    LEFT JOIN reports_weakareareport report ON report.score_id = score.id
  WHERE asked.id = %(session)s AND session.left_out_at IS NULL
) sittings
ORDER BY finished_at, id
"""


def sittings(session_id: UUID) -> list[Sitting]:
    """Return what a session's candidate finished in its exam, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SITTINGS, {"session": session_id, "estimator": ESTIMATOR})
        return [Sitting._make(row) for row in cursor.fetchall()]


@transaction.atomic
def compute(session_id: UUID) -> WeakAreaReport | None:
    """Compute the report of a session's current score, once; None while there is no score.

    Evidence is every answer the candidate gave in mock exams of the exam that had ended by then and
    in practice before the next one, as `evidence.counted` says. A blank says nothing.
    """
    score = _locked_scores().filter(session=session_id).order_by("pk").first()
    if score is None or score.session.left_out_at:
        return None
    finished = sittings(session_id)
    if _sitting_of(score, finished).is_reported:
        return WeakAreaReport.objects.get(score=score)
    return _write(score, finished)


@transaction.atomic
def compute_practised(set_id: UUID) -> WeakAreaReport | None:
    """Bring a candidate's newest report up to a practice set that has ended, once.

    None when there is nothing to do: the set is open, done or without an answer, or there is no
    mock exam to report on.
    """
    practice_set = PracticeSet.objects.unreported().select_for_update().filter(pk=set_id).first()
    if practice_set is None:
        return None
    practice.mark_reported(set_id)
    if not practice_set.items.answered().exists():
        return None
    scores = _locked_scores().filter(
        session__candidate=practice_set.candidate_id,
        session__exam=practice_set.exam_id,
        session__left_out_at=None,
    )
    score = scores.order_by("-session__finished_at").first()
    return _write(score, sittings(score.session_id)) if score else None


def _locked_scores() -> QuerySet[Score]:
    """Return current scores that are locked as they are read: each has one report at most."""
    scores = Score.objects.select_for_update(of=["self"], no_key=True)
    return scores.select_related("session__exam").filter(is_current=True)


def _sitting_of(score: Score, finished: list[Sitting]) -> Sitting:
    return next(sitting for sitting in finished if sitting.session == score.session_id)


def _write(score: Score, finished: list[Sitting]) -> WeakAreaReport:
    """Write a score's report; `finished` was read before the answers are.

    A regrade between the two asks for the report again.
    """
    # These bring SciPy, which only the worker should load.
    from examapp.reports.weak_areas import compose
    from examapp.reports.weak_areas.basis import exam_basis
    from examapp.reports.weak_areas.estimate import PassMark, estimate_candidate
    from examapp.reports.weak_areas.evidence import evidence_of

    session, sitting = score.session, _sitting_of(score, finished)
    reported = [row.session for row in finished[: finished.index(sitting)] if row.is_reported]
    earlier = earlier_from_json(_earlier_figures(reported[-1])) if reported else None
    pass_mark = PassMark.of(session)
    basis = exam_basis(session.exam)
    evidence = evidence_of(session.candidate_id, session.exam_id, session)
    estimate = estimate_candidate(evidence, basis, pass_mark)
    body = compose.report_body(evidence, estimate, basis.plan, pass_mark, earlier)
    report = WeakAreaReport(
        session=session,
        score=score,
        estimator=ESTIMATOR,
        calibration_id=basis.calibration and basis.calibration.pk,
        regrades=sitting.regrades,
        body=to_json(body),
        computed_at=timezone.now(),
    )
    _store(report)
    logger.info("report_computed", session=score.session_id)
    return report


def _store(report: WeakAreaReport) -> None:
    """Store a report in place of the session's last one; the lock on its score keeps others away.

    One statement instead of a look and a write.
    """
    WeakAreaReport.objects.bulk_create(
        [report],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["score", "estimator", "calibration", "regrades", "body", "computed_at"],
    )


_EARLIER = """
SELECT jsonb_build_object('readiness', body->'readiness', 'likely', body->'likely',
  'domains', body->'domains')
FROM reports_weakareareport WHERE session_id = %s
"""


def _earlier_figures(session_id: UUID) -> str:
    """Return as JSON what the report of a session says of the whole and of domains."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [session_id])
        figures: str = cursor.fetchone()[0]
    return figures


def _missing() -> QuerySet[Score]:
    """Return the scores without a current report, in the order that their sessions ended.

    A report looks back at the one before, so that order matters.
    """
    reported = WeakAreaReport.objects.current().values("score")
    counted = Score.objects.filter(is_current=True, session__left_out_at=None)
    missing = counted.exclude(pk__in=reported)
    return missing.order_by("session__finished_at", "pk")


def compute_all_of(session_id: UUID) -> int:
    """Compute what is missing of the reports of a session's candidate in its exam; return how many.

    A session that was graded again changes the reports of later ones, which rest on it too.
    """
    missing = [sitting.session for sitting in sittings(session_id) if not sitting.is_reported]
    return sum(compute(missing_id) is not None for missing_id in missing)


def forget_from(session_id: UUID) -> int:
    """Drop the reports that rest on a session that was set aside, or counts again; return how many.

    They are its own and those of its candidate's later ones in its exam: work to be done anew.
    """
    session = ExamSession.objects.get(pk=session_id)
    resting = WeakAreaReport.objects.filter(
        session__candidate=session.candidate_id,
        session__exam=session.exam_id,
        session__finished_at__gte=session.finished_at,
    )
    count, _ = resting.delete()
    return count


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
    """Take up practice sets that a lost message left out; return how many reports changed."""
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
