"""The nightly refresh: item statistics, calibration and forms of an exam, a few at a time."""

from collections.abc import Sequence

import numpy as np
import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from examapp.exams.models import SessionItem
from examapp.reports.item_analysis import form_statistics, item_statistics
from examapp.reports.measurement import calibration as estimation
from examapp.reports.measurement import evidence
from examapp.reports.measurement.tables import plain
from examapp.reports.models import (
    ESTIMATOR,
    Calibration,
    FormStatistics,
    ItemStatistics,
    RefreshRun,
)
from examapp.reports.weak_areas import basis
from examapp.reports.weak_areas.basis import BankItem
from questions.models import Exam

logger = structlog.get_logger(__name__)

# Versions whose statistics are written in one transaction: what a killed refresh loses.
_CHUNK = 50


def refresh(exam: Exam) -> RefreshRun | None:
    """Bring an exam's statistics and calibration up to all its answers; None while another does.

    Only questions with new answers are counted anew, a few at a time, so that a refresh that was
    killed is taken up where it stopped. A calibration starts from the last one.
    """
    run = _begin(exam)
    if run is None:
        return None
    try:
        _refresh(exam, run)
    except Exception as error:
        # The next refresh takes up from here; the page says that this one failed.
        logger.exception("refresh_failed", exam=exam.pk)
        _end(run, error=f"{type(error).__name__} in stage “{run.stage}”")
        raise
    _end(run)
    logger.info("refresh_done", exam=exam.pk)
    return run


def _begin(exam: Exam) -> RefreshRun | None:
    for run in RefreshRun.objects.filter(exam=exam, finished_at=None):
        if not run.is_stalled:
            return None
        _end(run, error=f"Stopped in stage “{run.stage}”; taken up again")
    try:
        with transaction.atomic():
            return RefreshRun.objects.create(exam=exam, stage="reading answers")
    except IntegrityError:
        return None


def _end(run: RefreshRun, *, error: str = "") -> None:
    run.error, run.finished_at = error[:200], timezone.now()
    run.save(update_fields=["error", "finished_at", "progress_at"])


def _report_progress(run: RefreshRun, stage: str, done: int, total: int) -> None:
    run.stage, run.done, run.total = stage, done, total
    run.save(update_fields=["stage", "done", "total", "progress_at"])


def _refresh(exam: Exam, run: RefreshRun) -> None:
    """Count and calibrate; nothing is computed inside a transaction, which would be left idle."""
    stale = item_statistics.stale_versions(exam)
    before = RefreshRun.objects.filter(exam=exam).exclude(pk=run.pk).first()
    # One that failed may have counted everything and not calibrated.
    if not stale and before is not None and not before.error:
        return
    whole = item_statistics.sheet(exam)
    wanted = sorted(stale)
    for start in range(0, len(wanted), _CHUNK):
        _report_progress(run, "counting answers", start, len(wanted))
        chunk = wanted[start : start + _CHUNK]
        _store(item_statistics.version_statistics(whole, chunk, stale))
    _report_progress(run, "joining versions", 0, 1)
    _store_places(whole)
    _store_pooled(exam, whole)
    _report_progress(run, "calibrating", 0, 1)
    calibrate(exam)
    _report_progress(run, "forms", 0, 1)
    found = form_statistics.form_statistics(exam, whole)
    with transaction.atomic():
        FormStatistics.objects.filter(exam=exam).delete()
        FormStatistics.objects.bulk_create(found)
    _report_progress(run, "done", 1, 1)


_FIGURES = (
    *("n", "facility", "discrimination", "difficulty", "difficulty_error", "median_seconds"),
    *("flags", "severity", "body", "scored_through", "computed_at"),
)


def _store(rows: Sequence[ItemStatistics]) -> None:
    now = timezone.now()
    for row in rows:
        row.computed_at = now
    ItemStatistics.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["question", "version"],
        update_fields=_FIGURES,
    )


def _store_places(whole: item_statistics.Sheet) -> None:
    """Give every version its place on the scale, which all answers move a little."""
    difficulty, error = whole.difficulties
    column = {version: place for place, version in enumerate(whole.versions)}
    rows = list(ItemStatistics.objects.filter(version__in=whole.versions))
    for row in rows:
        place = column[row.version_id or 0]
        row.difficulty, row.difficulty_error = plain(difficulty[place]), plain(error[place])
    ItemStatistics.objects.bulk_update(rows, ["difficulty", "difficulty_error"], batch_size=500)


def _store_pooled(exam: Exam, whole: item_statistics.Sheet) -> None:
    known = ItemStatistics.objects.filter(question__exam=exam, version__in=whole.versions)
    groups: dict[int, list[ItemStatistics]] = {}
    for row in known.order_by("question", "version"):
        groups.setdefault(row.question_id, []).append(row)
    pooled = [
        item_statistics.pooled_statistics(whole, question, versions)
        for question, versions in groups.items()
    ]
    with transaction.atomic():
        ItemStatistics.objects.filter(question__exam=exam, version=None).delete()
        ItemStatistics.objects.bulk_create(pooled, batch_size=500)


def calibrate(exam: Exam) -> Calibration | None:
    """Estimate items and spreads from all first answers; None when there are no new ones.

    A question that someone met twice counts once, as it was answered before its key was known.
    """
    rows = (
        SessionItem.objects.telling()
        .filter(session__exam=exam, session__status="finished", credit__isnull=False)
        .exclude(response__isnull=True)
    )
    fields = rows.order_by("session__finished_at", "position").values_list(
        *("session__candidate", "version", "topic", "version__type", "version__level"),
        *("credit", "version__question"),
    )
    first: dict[tuple[int, int], tuple[int, BankItem, float]] = {}
    for candidate, version, topic, kind, level, credit, question in fields.iterator(
        chunk_size=20_000
    ):
        item = BankItem(version, topic, kind, level)
        first.setdefault((candidate, question), (candidate, item, float(credit)))
    last = Calibration.objects.filter(exam=exam).defer("parameters").last()
    if not first or (last is not None and last.answers == len(first)):
        return None
    asked = basis.pool(exam)
    plan = basis.blueprint(exam, asked)
    given = [row for row in first.values() if row[1].topic in plan.leaf_of]
    items = list(dict.fromkeys(item for _, item, _ in given))
    place = {item: number for number, item in enumerate(items)}
    people = {person: number for number, person in enumerate(dict.fromkeys(r[0] for r in given))}
    found = estimation.calibrate(
        evidence.answers(
            [people[person] for person, _, _ in given],
            [plan.leaf_of[item.topic] for _, item, _ in given],
            [place[item] for _, item, _ in given],
            np.array([credit for _, _, credit in given]),
        ),
        plan.outline,
        basis.known(items, basis.CalibrationKey(last.pk, last.made_at) if last else None),
        level=basis.level_indexes(items),
        learners=len(people),
    )
    return Calibration.objects.create(
        exam=exam,
        number=last.number + 1 if last else 1,
        estimator=ESTIMATOR,
        answers=len(first),
        learners=len(people),
        parameters=basis.parameters(items, found),
    )
