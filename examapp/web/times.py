"""Moments: as people read them, in the zone of whoever looks, and as scripts and files take them.

Pages and letters show a moment by `moment_text`, which speaks in the zone that is active; the
template tag `{% moment %}` is made of it. Files and the API hold `iso`, which has its offset.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext

# How a moment is worded, in Django's letters for dates.
STYLES = {
    "time": "j M Y, H:i",
    "seconds": "j M Y, H:i:s",
    "day": "j F Y",
    "weekday": "l, j F",
    "short day": "j M Y",
    "clock": "H:i",
    "clock with seconds": "H:i:s",
}
RELATIVE = "relative"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", re.ASCII)


def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of a name from the tz database, such as Europe/Berlin; None for no zone."""
    if len(name) > 64 or not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    # What is not there, a folder of zones, a file that is none.
    except (OSError, ValueError, LookupError):
        return None


def moment_text(moment: datetime | date | None, style: str = "time", *, zone: bool = False) -> str:
    """Return a moment in words, in the active zone; "" for none.

    Args:
        style: one of STYLES, or RELATIVE, which tells how long ago while that is under a day.
        zone: whether the zone is named too, as it must be where a deadline stands.
    """
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return date_format(moment, STYLES[style])
    if style == RELATIVE:
        return _how_long_ago(moment) or moment_text(moment, zone=zone)
    local = timezone.localtime(moment)
    words = date_format(local, STYLES[style])
    return f"{words} ({zone_label(local)})" if zone else words


def zone_label(moment: datetime) -> str:
    """Return the name of a moment's own zone, such as "Berlin time, UTC+1"."""
    offset = moment.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    hours = f"{'−' if minutes < 0 else '+'}{abs(minutes) // 60}"
    if minutes % 60:
        hours += f":{abs(minutes) % 60:02}"
    utc = f"UTC{hours}" if minutes else "UTC"
    area, _, place = str(moment.tzinfo).partition("/")
    if not place or area == "Etc":
        return utc
    name = place.rsplit("/", 1)[-1].replace("_", " ")
    return gettext("%(place)s time, %(utc)s") % {"place": name, "utc": utc}


def day_label(moment: datetime | None) -> str:
    """Return the day of a moment in few letters, as 5 Nov 2026; "" for none."""
    return moment_text(moment, "short day")


def iso(moment: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC with its offset, to the second; "" for none."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def milliseconds(moment: datetime) -> int:
    """Return a moment as browsers count time: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def _how_long_ago(moment: datetime) -> str:
    """Return how long ago a moment of the last day was; "" for any other."""
    age = timezone.now() - moment
    if not timedelta(seconds=-60) < age < timedelta(days=1):
        return ""
    if age < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(moment, depth=1)}
