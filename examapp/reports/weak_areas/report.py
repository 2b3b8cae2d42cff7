"""A candidate's reports: which are due, computing and storing them, finding what was lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from examapp.exams.models import ExamSession, Score
from examapp.exams.rules import ExamRules
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.reports.models import ESTIMATOR, RefreshRun, StandingReport, WeakAreaReport
from examapp.reports.weak_areas.body import (
    EarlierReport,
    StoredBody,
    earlier_from_json,
    to_json,
)
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

    Evidence is every answer the candidate had given by its end, in mock exams of the exam and in
    practice, as `evidence.counted` says. Where nothing came later it is where they stand today.
    """
    score = _locked_scores().filter(session=session_id).order_by("pk").first()
    if score is None or score.session.left_out_at:
        return None
    finished = sittings(session_id)
    if _sitting_of(score, finished).is_reported:
        return WeakAreaReport.objects.get(score=score)
    return _write(score, finished)


@transaction.atomic
def compute_practiced(set_id: UUID) -> StandingReport | None:
    """Take up a practice set that has ended into where its candidate stands, once.

    None when there is nothing to do: the set is open, done or without an answer.
    """
    practice_set = PracticeSet.objects.unreported().select_for_update().filter(pk=set_id).first()
    if practice_set is None:
        return None
    practice.mark_reported(set_id)
    if not practice_set.items.answered().exists():
        return None
    return compute_standing(practice_set.candidate_id, practice_set.exam)


@transaction.atomic
def compute_standing(candidate: int, exam: Exam) -> StandingReport:
    """Compute where a person stands in an exam from all they have answered by now."""
    _lock_standing(candidate, exam.pk)
    return _store_standing(candidate, exam.pk, _computed(candidate, exam, ExamRules.of(exam)))


def _ensure_standing(session_id: UUID) -> None:
    """Compute where a session's candidate stands if that is not known; set aside, it may not be."""
    session = ExamSession.objects.select_related("exam").get(pk=session_id)
    pair = {"candidate": session.candidate_id, "exam": session.exam}
    is_evident = ExamSession.objects.counted().filter(**pair).exists()
    is_evident = is_evident or PracticeSet.objects.past().filter(**pair).exists()
    if is_evident and not StandingReport.objects.filter(**pair).exists():
        compute_standing(session.candidate_id, session.exam)


_LOCK_STANDING = """
SELECT EXISTS (
  SELECT FROM practice_practiceset practice_set
    JOIN practice_practiceitem item ON item.set_id = practice_set.id
  WHERE practice_set.candidate_id = %(candidate)s AND practice_set.exam_id = %(exam)s
    AND item.answered_at > %(since)s)
FROM pg_advisory_xact_lock(%(exam)s, %(candidate)s)
"""


def _lock_standing(candidate: int, exam: int, since: datetime | None = None) -> bool:
    """Let others wait to read the evidence until this transaction's is stored.

    Returns whether the candidate has practiced since.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_STANDING, {"candidate": candidate, "exam": exam, "since": since})
        has_practiced: bool = cursor.fetchone()[0]
    return has_practiced


def _locked_scores() -> QuerySet[Score]:
    """Return current scores that are locked as they are read: each has one report at most."""
    scores = Score.objects.select_for_update(of=["self"], no_key=True)
    return scores.select_related("session__exam").filter(is_current=True)


def _sitting_of(score: Score, finished: list[Sitting]) -> Sitting:
    return next(sitting for sitting in finished if sitting.session == score.session_id)


class _Computed(NamedTuple):
    """A body as it is stored, the moment it is of, and the calibration it rests on."""

    body: StoredBody
    as_of: datetime
    calibration: int | None


def _computed(
    candidate: int,
    exam: Exam,
    rules: ExamRules,
    until: datetime | None = None,
    earlier: EarlierReport | None = None,
) -> _Computed:
    """Return what all answers by a moment say, and what changed since an earlier report."""
    # These bring SciPy, which only the worker should load.
    from examapp.reports.weak_areas import compose
    from examapp.reports.weak_areas.basis import exam_basis
    from examapp.reports.weak_areas.estimate import PassMark, estimate_candidate
    from examapp.reports.weak_areas.evidence import evidence_of

    basis = exam_basis(exam)
    pass_mark = PassMark.of(rules, exam.scored_count, standard=basis.standard)
    evidence = evidence_of(candidate, exam.pk, until, least_seconds=basis.least_seconds)
    estimate = estimate_candidate(evidence, basis, pass_mark)
    body = compose.report_body(evidence, estimate, basis, pass_mark, earlier)
    calibration = basis.calibration and basis.calibration.pk
    return _Computed(to_json(body), evidence.as_of, calibration)


def _write(score: Score, finished: list[Sitting]) -> WeakAreaReport:
    """Write a score's report; `finished` was read before the answers are.

    A regrade between the two asks for the report again.
    """
    session, sitting = score.session, _sitting_of(score, finished)
    before = finished[: finished.index(sitting)]
    reported = [row.session for row in before if row.is_reported]
    earlier = earlier_from_json(_earlier_figures(reported[-1])) if reported else None
    is_newest, has_practiced = sitting is finished[-1], False
    if is_newest:
        has_practiced = _lock_standing(
            session.candidate_id, session.exam_id, since=session.finished_at
        )
    found = _computed(
        session.candidate_id,
        session.exam,
        ExamRules.of(session),
        session.finished_at,
        earlier,
    )
    report = WeakAreaReport(
        session=session,
        score=score,
        estimator=ESTIMATOR,
        calibration_id=found.calibration,
        regrades=sitting.regrades,
        body=found.body,
        computed_at=timezone.now(),
    )
    _store(report)
    if is_newest:
        # Where they stand is the same, unless they have practiced since.
        if has_practiced:
            now = _computed(session.candidate_id, session.exam, ExamRules.of(session.exam))
            _store_standing(session.candidate_id, session.exam_id, now)
        else:
            _follow(session.pk)
    logger.info("report_computed", session=score.session_id)
    return report


def _store_standing(candidate: int, exam: int, found: _Computed) -> StandingReport:
    """Store where a person stands in place of what was stored before."""
    standing = StandingReport(
        candidate_id=candidate,
        exam_id=exam,
        as_of=found.as_of,
        estimator=ESTIMATOR,
        calibration_id=found.calibration,
        body=found.body,
        computed_at=timezone.now(),
    )
    StandingReport.objects.bulk_create(
        [standing],
        update_conflicts=True,
        unique_fields=["candidate", "exam"],
        update_fields=["as_of", "estimator", "calibration", "body", "computed_at"],
    )
    return standing


_FOLLOW = """
INSERT INTO reports_standingreport
  (candidate_id, exam_id, as_of, estimator, calibration_id, body, computed_at)
