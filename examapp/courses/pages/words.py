"""Moments, spans and lists of names in words, in a zone that is named."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_format
from django.utils.translation import gettext, ngettext

_DAY = timedelta(days=1)
# Months ahead or back within which a day of the week says more than the year.
_NEAR = timedelta(days=150)


def zone_name(zone: tzinfo) -> str:
    """Return the place of a zone as people say it: "Berlin" of Europe/Berlin."""
    key = zone.key if isinstance(zone, ZoneInfo) else str(zone)
    return key.rsplit("/", 1)[-1].replace("_", " ")


def moment(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Say when: "today, 20:30", "Fri 11 Dec, 18:00", "11 Dec 2027, 18:00"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = in_format(local, "G:i")
    if local.date() == today:
        return gettext("today, %(time)s") % {"time": clock}
    if local.date() == today + _DAY:
        return gettext("tomorrow, %(time)s") % {"time": clock}
    return f"{day(at, zone=zone, now=now)}, {clock}"


def day(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Say which day: "Fri 11 Dec", with the year in place of the weekday when it is far."""
    local = at.astimezone(zone)
    return in_format(local, "D j M" if abs(at - now) < _NEAR else "j M Y")


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


def people(count: int) -> str:
    return ngettext("%(n)d person", "%(n)d people", count) % {"n": count}


def questions(count: int) -> str:
    return ngettext("%(n)d question", "%(n)d questions", count) % {"n": count}


def tries(count: int | None) -> str:
    """Say how many tries; None is no limit."""
    if count is None:
        return gettext("no limit of tries")
    if count == 1:
        return gettext("one try")
    return ngettext("%(n)d try", "%(n)d tries", count) % {"n": count}


def names(all_names: Sequence[str], *, most: int = 6) -> str:
    """List names: "Ana, Ben and Cem", the rest counted beyond `most`."""
    if len(all_names) > most:
        shown = ", ".join(all_names[:most])
        rest = len(all_names) - most
        return gettext("%(names)s and %(n)d more") % {"names": shown, "n": rest}
    if len(all_names) < 2:
        return "".join(all_names)
    first = ", ".join(all_names[:-1])
    return gettext("%(first)s and %(last)s") % {"first": first, "last": all_names[-1]}


def minutes(count: int) -> str:
    return ngettext("%(n)d minute", "%(n)d minutes", count) % {"n": count}
