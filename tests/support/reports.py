"""Parts of a report's body, with figures that nobody asks about."""

from typing import Any

from examapp.reports.weak_areas.body import AreaEstimate, TopicEstimate

_FIGURES: dict[str, Any] = {
    "pk": 1,
    "number": "1",
    "title": "Domain 1",
    "slug": "",
    "read_minutes": None,
    "n": 7,
    "right": 3.0,
    "wrong": 4.0,
    "share_percent": 10.0,
    "estimate_percent": 50.0,
    "error_percent": 5.0,
    "low_percent": 40.0,
    "high_percent": 60.0,
    "chance_below_percent": 10.0,
    "chance_weakest_percent": 10.0,
    "gain_points": 10.0,
    "verdict": "open",
    "more_needed": None,
}


def area_estimate(**fields: Any) -> AreaEstimate:
    return AreaEstimate(**{**_FIGURES, **fields})


def topic_estimate(**fields: Any) -> TopicEstimate:
    return TopicEstimate(**{**_FIGURES, "slug": "topic", **fields})
