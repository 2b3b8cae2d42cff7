"""What answers mean, as rows: reports, statistics of questions and forms, ratings of the bank."""

from examapp.reports.models.figures import (
    ENOUGH_SITTINGS,
    ESTIMATOR,
    STALLED_AFTER,
    Calibration,
    Delivery,
    FormStatistics,
    ItemStatistics,
    ItemStatisticsQuerySet,
    RefreshRun,
    StandingReport,
    WeakAreaReport,
)

__all__ = [
    "ENOUGH_SITTINGS",
    "ESTIMATOR",
    "STALLED_AFTER",
    "Calibration",
    "Delivery",
    "FormStatistics",
    "ItemStatistics",
    "ItemStatisticsQuerySet",
    "RefreshRun",
    "StandingReport",
    "WeakAreaReport",
]
