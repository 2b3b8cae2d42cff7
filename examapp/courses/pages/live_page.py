"""A class in an exam: who is in the exam, how far, and who may need help."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateformat import format as in_format
from django.utils.translation import gettext, ngettext

from examapp.courses.models import Assignment
from examapp.courses.pages.assignment_lines import address, closes, zone_of
from examapp.courses.pages.heads import crumbs_to
from examapp.courses.pages.parts import Crumbs, Pill, percent
from examapp.courses.pages.results import person_url
from examapp.courses.pages.sitting import DONE, EXCUSED, IN, NOT, Sitter
from examapp.web import times

# Who saved nothing for so long may be gone; who is so far behind the middle is slow.
GONE = timedelta(minutes=4)
_SLOW = 0.5
SECONDS = 10


@dataclass(frozen=True)
class Tile:
    state: str
    x: float


@dataclass(frozen=True)
class Count:
    state: str
    n: int
    text: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class LiveLine:
    id: int
    name: str
    url: str
    remark: str
    pill: Pill
    answered: str | None
    percent: int
    left: str
    connection: str
    is_gone: bool
    is_warned: bool


@dataclass(frozen=True)
class LivePage:
    title: str
    sub: str
    crumbs: Crumbs
    url: str
    here_url: str
    act_url: str
    change_url: str
    results_url: str
    tiles: Sequence[Tile]
    tile_width: float
    counts: Sequence[Count]
    heading: str
    caption: str
    fresh: str
    lines: Sequence[LiveLine]
    nobody: str
    remind: str
    remind_first: bool
    may_act: bool
    is_over: bool
    seconds: int = SECONDS


def live_page(
    assignment: Assignment, sitters: Sequence[Sitter], *, show: str, may_act: bool, now: datetime
) -> LivePage:
    """Show a class; `show` is the state whose people stand in the table, "" for the exam's."""
    groups = Counter(_group(sitter) for sitter in sitters)
    here = show if show in ("done", "late", "not") else "in"
    shown = [each for each in sitters if _is_shown(each, here)]
    zone = zone_of(assignment.course)
    clock = in_format(now.astimezone(zone), "G:i:s")
    is_over = not groups["in"] and not groups["late"] and _is_closed(assignment, now)
    url = address("live", assignment)
    return LivePage(
        title=assignment.title,
        sub=_about(assignment, groups, now),
        crumbs=crumbs_to(assignment.course),
        url=f"{url}?show={show}" if show else url,
        here_url=f"{url}?show={show}" if show else url,
        act_url=address("intervene", assignment),
        change_url=address("assignment", assignment),
        results_url=address("results", assignment),
        tiles=_tiles(sitters),
        tile_width=round(78.9 / max(1, len(sitters)), 2),
        counts=[_count(name, groups, here, url) for name in ("done", "in", "late", "not")],
        heading=_heading(here, groups),
        caption=gettext("People in the exam, those who may need help first"),
        fresh=gettext("Updated every %(n)d seconds, last at %(time)s")
        % {"n": SECONDS, "time": clock},
        lines=_lines(assignment, shown, now),
        nobody=gettext("Nobody is in this group now."),
        remind=_remind(groups["not"]) if may_act else "",
        remind_first=may_act and not groups["in"],
        may_act=may_act,
        is_over=is_over,
    )


def _group(sitter: Sitter) -> str:
    return "late" if sitter.state == IN and sitter.is_late else sitter.state


def _is_shown(sitter: Sitter, here: str) -> bool:
    return sitter.state == IN if here == "in" else _group(sitter) == here


def _is_closed(assignment: Assignment, now: datetime) -> bool:
    return assignment.closes_at is not None and assignment.closes_at <= now


def _about(assignment: Assignment, groups: Counter[str], now: datetime) -> str:
    zone = zone_of(assignment.course)
    place = times.zone_name(zone)
    if assignment.opens_at and assignment.opens_at > now:
        span = times.span(assignment.opens_at - now)
        return gettext("Opens in %(span)s (%(place)s)") % {"span": span, "place": place}
    if _is_closed(assignment, now):
        assert assignment.closes_at
        when = times.near_moment(assignment.closes_at, zone=zone, now=now)
        return gettext("Closed %(when)s (%(place)s)") % {"when": when, "place": place}
    when = closes(assignment, now)
    if groups["in"] or groups["late"]:
        return gettext("Running now · %(closes)s (%(place)s)") % {"closes": when, "place": place}
    return gettext("Open · %(closes)s (%(place)s)") % {"closes": when, "place": place}


def _tiles(sitters: Sequence[Sitter]) -> list[Tile]:
    order = ("done", "in", "late", "not")
    groups = sorted((_group(each) for each in sitters if _group(each) in order), key=order.index)
    step = 100 / max(1, len(groups))
    return [Tile(group, round((place + 0.105) * step, 2)) for place, group in enumerate(groups)]


