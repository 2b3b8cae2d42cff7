"""What a list of people would do, in words, before it does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from examapp.courses.models import Course
from examapp.courses.pages import words
from examapp.courses.pages.heads import course_url, crumbs_to
from examapp.courses.pages.members_page import time_words
from examapp.courses.pages.parts import Crumbs
from examapp.courses.roster import BAD_EXTRA, NO_ADDRESS, OPEN_QUOTE, TOO_LONG, Problem
from examapp.courses.services.roster import Here, Plan

# How many lines of a kind are told one by one.
_MOST = 8


@dataclass(frozen=True)
class LookLine:
    icon: str
    name: str
    subs: Sequence[str]


@dataclass(frozen=True)
class RosterLook:
    """`adds` is how many people would be new, or here with something changed."""

    read: str
    lines: Sequence[LookLine]
    adds: int
    button: str
    warning: str = ""


@dataclass(frozen=True)
class AddPeoplePage:
    title: str
    sub: str
    crumbs: Crumbs
    url: str
    people_url: str
    letter_title: str
    letter_text: str


def add_people_page(course: Course) -> AddPeoplePage:
    return AddPeoplePage(
        title=course.name,
        sub=gettext("To %(course)s") % {"course": course.name},
        crumbs=crumbs_to(course),
        url=course_url("add_people", course),
        people_url=course_url("members", course),
        letter_title=gettext("You are invited to %(course)s.") % {"course": course.name},
        letter_text=gettext(
            "Open this link to join. Your teacher will see your results in this course, and "
            "nothing else you do here."
        ),
    )


def roster_look(plan: Plan) -> RosterLook:
    """Say what a list would do, a line for each thing that happens."""
    new = len(plan.new) + len(plan.back)
    whole = new + len(plan.here) + len(plan.problems) + len(plan.twice)
    lines = [*_new(plan), *_here(plan), *_problems(plan), *_twice(plan)]
    return RosterLook(
        ngettext("%(n)d line read", "%(n)d lines read", whole) % {"n": whole},
        lines,
        new + len(plan.changed),
        _button(new, len(plan.changed)),
        _warning(plan),
    )


def _button(new: int, changed: int) -> str:
    if new:
        return ngettext("Add %(n)d person", "Add %(n)d people", new) % {"n": new}
    return ngettext("Change %(n)d person", "Change %(n)d people", changed) % {"n": changed}


def _new(plan: Plan) -> list[LookLine]:
    lines = []
    if plan.new:
        n = len(plan.new)
        text = ngettext("%(n)d new person", "%(n)d new people", n) % {"n": n}
        shown = words.names([row.name or row.email for row in plan.new])
        lines.append(LookLine("plus", text, [shown]))
    if plan.back:
        n = len(plan.back)
        text = ngettext("%(n)d comes back", "%(n)d come back", n) % {"n": n}
        lines.append(LookLine("again", text, [words.names([str(x.membership) for x in plan.back])]))
    return lines


def _here(plan: Plan) -> list[LookLine]:
    if not plan.here:
        return []
    n = len(plan.here)
    text = ngettext("%(n)d is here already", "%(n)d are here already", n) % {"n": n}
    subs = [_changed(each) for each in plan.changed[:_MOST]]
    if not plan.changed:
        subs = [gettext("Nothing changes.")]
    return [LookLine("check", text, subs)]


def _changed(here: Here) -> str:
    labels = {
        "name": gettext("name"),
        "external_id": gettext("number"),
        "group": gettext("group"),
    }
    said = [
        gettext("%(field)s changes from %(before)s to %(after)s")
        % {
            "field": labels[change.field],
            "before": change.before or gettext("none"),
            "after": change.after,
        }
        for change in here.changes
        if change.field in labels
    ]
    extra = [change for change in here.changes if change.field not in labels]
    if extra:
        row, member = here.row, here.membership
        after = time_words(row.time_factor or member.time_factor, row.extra_minutes or 0)
        said.append(
            gettext("extra time changes from %(before)s to %(after)s")
            % {
                "before": time_words(member.time_factor, member.extra_minutes) or gettext("none"),
                "after": after or gettext("none"),
            }
        )
    return f"{here.membership}: {', '.join(said)}"


def _problems(plan: Plan) -> list[LookLine]:
    if not plan.problems:
        return []
    n = len(plan.problems)
    text = ngettext("%(n)d line cannot be read", "%(n)d lines cannot be read", n) % {"n": n}
    subs = [problem_words(each) for each in plan.problems[:_MOST]]
    if n > _MOST:
        subs.append(gettext("and %(n)d more") % {"n": n - _MOST})
    return [LookLine("warn", text, subs)]


def problem_words(problem: Problem) -> str:
    """Say which line is wrong, in which column, and what to do."""
    values = {"line": problem.line, "text": problem.text[:60], "column": problem.column}
    if problem.kind == NO_ADDRESS:
        return (
            gettext("Line %(line)d: “%(text)s” has no address such as name@example.org.") % values
        )
    if problem.kind == BAD_EXTRA:
        return (
            gettext("Line %(line)d, extra time: write minutes such as 15, or 25 %% (“%(text)s”).")
            % values
        )
    if problem.kind == OPEN_QUOTE:
        return gettext("Line %(line)d: close the quote in its line (“%(text)s”).") % values
    if problem.kind == TOO_LONG:
        return gettext("Line %(line)d, %(column)s: too long.") % values
    return gettext("Line %(line)d: one list cannot have so many people.") % values


def _twice(plan: Plan) -> list[LookLine]:
    if not plan.twice:
        return []
    n = len(plan.twice)
    text = ngettext("%(n)d is in the list twice", "%(n)d are in the list twice", n) % {"n": n}
    shown = words.names([row.email for row in plan.twice])
    return [LookLine("info", text, [gettext("%(names)s: added once") % {"names": shown}])]


def _warning(plan: Plan) -> str:
    if plan.problems and not plan.is_empty:
        return gettext("Lines that cannot be read are left out. Correct them, or add the rest now.")
    return ""
