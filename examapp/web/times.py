"""Moments: as people read them, in the zone of whoever looks, and as scripts and files take them.

Pages and emails show a moment by `moment_text`, which speaks in the zone that is active; the
template tag `{% moment %}` is made of it. Pages of a course, which has a zone of its own, name the
zone they speak in, and tell what is near by `near_moment`. Files and the API hold `iso`, which has
its offset.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

# How a moment is worded, in Django's letters for dates.
STYLES = {
    "time": "j M Y, H:i",
    "seconds": "j M Y, H:i:s",
    "day": "j F Y",
    "weekday": "l, j F",
    "short day": "j M Y",
    "near day": "D j M",
    "clock": "H:i",
    "clock with seconds": "H:i:s",
}
RELATIVE = "relative"
_DAY = timedelta(days=1)
# Time ahead or back within which a day of the week says more than the year.
_NEAR = timedelta(days=150)
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
    if moment.tzinfo is None or not place or area == "Etc":
        return utc
    name = zone_name(moment.tzinfo)
    return gettext("%(place)s time, %(utc)s") % {"place": name, "utc": utc}


def zone_name(zone: tzinfo) -> str:
    """Return the place of a zone as people say it: "Berlin" of Europe/Berlin."""
    key = zone.key if isinstance(zone, ZoneInfo) else str(zone)
    return key.rsplit("/", 1)[-1].replace("_", " ")


def day_label(moment: datetime | None) -> str:
    """Return the day of a moment in few letters, as 5 Nov 2026; "" for none."""
    return moment_text(moment, "short day")


def iso(moment: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC with its offset, to the second; "" for none."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def milliseconds(moment: datetime) -> int:
    """Return a moment as browsers count time: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def near_moment(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Say when: "today, 20:30", "Fri 11 Dec, 18:00", "11 Dec 2027, 18:00"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = date_format(local, STYLES["clock"])
    if local.date() == today:
        return gettext("today, %(time)s") % {"time": clock}
    if local.date() == today + _DAY:
        return gettext("tomorrow, %(time)s") % {"time": clock}
    return f"{near_day(at, zone=zone, now=now)}, {clock}"


def near_day(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Say which day: "Fri 11 Dec", with the year in place of the weekday when it is far."""
    local = at.astimezone(zone)
    return date_format(local, STYLES["near day" if abs(at - now) < _NEAR else "short day"])


def span(length: timedelta) -> str:
    """Say how long in one unit: "24 minutes", "3 hours", "4 days"."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        hours = round(minutes / 60)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(minutes / (24 * 60))
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def time_left(at: datetime, *, now: datetime) -> str:
    """Say how much is left until a moment: "4 days left"."""
    return gettext("%(span)s left") % {"span": span(at - now)}


def ago(at: datetime | None, *, now: datetime) -> str:
    """Say how long since: "just now", "20 minutes ago", "3 days ago", "never"."""
    if at is None:
        return gettext("never")
    if now - at < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(span)s ago") % {"span": span(now - at)}


def _how_long_ago(moment: datetime) -> str:
    """Return how long ago a moment of the last day was; "" for any other."""
    now = timezone.now()
    is_near = timedelta(seconds=-60) < now - moment < _DAY
    return ago(moment, now=now) if is_near else ""
