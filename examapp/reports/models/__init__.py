"""What answers mean, as rows: reports, statistics of questions and forms, ratings of the bank."""

from examapp.reports.models.figures import (
    ENOUGH_PREDICTIONS,
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
from examapp.reports.models.ratings import (
    STEP,
    ItemRating,
    RaterAnswer,
    RatingRound,
    RoundItem,
    RoundRater,
)

__all__ = [
    "ENOUGH_PREDICTIONS",
    "ENOUGH_SITTINGS",
    "ESTIMATOR",
    "STALLED_AFTER",
    "STEP",
    "Calibration",
    "Delivery",
    "FormStatistics",
    "ItemRating",
    "ItemStatistics",
    "ItemStatisticsQuerySet",
    "RaterAnswer",
    "RatingRound",
    "RefreshRun",
    "RoundItem",
    "RoundRater",
    "StandingReport",
    "WeakAreaReport",
]