def _count(state: str, groups: Counter[str], here: str, url: str) -> Count:
    text = {
        "done": gettext("done"),
        "in": gettext("in the exam"),
        "late": gettext("late"),
        "not": gettext("not started"),
    }[state]
    return Count(state, groups[state], text, f"{url}?show={state}", state == here)


def _heading(here: str, groups: Counter[str]) -> str:
    if here == "done":
        return ngettext("%(n)d done", "%(n)d done", groups["done"]) % {"n": groups["done"]}
    if here == "not":
        return ngettext("%(n)d not started", "%(n)d not started", groups["not"]) % {
            "n": groups["not"]
        }
    if here == "late":
        return ngettext("%(n)d late", "%(n)d late", groups["late"]) % {"n": groups["late"]}
    if groups["late"]:
        return gettext("%(n)d in the exam, %(late)d late") % {
            "n": groups["in"],
            "late": groups["late"],
        }
    return ngettext("%(n)d in the exam", "%(n)d in the exam", groups["in"]) % {"n": groups["in"]}


def _remind(count: int) -> str:
    if not count:
        return ""
    return ngettext("Remind the %(n)d", "Remind the %(n)d", count) % {"n": count}


def _lines(assignment: Assignment, shown: Sequence[Sitter], now: datetime) -> list[LiveLine]:
    """Return the table, those first who are gone, late or slow, then who has least time left."""
    middle = _middle([each for each in shown if each.state == IN])
    found = [(_urgency(each, middle, now), _line(assignment, each, middle, now)) for each in shown]
    return [line for _, line in sorted(found, key=lambda each: each[0])]


def _middle(sitters: Sequence[Sitter]) -> float:
    shares = sorted(each.answered / each.total for each in sitters if each.total)
    return shares[len(shares) // 2] if shares else 0.0


def _is_gone(sitter: Sitter, now: datetime) -> bool:
    return sitter.state == IN and sitter.heard_at is not None and now - sitter.heard_at > GONE


def _is_slow(sitter: Sitter, middle: float) -> bool:
    return bool(sitter.total) and sitter.answered / sitter.total < _SLOW * middle


def _urgency(sitter: Sitter, middle: float, now: datetime) -> tuple[bool, bool, bool, str]:
    return (
        not _is_gone(sitter, now),
        not sitter.is_late,
        not _is_slow(sitter, middle),
        sitter.name.lower(),
    )


def _line(assignment: Assignment, sitter: Sitter, middle: float, now: datetime) -> LiveLine:
    is_gone = _is_gone(sitter, now)
    return LiveLine(
        id=sitter.member,
        name=sitter.name,
        url=person_url(assignment, sitter.member),
        remark=_remark(assignment, sitter),
        pill=_pill(sitter, is_gone, _is_slow(sitter, middle)),
        answered=_answered(sitter),
        percent=percent(sitter.answered, sitter.total),
        left=_left(sitter, now),
        connection=_connection(sitter, is_gone, now),
        is_gone=is_gone,
        is_warned=is_gone or (sitter.state == IN and sitter.is_late),
    )


def _remark(assignment: Assignment, sitter: Sitter) -> str:
    if sitter.is_late and sitter.started_at:
        clock = in_format(sitter.started_at.astimezone(zone_of(assignment.course)), "G:i")
        return gettext("started at %(time)s") % {"time": clock}
    return sitter.extra


def _pill(sitter: Sitter, is_gone: bool, is_slow: bool) -> Pill:
    if sitter.state == DONE:
        return Pill(gettext("Done"), "ok", "check")
    if sitter.state == EXCUSED:
        return Pill(gettext("Excused"), "outline")
    if sitter.state == NOT:
        return Pill(gettext("Not started"))
    if is_gone:
        return Pill(gettext("Gone"), "warn", "warn")
    if sitter.is_late:
        return Pill(gettext("Late"), "warn", "clock")
    if is_slow:
        return Pill(gettext("Slow"), "warn", "clock")
    return Pill(gettext("In the exam"), "accent")


def _answered(sitter: Sitter) -> str | None:
    if not sitter.total:
        return None
    return gettext("%(n)d of %(total)d") % {"n": sitter.answered, "total": sitter.total}


def _left(sitter: Sitter, now: datetime) -> str:
    if sitter.state != IN or sitter.deadline_at is None:
        return ""
    minutes = max(0, round((sitter.deadline_at - now).total_seconds() / 60))
    return gettext("%(n)d min") % {"n": minutes}


def _connection(sitter: Sitter, is_gone: bool, now: datetime) -> str:
    if sitter.state != IN:
        return ""
    if is_gone:
        assert sitter.heard_at
        span = times.span(now - sitter.heard_at)
        return gettext("No signal for %(span)s") % {"span": span}
    return gettext("Connected") if sitter.heard_at else gettext("No signal yet")
