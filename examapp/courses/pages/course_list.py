"""The courses that a person teaches, with what is on in each; and the home of who teaches."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import User
from examapp.courses.models import Course
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import (
    address,
    closes,
    sections,
    zone_of,
)
from examapp.courses.pages.heads import CourseHead, ends
from examapp.courses.pages.parts import Line, Section
from examapp.courses.pages.standing import Standing, people_of, standings
from examapp.web import times

# How many assignments a course shows among others.
_LINES = 2


@dataclass(frozen=True)
class CourseCard:
    name: str
    url: str
    sub: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class CoursesPage:
    sub: str
    courses: Sequence[CourseCard]
    archived: Sequence[CourseCard]
    may_add: bool


@dataclass(frozen=True)
class CoursePage:
    head: CourseHead
    sections: Sequence[Section]


@dataclass(frozen=True)
class First:
    """What comes first on the home of who teaches."""

    eyebrow: str
    sentence: str
    sub: str
    url: str
    action: str
    is_running: bool = False
    remind: str = ""
    remind_url: str = ""


@dataclass(frozen=True)
class Task:
    """Work that waits, counted."""

    name: str
    sub: str
    url: str
    count: int


@dataclass(frozen=True)
class Link:
    text: str
    url: str
    icon: str


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    url: str = ""
    when: str = ""


@dataclass(frozen=True)
class StaffHome:
    """The home of who teaches; steps in place of everything where nothing was begun yet."""

    courses: Sequence[CourseCard] = ()
    first: First | None = None
    waiting: Sequence[Task] = ()
    quick: Sequence[Link] = ()
    is_new: bool = False
    greeting: str = ""
    steps: Sequence[Step] = field(default=())


def courses_page(courses: Sequence[Course], *, may_add: bool, now: datetime) -> CoursesPage:
    """Show courses, those that are archived apart."""
    running = [course for course in courses if not course.is_archived]
    n = len(running)
    return CoursesPage(
        sub=ngettext("%(n)d course that you teach", "%(n)d courses that you teach", n) % {"n": n},
        courses=cards(running, standings(running), now=now),
        archived=cards([course for course in courses if course.is_archived], [], now=now),
        may_add=may_add,
    )


def cards(
    courses: Sequence[Course], found: Sequence[Standing], *, now: datetime
) -> list[CourseCard]:
    """Return a card a course, with the assignments that are nearest."""
    people = people_of(courses)
    return [
        CourseCard(
            course.name,
            course.get_absolute_url(),
            f"{words.people(people.get(course.pk, 0))} · {ends(course, now)}",
            _nearest([each for each in found if each.assignment.course_id == course.pk], now),
        )
        for course in courses
    ]


def _nearest(found: Sequence[Standing], now: datetime) -> list[Line]:
    lines = [each for section in sections(found, now=now) for each in section.lines]
    return lines[:_LINES]


def staff_home(
    person: User, courses: Sequence[Course], *, waiting: Sequence[Task], now: datetime
) -> StaffHome:
    """Show who teaches what needs them now."""
    if not courses and not waiting:
        return _first_steps(person)
    found = standings(courses)
    return StaffHome(
        courses=cards(courses, found, now=now),
        first=_first(found, now),
        waiting=waiting,
        quick=_quick(courses),
    )


def _first(found: Sequence[Standing], now: datetime) -> First | None:
    """Return what runs, else the nearest close that some have not started, else new results."""
    open_now = [each for each in found if not each.is_coming(now) and not each.is_closed(now)]
    for standing in open_now:
        if standing.running and not standing.assignment.is_practice:
            return _in_the_exam(standing, now)
    for standing in open_now:
        if standing.waiting and standing.assignment.closes_at:
            return _not_started(standing, now)
    for standing in reversed(found):
        if standing.is_closed(now) and standing.done:
            return _results(standing)
    return None


def _in_the_exam(standing: Standing, now: datetime) -> First:
    said = (
        gettext("%(title)s: %(n)d in the exam, %(waiting)d not started")
        if standing.waiting
        else gettext("%(title)s: %(n)d in the exam")
    )
    sentence = said % {
        "title": standing.assignment.title,
        "n": standing.running,
        "waiting": standing.waiting,
    }
    first = First(
        gettext("Running now"),
        sentence,
        _where(standing, now),
        address("live", standing.assignment),
        gettext("Watch live"),
        is_running=True,
    )
    return _with_reminder(first, standing)


def _not_started(standing: Standing, now: datetime) -> First:
    n = standing.waiting
    text = ngettext(
        "%(title)s: %(n)d person has not started", "%(title)s: %(n)d people have not started", n
    )
    first = First(
        gettext("Closing next"),
        text % {"title": standing.assignment.title, "n": n},
        _where(standing, now),
        address("live", standing.assignment),
        gettext("See who"),
    )
    return _with_reminder(first, standing)


def _results(standing: Standing) -> First:
    return First(
        gettext("Results are in"),
        gettext("%(title)s: %(done)d of %(given)d done")
        % {
            "title": standing.assignment.title,
            "done": standing.done,
            "given": standing.given,
        },
        standing.assignment.course.name,
        address("results", standing.assignment),
        gettext("See the results"),
    )


def _where(standing: Standing, now: datetime) -> str:
    place = times.zone_name(zone_of(standing.assignment.course))
    return f"{standing.assignment.course.name} · {closes(standing.assignment, now)} ({place})"


def _with_reminder(first: First, standing: Standing) -> First:
    n = standing.waiting
    if not n:
        return first
    return replace(
        first,
        remind=ngettext("Remind the %(n)d", "Remind the %(n)d", n) % {"n": n},
        remind_url=address("intervene", standing.assignment),
    )


def _quick(courses: Sequence[Course]) -> list[Link]:
    return [
        *(link for course in courses[:1] for link in _of_course(course)),
        Link(gettext("Write a question"), reverse("questions:banks"), "pencil"),
        Link(gettext("Courses"), reverse("courses:courses"), "list"),
    ]


def _of_course(course: Course) -> list[Link]:
    assignment = reverse("courses:new_assignment", args=[course.pk])
    people = reverse("courses:add_people", args=[course.pk])
    return [
        Link(gettext("New assignment"), assignment, "calendar"),
        Link(gettext("Add people"), people, "people"),
    ]


def _first_steps(person: User) -> StaffHome:
    return StaffHome(
        is_new=True,
        greeting=gettext("Welcome, %(name)s") % {"name": person.name or person.email},
        steps=(
            Step(
                gettext("Make a course"),
                gettext("A name and a time zone. That is all."),
                url=reverse("courses:new_course"),
            ),
            Step(
                gettext("Add people"),
                gettext("Paste addresses, or show a code on the board."),
                when=gettext("next"),
            ),
            Step(
                gettext("Give an exam"),
                gettext("Choose an exam and its dates; you see it before anybody gets it."),
                when=gettext("then"),
            ),
        ),
    )
