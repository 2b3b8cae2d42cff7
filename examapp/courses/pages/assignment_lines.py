"""An assignment as one line of a list: when, how many are done, what to look at."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.courses.models import Assignment, Course
from examapp.courses.pages import words
from examapp.courses.pages.parts import Line, Pill, Section, percent
from examapp.courses.pages.standing import Standing
from examapp.web import times

# Before the close, how long those who have not started are counted in place of the days left.
SOON = timedelta(days=1)


def zone_of(course: Course) -> tzinfo:
    return ZoneInfo(course.zone)


def address(name: str, assignment: Assignment) -> str:
    """Return the address of a page of an assignment."""
    return reverse(f"courses:{name}", args=[assignment.course_id, assignment.pk])


def sections(standings: Sequence[Standing], *, now: datetime) -> list[Section]:
    """Return what is on, what comes and what is done, each only where there is something."""
    coming = [each for each in standings if each.is_coming(now)]
    closed = [each for each in standings if not each.is_coming(now) and each.is_closed(now)]
    running = [each for each in standings if each not in coming and each not in closed]
    parts = (
        ("now", gettext("Now"), running),
        ("coming", gettext("Coming"), coming),
        ("done", gettext("Done"), closed[::-1]),
    )
    return [
        Section(key, title, [line(each, now=now) for each in found])
        for key, title, found in parts
        if found
    ]


def line(standing: Standing, *, now: datetime) -> Line:
    """Return the line of one assignment, as staff see it."""
    if standing.is_coming(now):
        return _coming(standing, now)
    return _closed(standing, now) if standing.is_closed(now) else _running(standing, now)


def _running(standing: Standing, now: datetime) -> Line:
    assignment = standing.assignment
    page = "results" if assignment.is_practice else "live"
    return Line(
        assignment.title,
        address(page, assignment),
        closes(assignment, now),
        done_words(standing),
        _running_pill(standing, now),
        percent(standing.done, standing.given),
    )


def _running_pill(standing: Standing, now: datetime) -> Pill:
    if standing.running and not standing.assignment.is_practice:
        n = standing.running
        return Pill(
            ngettext("%(n)d in the exam", "%(n)d in the exam", n) % {"n": n}, "accent", "clock"
        )
    at = standing.assignment.closes_at
    if at is None:
        return Pill(gettext("open"))
    if at - now < SOON and standing.waiting:
        return Pill(not_started(standing.waiting), "warn", "clock")
    return Pill(times.time_left(at, now=now))


def not_started(count: int) -> str:
    return ngettext("%(n)d not started", "%(n)d not started", count) % {"n": count}


def _coming(standing: Standing, now: datetime) -> Line:
    assignment = standing.assignment
    if standing.is_draft():
        who, pill = gettext("only staff see it"), Pill(gettext("Draft"), "outline")
    else:
        who = words.people(standing.given)
        assert assignment.opens_at
        span = times.span(assignment.opens_at - now)
        pill = Pill(gettext("opens in %(span)s") % {"span": span})
    return Line(
        assignment.title, address("assignment", assignment), _window(assignment, now), who, pill
    )


def _closed(standing: Standing, now: datetime) -> Line:
    assignment = standing.assignment
    at = assignment.closes_at
    assert at
    when = times.near_day(at, zone=zone_of(assignment.course), now=now)
    sub = gettext("Closed %(day)s") % {"day": when}
    if not assignment.is_graded:
        sub = gettext("Closed %(day)s · did not count") % {"day": when}
    return Line(
        assignment.title,
        address("results", assignment),
        sub,
        done_words(standing),
        _closed_pill(standing),
        percent(standing.done, standing.given),
    )


def _closed_pill(standing: Standing) -> Pill:
    if standing.mean is None:
        return Pill(gettext("closed"))
    if not standing.assignment.is_graded:
        return Pill(gettext("average %(score)d") % {"score": round(standing.mean)})
    n = standing.passed
    return Pill(ngettext("%(n)d passed", "%(n)d passed", n) % {"n": n}, "ok", "check")


def done_words(standing: Standing) -> str:
    return gettext("%(done)d of %(given)d done") % {
        "done": standing.done,
        "given": standing.given,
    }


def closes(assignment: Assignment, now: datetime) -> str:
    """Say when an assignment closes, or when it closed."""
    if assignment.closes_at is None:
        return gettext("No closing date")
    when = times.near_moment(assignment.closes_at, zone=zone_of(assignment.course), now=now)
    if assignment.closes_at <= now:
        return gettext("Closed %(when)s") % {"when": when}
    return gettext("Closes %(when)s") % {"when": when}


def _window(assignment: Assignment, now: datetime) -> str:
    zone = zone_of(assignment.course)
    if assignment.opens_at is None and assignment.closes_at is None:
        return gettext("no dates yet")
    start = assignment.opens_at and times.near_moment(assignment.opens_at, zone=zone, now=now)
    end = assignment.closes_at and times.near_moment(assignment.closes_at, zone=zone, now=now)
    tries = words.tries(assignment.attempts)
    if not end:
        return gettext("from %(start)s · %(tries)s") % {"start": start, "tries": tries}
    if not start:
        return gettext("until %(end)s · %(tries)s") % {"end": end, "tries": tries}
    return gettext("%(start)s to %(end)s · %(tries)s") % {
        "start": start,
        "end": end,
        "tries": tries,
    }
