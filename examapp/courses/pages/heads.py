"""The head that the pages of a course share: where one is, what it is, its tabs."""

from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext

from examapp.courses.models import Assignment, Course
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address, zone_of
from examapp.courses.pages.parts import Crumbs, Tab
from examapp.web import times


@dataclass(frozen=True)
class CourseHead:
    title: str
    sub: str
    people: int
    crumbs: Crumbs
    tabs: tuple[Tab, ...]
    may_edit: bool
    new_assignment_url: str
    add_people_url: str


def course_url(name: str, course: Course) -> str:
    return reverse(f"courses:{name}", args=[course.pk])


def courses_crumb() -> Crumbs:
    return ((gettext("Courses"), reverse("courses:courses")),)


def crumbs_to(course: Course) -> Crumbs:
    return (*courses_crumb(), (course.name, course.get_absolute_url()))


def course_head(
    course: Course, here: str, *, people: int, may_edit: bool, now: datetime
) -> CourseHead:
    """Return the head of a course's page; `here` is the name of the tab that it is."""
    tabs = (
        ("course", gettext("Assignments"), None),
        ("members", gettext("People"), people),
        ("gradebook", gettext("Gradebook"), None),
        ("course_settings", gettext("Settings"), None),
    )
    return CourseHead(
        title=course.name,
        sub=_about(course, people, now),
        people=people,
        crumbs=courses_crumb(),
        tabs=tuple(
            Tab(text, course_url(name, course), name == here, count) for name, text, count in tabs
        ),
        may_edit=may_edit and not course.is_archived,
        new_assignment_url=course_url("new_assignment", course),
        add_people_url=course_url("add_people", course),
    )


def _about(course: Course, people: int, now: datetime) -> str:
    parts = [words.people(people)]
    if course.is_archived:
        parts.append(gettext("archived"))
    elif course.ends_on:
        parts.append(ends(course, now))
    parts.append(gettext("times of %(place)s") % {"place": times.zone_name(zone_of(course))})
    return " · ".join(parts)


def ends(course: Course, now: datetime) -> str:
    """Say when a course ends, or that it does not."""
    if course.ends_on is None:
        return gettext("no end")
    zone = zone_of(course)
    last = datetime.combine(course.ends_on, time(12), zone)
    return gettext("ends %(day)s") % {"day": times.near_day(last, zone=zone, now=now)}


@dataclass(frozen=True)
class AssignmentHead:
    title: str
    sub: str
    crumbs: Crumbs
    tabs: tuple[Tab, ...]
    exports: Crumbs
    may_edit: bool


def assignment_head(
    assignment: Assignment, here: str, *, sub: str, may_edit: bool, may_export: bool
) -> AssignmentHead:
    """Return the head of an assignment's results; `here` is the name of the tab that it is."""
    tabs = (
        ("results", gettext("Class map")),
        ("asked", gettext("Questions")),
        ("times", gettext("Time and attempts")),
        ("compare", gettext("Compare")),
    )
    files = (("xlsx", "Excel"), ("csv", "CSV")) if may_export else ()
    course = assignment.course
    export = [
        (text, reverse("courses:grades_file", args=[course.pk, kind])) for kind, text in files
    ]
    return AssignmentHead(
        title=assignment.title,
        sub=sub,
        crumbs=crumbs_to(course),
        tabs=tuple(Tab(text, address(name, assignment), name == here) for name, text in tabs),
        exports=tuple(export),
        may_edit=may_edit,
    )