SELECT session.candidate_id, session.exam_id, session.finished_at, report.estimator,
  report.calibration_id, report.body, report.computed_at
FROM reports_weakareareport report JOIN exams_examsession session ON session.id = report.session_id
WHERE report.session_id = %s
ON CONFLICT (candidate_id, exam_id) DO UPDATE SET as_of = excluded.as_of,
  estimator = excluded.estimator, calibration_id = excluded.calibration_id, body = excluded.body,
  computed_at = excluded.computed_at
"""


def _follow(session_id: UUID) -> None:
    """Let where a person stands be as the report of their newest mock exam, just stored."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [session_id])


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
    count = sum(compute(missing_id) is not None for missing_id in missing)
    if not count:
        _ensure_standing(session_id)
    return count


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
    own = StandingReport.objects.filter(candidate=session.candidate_id, exam=session.exam_id)
    own.delete()
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


def compute_missing_practiced(*, limit: int = 200) -> int:
    """Take up practice sets that a lost message left out; return how many standings changed."""
    unreported = PracticeSet.objects.unreported().order_by("ended_at")
    count = 0
    for set_id in list(unreported.values_list("pk", flat=True)[:limit]):
        try:
            count += compute_practiced(set_id) is not None
        except Exception:
            logger.exception("practice_not_reported", set=set_id)
    return count


def compute_missing_standings(*, limit: int = 200) -> int:
    """Compute where people stand who have a report and no standing, or one of an older method.

    Returns how many. Who has only practiced is among the latter.
    """
    outdated = StandingReport.objects.exclude(estimator=ESTIMATOR)
    own = StandingReport.objects.filter(
        candidate=OuterRef("session__candidate"), exam=OuterRef("session__exam")
    )
    reported = WeakAreaReport.objects.filter(~Exists(own), estimator=ESTIMATOR).order_by()
    without = reported.values_list("session__candidate", "session__exam").distinct()
    pairs = [*outdated.values_list("candidate", "exam")[:limit], *without[:limit]]
    exams = Exam.objects.in_bulk({exam for _, exam in pairs})
    count = 0
    for candidate, exam in pairs:
        try:
            compute_standing(candidate, exams[exam])
        except Exception:
            logger.exception("standing_failed", user=candidate, exam=exam)
        else:
            count += 1
    return count


def next_questions(candidate: int, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return those of `questions`, at most `count`, whose answers would tell most, best first."""
    from examapp.reports.weak_areas import recommendations

    return recommendations.next_questions(candidate, exam, questions, count)


def survey_questions(candidate: int, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return those of `questions`, at most `count`, that together tell most about all domains."""
    from examapp.reports.weak_areas import recommendations

    return recommendations.survey_questions(candidate, exam, questions, count)


def refresh(exam: Exam) -> RefreshRun | None:
    """Bring an exam's statistics and calibration up to all its answers; None while another does."""
    # Arithmetic that only the worker should load.
    from examapp.reports.item_analysis import refresh as statistics_refresh

    return statistics_refresh.refresh(exam)
