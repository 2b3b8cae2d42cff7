"""Moments as scripts and pictures take them."""

from datetime import datetime


def milliseconds(moment: datetime) -> int:
    """Return a moment as browsers count time: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def day_label(moment: datetime | None) -> str:
    """Return the day of a moment in few letters, as 5 Nov 2026; "" for none."""
    return f"{moment:%-d %b %Y}" if moment else ""
