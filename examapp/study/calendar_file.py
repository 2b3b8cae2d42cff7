"""The plan as a calendar file (iCalendar, RFC 5545), for other programs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# Days of the week in iCalendar's letters, Monday first.
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Octets of a line before it is folded (RFC 5545, 3.1).
_LINE = 75


@dataclass(frozen=True)
class Event:
    """A whole day with a title; it comes back on days of the week (0 is Monday) until `until`."""

    name: str
    day: date
    title: str
    note: str = ""
    weekdays: Sequence[int] = ()
    until: date | None = None


def calendar_file(events: Iterable[Event], *, made_at: datetime, host: str) -> str:
    """Return a calendar of events; `made_at` is in UTC, `host` makes their names unique."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host}//Practice exams//EN"]
    for event in events:
        lines += _event(event, f"{made_at:%Y%m%dT%H%M%SZ}", host)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: Event, stamp: str, host: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.name}@{host}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(event.title)}",
        "TRANSP:TRANSPARENT",
    ]
    if event.note:
        lines.append(f"DESCRIPTION:{_text(event.note)}")
    if event.weekdays:
        until = f";UNTIL={event.until:%Y%m%d}" if event.until else ""
        days = ",".join(_DAYS[day] for day in sorted(event.weekdays))
        lines.append(f"RRULE:FREQ=WEEKLY;BYDAY={days}{until}")
    return [*lines, "END:VEVENT"]


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
