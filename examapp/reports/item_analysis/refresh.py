"""The nightly refresh: item statistics, calibration and forms of an exam, a few at a time."""

from collections.abc import Sequence

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from examapp.reports.item_analysis import credit_table, form_statistics, item_statistics
from examapp.reports.item_analysis.calibrate import calibrate
from examapp.reports.item_analysis.credit_table import CreditTable
from examapp.reports.measurement.tables import plain
from examapp.reports.models import FormStatistics, ItemStatistics, RefreshRun
from questions.models import Exam

logger = structlog.get_logger(__name__)

# Versions whose statistics are written in one transaction: what a killed refresh loses.
_CHUNK = 50


def refresh(exam: Exam) -> RefreshRun | None:
    """Bring an exam's statistics and calibration up to all its answers; None while another does.

    Only questions with new answers are counted anew, a few at a time, so that a refresh that was
    killed goes on where it stopped. A calibration starts from the last one.
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
    if not (stale.newest or stale.emptied) and before is not None and not before.error:
        return
    table = credit_table.credit_table(exam)
    ItemStatistics.objects.filter(version__in=stale.emptied).delete()
    wanted = sorted(stale.newest)
    for start in range(0, len(wanted), _CHUNK):
        _report_progress(run, "counting answers", start, len(wanted))
        chunk = wanted[start : start + _CHUNK]
        rows = item_statistics.version_statistics(table, chunk, stale.newest)
        _store(rows)
        # Nobody is left of whom the statistics of the others tell.
        emptied = {*chunk} - {row.version_id for row in rows}
        ItemStatistics.objects.filter(version__in=emptied).delete()
    _report_progress(run, "joining versions", 0, 1)
    _store_difficulties(table)
    _store_pooled(exam, table)
    _report_progress(run, "calibrating", 0, 1)
    calibrate(exam, table)
    _report_progress(run, "forms", 0, 1)
    _store_forms(exam, form_statistics.form_statistics(exam, table))
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


def _store_difficulties(table: CreditTable) -> None:
    """Store every version's difficulty, which all answers move a little."""
    difficulty, error = table.difficulties
    column_of = {version: column for column, version in enumerate(table.versions)}
    rows = list(ItemStatistics.objects.filter(version__in=table.versions))
    for row in rows:
        column = column_of[row.version_id or 0]
        row.difficulty, row.difficulty_error = plain(difficulty[column]), plain(error[column])
    ItemStatistics.objects.bulk_update(rows, ["difficulty", "difficulty_error"], batch_size=500)


def _store_pooled(exam: Exam, table: CreditTable) -> None:
    rows = ItemStatistics.objects.filter(question__exam=exam, version__in=table.versions)
    versions_of: dict[int, list[ItemStatistics]] = {}
    for row in rows.order_by("question", "version"):
        versions_of.setdefault(row.question_id, []).append(row)
    pooled = [
        item_statistics.pooled_statistics(table, question, versions)
        for question, versions in versions_of.items()
    ]
    with transaction.atomic():
        ItemStatistics.objects.filter(question__exam=exam, version=None).delete()
        ItemStatistics.objects.bulk_create(pooled, batch_size=500)


def _store_forms(exam: Exam, statistics: Sequence[FormStatistics]) -> None:
    with transaction.atomic():
        FormStatistics.objects.filter(exam=exam).delete()
        FormStatistics.objects.bulk_create(statistics)
