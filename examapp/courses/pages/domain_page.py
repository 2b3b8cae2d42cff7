"""One domain of an assignment's results: its tasks, and who has what right in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.courses.changes import FEWEST
from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address
from examapp.courses.pages.heads import crumbs_to
from examapp.courses.pages.heat_map import Column, HeatMap, Row, cell, shade
from examapp.courses.pages.parts import Crumbs, Tab
from examapp.courses.pages.range_bars import ClassShare, RangeBar, range_bar
from examapp.courses.pages.results import known_by_task, person_url
from examapp.courses.pages.taken import DomainArea, Taken, TaskArea, Tried
from examapp.courses.pages.teaching import needing


@dataclass(frozen=True)
class GapCallout:
    heading: str
    text: str
    button: str
    practice_url: str
    notes_url: str


@dataclass(frozen=True)
class DomainPage:
    title: str
    sub: str
    assignment: str
    crumbs: Crumbs
    pager: Sequence[Tab]
    gap: GapCallout | None
    tasks: Sequence[RangeBar]
    map: HeatMap | None


def domain_page(
    assignment: Assignment,
    taken: Taken,
    domain: DomainArea,
    *,
    may_edit: bool,
    may_see_people: bool,
) -> DomainPage:
    """Show a domain of a class that may be seen at all; people by name where that is allowed."""
    tasks = [task for task in taken.tasks if task.domain == domain.number]
    known = known_by_task(taken)
    enough = len(taken.people) >= FEWEST
    return DomainPage(
        title=domain.title,
        sub=gettext("Domain %(number)d · %(weight)d %% of the exam · %(title)s, %(people)s")
        % {
            "number": domain.number,
            "weight": round(100 * domain.weight),
            "title": assignment.title,
            "people": words.people(len(taken.people)),
        },
        assignment=assignment.title,
        crumbs=(*crumbs_to(assignment.course), (assignment.title, address("results", assignment))),
        pager=[_tab(assignment, taken, each, domain) for each in taken.domains],
        gap=_gap(assignment, taken, tasks, known, may_edit) if enough else None,
        tasks=[_bar(taken, task, known[task.pk]) for task in tasks if task.pk in known],
        map=_map(assignment, taken, domain, tasks) if may_see_people else None,
    )


def _tab(assignment: Assignment, taken: Taken, each: DomainArea, here: DomainArea) -> Tab:
    shares = taken.shares(lambda person: taken.in_domain(person, each.number))
    mean = f"{round(100 * sum(shares) / len(shares))} %" if len(shares) >= FEWEST else ""
    url = reverse("courses:domain", args=[assignment.course_id, assignment.pk, each.number])
    return Tab(f"{each.number} {each.title}", url, each == here, mean)


def _gap(
    assignment: Assignment,
    taken: Taken,
    tasks: Sequence[TaskArea],
    known: dict[int, ClassShare],
    may_edit: bool,
) -> GapCallout | None:
    """Return what to do about the weakest task, where it is below the pass mark."""
    asked = [task for task in tasks if task.pk in known]
    if not asked:
        return None
    weakest = min(asked, key=lambda task: known[task.pk].mean)
    share = known[weakest.pk].mean
    if share >= taken.scale.raw_cut:
        return None
    people = needing(taken, weakest.pk)
    n = len(people)
    text = ngettext(
        "%(n)d of %(all)d people has half or less right there.",
        "%(n)d of %(all)d people have half or less right there.",
        n,
    ) % {"n": n, "all": len(taken.people)}
    practice = f"{address('teach', assignment)}?topics={weakest.pk}" if may_edit and n else ""
    return GapCallout(
        gettext("Weakest here: %(title)s, %(share)d %% right.")
        % {"title": f"{weakest.number} {weakest.title}", "share": round(100 * share)},
        text,
        ngettext("Give practice to %(n)d person", "Give practice to %(n)d people", n) % {"n": n},
        practice,
        reverse("questions:task_notes", args=[assignment.exam.code, weakest.number]),
    )


def _bar(taken: Taken, task: TaskArea, known: ClassShare) -> RangeBar:
    counts = [taken.in_task(person, task.pk) for person in taken.people]
    answers = sum(count.of for count in counts)
    asked = {count.of for count in counts}
    note = ngettext("%(n)d answer", "%(n)d answers", answers) % {"n": answers}
    if len(asked) == 1:
        note = f"{words.questions(asked.pop())}, {note}"
    shares = [count.share for count in counts if count.of]
    return range_bar(f"{task.number} {task.title}", note, shares, known, cut=taken.scale.raw_cut)


def _map(
    assignment: Assignment, taken: Taken, domain: DomainArea, tasks: Sequence[TaskArea]
) -> HeatMap:
    def row(person: Tried) -> Row:
        counts = [taken.in_task(person, task.pk) for task in tasks]
        whole = taken.in_domain(person, domain.number)
        total = cell(whole.right, whole.of)
        return Row(
            person.name,
            person_url(assignment, person.member),
            tuple(cell(count.right, count.of) for count in counts),
            total.text,
            total.words,
            f"cell {shade(whole.share)}" if total.shade else "",
        )

    people = sorted(
        taken.people, key=lambda each: (taken.in_domain(each, domain.number).share, each.name)
    )
    return HeatMap(
        gettext("Right answers of each person in the tasks of %(title)s, lowest first")
        % {"title": domain.title},
        [Column(task.number, task.title, "") for task in tasks],
        [row(person) for person in people],
        None,
        gettext("Domain"),
        "",
        is_tasks=True,
    )
