"""Practice on what a class is weak in, read back before it is sent: topics, and who gets which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address, zone_of
from examapp.courses.pages.heads import crumbs_to
from examapp.courses.pages.parts import Crumbs
from examapp.courses.pages.taken import Taken, TaskArea, Tried
from examapp.courses.pages.teaching import TOPICS, Gap
from examapp.web import times

# Minutes that a question with its explanation takes, roughly.
_MINUTES_A_QUESTION = 1.2


@dataclass(frozen=True)
class TopicChoice:
    key: int
    number: str
    title: str
    who: str
    is_picked: bool


@dataclass(frozen=True)
class PersonChoice:
    id: int
    name: str
    topics: str
    is_picked: bool


@dataclass(frozen=True)
class TeachPreview:
    heading: str
    when: str
    title: str
    facts: str


@dataclass(frozen=True)
class TeachPage:
    heading: str
    sub: str
    crumbs: Crumbs
    url: str
    results_url: str
    topics: Sequence[TopicChoice]
    people: Sequence[PersonChoice]
    who: str
    letter: str
    sentence: str
    remarks: Sequence[str]
    button: str
    preview: TeachPreview


@dataclass(frozen=True)
class Plan:
    """Who gets practice on which tasks; `topics` were picked, in the order of their gain."""

    topics: Sequence[TaskArea]
    people: dict[int, list[TaskArea]]

    @property
    def count(self) -> int:
        return len(self.people)


def offered(gaps: Sequence[Gap], picked: Sequence[int] | None) -> list[Gap]:
    """Return the topics to choose from: those with most to gain, and those asked for."""
    first = list(gaps[:TOPICS])
    return first + [gap for gap in gaps if gap not in first and picked and gap.task.pk in picked]


def plan(gaps: Sequence[Gap], picked: Sequence[int], people: Sequence[int] | None) -> Plan:
    """Give each picked topic to those who have half or less in it; `people` None is all of them."""
    given: dict[int, list[TaskArea]] = {}
    for gap in gaps:
        if gap.task.pk in picked:
            for person in gap.people:
                if people is None or person.member in people:
                    given.setdefault(person.member, []).append(gap.task)
    return Plan([gap.task for gap in gaps if gap.task.pk in picked], given)


def title_of(topics: Sequence[TaskArea]) -> str:
    """Return the title of practice on tasks, short enough for a list."""
    listed = ", ".join(task.number for task in topics)
    return gettext("Practice: %(topics)s") % {"topics": listed}


def teach_page(
    assignment: Assignment,
    taken: Taken,
    gaps: Sequence[Gap],
    found: Plan,
    *,
    length: int,
    closes_at: datetime | None,
    mails: bool,
    now: datetime,
) -> TeachPage:
    """Show a plan of practice with everybody whom it could reach."""
    names = {person.member: person.name for person in taken.people}
    everyone = {person.member: person for gap in gaps for person in gap.people}
    n = found.count
    return TeachPage(
        heading=ngettext("Practice for %(n)d person", "Practice for %(n)d people", n) % {"n": n},
        sub=gettext("Made from the results of %(title)s") % {"title": assignment.title},
        crumbs=(*crumbs_to(assignment.course), (assignment.title, address("results", assignment))),
        url=address("teach", assignment),
        results_url=address("results", assignment),
        topics=[_topic(gap, found) for gap in gaps],
        people=[_person(person, gaps, found) for person in everyone.values()],
        who=gettext("%(people)s, each with their own topics") % {"people": words.people(n)},
        letter=gettext("an email now") if mails else gettext("no email"),
        sentence=_sentence(assignment, n, length, closes_at, now),
        remarks=[gettext("It does not count in the gradebook.")],
        button=ngettext("Send to %(n)d person", "Send to %(n)d people", n) % {"n": n},
        preview=_preview(found, names, length, closes_at, now),
    )


def _topic(gap: Gap, found: Plan) -> TopicChoice:
    shown = words.names([person.name for person in gap.people])
    who = gettext("%(people)s: %(names)s") % {
        "people": words.people(len(gap.people)),
        "names": shown,
    }
    return TopicChoice(gap.task.pk, gap.task.number, gap.task.title, who, gap.task in found.topics)


def _person(person: Tried, gaps: Sequence[Gap], found: Plan) -> PersonChoice:
    needs = [gap.task.number for gap in gaps if person in gap.people]
    return PersonChoice(person.member, person.name, ", ".join(needs), person.member in found.people)


def _sentence(
    assignment: Assignment, count: int, length: int, closes_at: datetime | None, now: datetime
) -> str:
    if not count:
        return gettext("Nobody gets anything: pick a topic and people.")
    questions = words.questions(length)
    if closes_at is None:
        said = ngettext(
            "%(n)d person gets %(questions)s, only from the topics they need, each explained at "
            "once.",
            "%(n)d people get %(questions)s each, only from the topics they need, each explained "
            "at once.",
            count,
        )
        return said % {"n": count, "questions": questions}
    when = times.near_moment(closes_at, zone=zone_of(assignment.course), now=now)
    said = ngettext(
        "%(n)d person gets %(questions)s, only from the topics they need, each explained at once, "
        "until %(when)s.",
        "%(n)d people get %(questions)s each, only from the topics they need, each explained at "
        "once, until %(when)s.",
        count,
    )
    return said % {"n": count, "questions": questions, "when": when}


def _preview(
    found: Plan, names: dict[int, str], length: int, closes_at: datetime | None, now: datetime
) -> TeachPreview:
    """Show the card of the person who gets most topics."""
    if not found.people:
        return TeachPreview(gettext("What a student sees"), "", "", "")
    member = max(found.people, key=lambda each: len(found.people[each]))
    minutes = words.minutes(round(length * _MINUTES_A_QUESTION))
    return TeachPreview(
        gettext("What %(name)s sees") % {"name": names[member]},
        times.time_left(closes_at, now=now) if closes_at else "",
        title_of(found.people[member]),
        gettext("%(questions)s · about %(minutes)s · as often as you like")
        % {"questions": words.questions(length), "minutes": minutes},
    )
