"""Dates as a calendar file (iCalendar, RFC 5545), for other programs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# Days of the week in iCalendar's letters, Monday first.
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Octets of a line before it is folded (RFC 5545, 3.1).
_LINE = 75


@dataclass(frozen=True)
class Event:
    """A whole day, or a moment at which something ends, with a title.

    A day comes back on days of the week (0 is Monday) until `until`.
    """

    name: str
    at: date | datetime
    title: str
    note: str = ""
    weekdays: Sequence[int] = ()
    until: date | None = None
    url: str = ""


def calendar_file(events: Iterable[Event], *, made_at: datetime, host: str) -> str:
    """Return a calendar of events; `host` makes their names unique."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host}//Practice exams//EN"]
    for event in events:
        lines += _event(event, _stamp(made_at), host)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: Event, stamp: str, host: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.name}@{host}",
        f"DTSTAMP:{stamp}",
        *_times(event.at),
        f"SUMMARY:{_text(event.title)}",
        "TRANSP:TRANSPARENT",
    ]
    if event.url:
        lines.append(f"URL:{event.url}")
    if event.note:
        lines.append(f"DESCRIPTION:{_text(event.note)}")
    if event.weekdays:
        until = f";UNTIL={event.until:%Y%m%d}" if event.until else ""
        days = ",".join(_DAYS[day] for day in sorted(event.weekdays))
        lines.append(f"RRULE:FREQ=WEEKLY;BYDAY={days}{until}")
    return [*lines, "END:VEVENT"]


def _times(at: date | datetime) -> list[str]:
    if isinstance(at, datetime):
        return [f"DTSTART:{_stamp(at)}", f"DTEND:{_stamp(at)}"]
    return [f"DTSTART;VALUE=DATE:{at:%Y%m%d}", f"DTEND;VALUE=DATE:{at + timedelta(days=1):%Y%m%d}"]


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return text with what separates values escaped (RFC 5545, 3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.splitlines())


def _folded(line: str) -> list[str]:
    """Return a line as lines of 75 octets, never cut within a letter."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LINE:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + width
    return [*parts, part]
