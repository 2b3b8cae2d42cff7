"""An assignment for the one who asks, before the clock runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.translation import gettext

from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import zone_of
from examapp.courses.pages.for_you import Given, extra_reason, seen_words, tries_words
from examapp.web import times


@dataclass(frozen=True)
class TaskPage:
    title: str
    course: str
    facts: Sequence[tuple[str, str]]
    problem: str
    may_start: bool
    action: str
    clock: str


def task_page(given: Given, *, zone: tzinfo | None, now: datetime) -> TaskPage:
    assignment = given.assignment
    may_start = given.may_start(now)
    is_exam = not assignment.is_practice
    return TaskPage(
        assignment.title,
        assignment.course.name,
        _facts(given, zone, now),
        "" if may_start else why_not(given, zone, now),
        may_start,
        gettext("Start the exam") if is_exam else gettext("Start practice"),
        gettext("The clock runs from the moment you start.") if is_exam else "",
    )


def _facts(given: Given, zone: tzinfo | None, now: datetime) -> list[tuple[str, str]]:
    assignment, limits = given.assignment, given.limits
    if assignment.is_practice:
        facts = [(gettext("Questions"), str(assignment.question_count))]
    else:
        minutes = words.minutes(round(limits.allowed / timedelta(minutes=1)))
        facts = [
            (gettext("Exam"), assignment.exam.title),
            (gettext("Questions"), str(assignment.exam.item_count)),
            (gettext("Time"), f"{minutes}. {extra_reason(limits)}".removesuffix(". ")),
        ]
    facts.append((gettext("Tries"), tries_words(given)))
    if limits.closes_at:
        facts.append((gettext("Open until"), _moment(given, limits.closes_at, zone, now)))
    if not assignment.is_practice:
        facts.append((gettext("Result"), seen_words(assignment)))
    return facts


def _moment(given: Given, at: datetime, zone: tzinfo | None, now: datetime) -> str:
    zone = zone or zone_of(given.assignment.course)
    when = times.near_moment(at, zone=zone, now=now)
    return f"{when} ({times.zone_name(zone)})"


def why_not(given: Given, zone: tzinfo | None, now: datetime) -> str:
    """Say in a sentence why an assignment cannot be started now."""
    limits = given.limits
    if limits.is_excused:
        return gettext("You are excused from this one.")
    if limits.is_early(now):
        assert limits.opens_at
        when = _moment(given, limits.opens_at, zone, now)
        return gettext("It opens %(when)s.") % {"when": when}
    if limits.is_closed(now):
        assert limits.closes_at
        when = _moment(given, limits.closes_at, zone, now)
        return gettext("It closed %(when)s. Ask your teacher.") % {"when": when}
    return gettext("You have no try left. Ask your teacher.")
