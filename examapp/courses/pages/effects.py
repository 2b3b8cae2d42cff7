"""What practice was given on an assignment's results, how far it is, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext, ngettext

from examapp.courses import changes
from examapp.courses.changes import FEWEST, Change
from examapp.courses.models import Assignment, Attempt, Recipient
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import line
from examapp.courses.pages.comparison import likely
from examapp.courses.pages.results import Effect
from examapp.courses.pages.standing import standings
from examapp.courses.pages.taken import NONE, Counted, Taken, Tried
from examapp.exams.models import ExamSession, SessionItem


@dataclass(frozen=True)
class Practiced:
    """A person who practiced tasks, and sat an exam of the course after that."""

    member: int
    tasks: frozenset[int]
    session: UUID


def effect(assignment: Assignment, sat: Taken, *, now: datetime) -> Effect | None:
    """Return the practice that follows an assignment; None where none was given."""
    following = [
        each
        for each in standings([assignment.course])
        if each.assignment.follows_id == assignment.pk
    ]
    if not following:
        return None
    done: Sequence[int] = [each.done for each in following]
    return Effect(
        gettext("Practice given on these results"),
        _sentence(assignment, sat) if sum(done) else gettext("Nobody has done it yet."),
        [line(each, now=now) for each in following],
    )


def _sentence(assignment: Assignment, sat: Taken) -> str:
    people = practiced(assignment)
    if not people:
        return gettext(
            "You will see whether it helped when these people take their next mock exam."
        )
    found = change_of(people, sat)
    if found is None:
        return " ".join([_since(len(people)), words.too_few(FEWEST)])
    return effect_words(found)


def effect_words(found: Change) -> str:
    """Say what changed in what was practiced, beyond what chance would have brought."""
    if found.is_better:
        verdict = gettext("It helped.")
    elif found.is_worse:
        verdict = gettext("It did not help.")
    else:
        verdict = gettext("Too early to say whether it helped: the difference may be chance.")
    return " ".join([verdict, _since(found.people), _difference(found)])


def _since(people: int) -> str:
    text = ngettext(
        "%(n)d person took another exam since.", "%(n)d people took another exam since.", people
    )
    return text % {"n": people}


def _difference(found: Change) -> str:
    """Say how far people are from what was expected of them where they practiced."""
    points = round(100 * abs(found.difference))
    if not points and found.is_better:
        text = gettext(
            "Where they practiced, they have slightly more right answers than expected (%(range)s)."
        )
    elif not points and found.is_worse:
        text = gettext(
            "Where they practiced, they have slightly fewer right answers than expected"
            " (%(range)s)."
        )
    elif not points:
        text = gettext(
            "Where they practiced, they have as many right answers as expected (%(range)s)."
        )
    elif found.difference > 0:
        text = ngettext(
            "Where they practiced, they have %(points)d more right answer in 100 than expected "
            "(%(range)s).",
            "Where they practiced, they have %(points)d more right answers in 100 than expected "
            "(%(range)s).",
            points,
        )
    else:
        text = ngettext(
            "Where they practiced, they have %(points)d fewer right answer in 100 than expected "
            "(%(range)s).",
            "Where they practiced, they have %(points)d fewer right answers in 100 than expected "
            "(%(range)s).",
            points,
        )
    return text % {"points": points, "range": likely(found)}


def practiced(assignment: Assignment) -> list[Practiced]:
    """Return who ended practice that follows an assignment, with their first exam after it.

    Of the practice only what had ended when that exam began. Two statements, whatever the number
    of people.
    """
    ended = _ended(assignment)
    later = Attempt.objects.filter(
        membership__in=ended,
        assignment__exam=assignment.exam_id,
        session__status=ExamSession.Status.FINISHED,
    ).exclude(assignment=assignment)
    found: dict[int, Practiced] = {}
    for member, session, began in later.order_by("session__started_at").values_list(
        "membership", "session", "session__started_at"
    ):
        before = frozenset(task for at, task in ended[member] if at < began)
        if before and member not in found:
            found[member] = Practiced(member, before, session)
    return list(found.values())


def _ended(assignment: Assignment) -> dict[int, set[tuple[datetime, int]]]:
    """Return by member when practice that follows an assignment ended, and of which task it was."""
    rows = Recipient.objects.filter(
        assignment__follows=assignment,
        membership__attempts__assignment=F("assignment"),
        membership__attempts__practice_set__ended_at__isnull=False,
    ).values_list(
        "membership",
        "membership__attempts__practice_set__ended_at",
        "topics__task",
        "assignment__topics__task",
    )
    found: dict[int, set[tuple[datetime, int]]] = {}
    for member, at, own, common in rows:
        if at is not None and (task := own or common):
            found.setdefault(member, set()).add((at, task))
    return found


def change_of(people: Sequence[Practiced], sat: Taken) -> Change | None:
    """Return the change of people in what they practiced, beyond what luck alone would bring.

    Each was picked for a low share, some of it bad luck; see changes.expected.
    """
    early = {person.member: person for person in sat.people}
    later, doubt = _later(people)
    reliable = _reliability(sat)
    of_class = {tasks: _of_class(sat, tasks) for tasks in {each.tasks for each in people}}
    before, after, gaps = [], [], []
    for each in people:
        own = early.get(each.member)
        once = _in_tasks(sat, own, each.tasks) if own else NONE
        then = later.get(each.session, NONE)
        if once.of and then.of:
            middle = of_class[each.tasks]
            before.append(changes.expected(once.share, of_class=middle, reliable=reliable))
            after.append(then.share)
            gaps.append(once.share - middle)
    if not gaps:
        return None
    tasks = frozenset[int]().union(*(each.tasks for each in people))
    shares = sat.shares(lambda person: _in_tasks(sat, person, tasks))
    of_class_doubt = changes.of_expectation(shares, reliable=reliable, gap=fmean(gaps))
    return changes.change(before, after, shared=doubt + of_class_doubt)


def _later(people: Sequence[Practiced]) -> tuple[dict[UUID, Counted], float]:
    """Return what each had right in what they practiced, and the doubt in those questions."""
    rows = SessionItem.objects.filter(session__in=[each.session for each in people]).counted()
    tasks = {each.session: each.tasks for each in people}
    found: dict[UUID, Counted] = {}
    questions: dict[int, Counted] = {}
    for session, task, question, credit in rows.order_by().values_list(
        "session", "topic__task", "version__question", "credit"
    ):
        if task in tasks[session]:
            one = Counted(float(credit or 0), 1)
            found[session] = found.get(session, NONE) + one
            questions[question] = questions.get(question, NONE) + one
    return found, changes.of_questions([each.share for each in questions.values()])


def _of_class(sat: Taken, tasks: frozenset[int]) -> float:
    """Return the share that the class had right in some tasks."""
    return sum((_in_tasks(sat, person, tasks) for person in sat.people), NONE).share


def _in_tasks(sat: Taken, person: Tried, tasks: frozenset[int]) -> Counted:
    return sum((sat.in_task(person, task) for task in tasks), NONE)


def _reliability(sat: Taken) -> float:
    """Return how far people's differences within one task are no luck, over all tasks."""
    found = []
    for task in sat.tasks:
        counts = [count for person in sat.people if (count := sat.in_task(person, task.pk)).of]
        if len(counts) > 1:
            shares = [count.share for count in counts]
            found.append(changes.reliability(shares, [count.of for count in counts]))
    return sum(found) / len(found) if found else 0.0
