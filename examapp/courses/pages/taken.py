"""What people made of a mock exam: whose attempt counts, and what was right in each task."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from statistics import mean
from uuid import UUID

from django.db.models import Count, DecimalField, F, OuterRef, Subquery, Sum
from django.utils.translation import gettext

from examapp.courses.models import Assignment, Attempt, Counts, MemberStates
from examapp.exams.models import Score, SessionItem
from examapp.exams.scoring import Scale
from questions.models import Exam, Task


@dataclass(frozen=True)
class Tried:
    """An ended attempt of a member with its present score."""

    member: int
    name: str
    number: int
    session: UUID
    scaled: int
    is_pass: bool
    right: float
    of: int
    was_changed: bool
    taken: timedelta


@dataclass(frozen=True)
class TaskArea:
    """A task of the exam; `weight` is its share of the exam's credit."""

    pk: int
    number: str
    title: str
    domain: int
    weight: float


@dataclass(frozen=True)
class DomainArea:
    number: int
    title: str
    weight: float


@dataclass(frozen=True)
class Counted:
    """Credit out of questions that count."""

    right: float
    of: int

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.right + other.right, self.of + other.of)


NONE = Counted(0.0, 0)


@dataclass(frozen=True)
class Taken:
    """The results of a class: attempts that count, one a person, with what was right where."""

    people: Sequence[Tried]
    tasks: Sequence[TaskArea]
    domains: Sequence[DomainArea]
    scale: Scale
    by_task: dict[tuple[UUID, int], Counted] = field(default_factory=dict)

    def in_task(self, person: Tried, task: int) -> Counted:
        return self.by_task.get((person.session, task), NONE)

    def in_domain(self, person: Tried, number: int) -> Counted:
        inside = [task.pk for task in self.tasks if task.domain == number]
        return sum((self.in_task(person, task) for task in inside), NONE)

    def shares(self, count: Callable[[Tried], Counted]) -> list[float]:
        """Return the share right of each person who was asked something there."""
        found = [count(person) for person in self.people]
        return [each.share for each in found if each.of]

    @cached_property
    def passed(self) -> int:
        return sum(person.is_pass for person in self.people)

    @cached_property
    def mean_score(self) -> int:
        return round(mean(person.scaled for person in self.people))


def attempts_of(assignment: Assignment) -> list[Tried]:
    """Return every ended attempt of an assignment's people, in one statement."""
    current = Score.objects.filter(session=OuterRef("session"), is_current=True)
    rows = (
        Attempt.objects.counting()
        .filter(assignment=assignment, session__isnull=False)
        .order_by("membership__name", "membership__email", "number")
        .with_changes()
        .annotate(
            scaled=Subquery(current.values("scaled")[:1]),
            passes=Subquery(current.values("is_pass")[:1]),
            credit=Subquery(current.values("credit")[:1]),
            of=Subquery(current.values("max_credit")[:1]),
            taken=F("session__finished_at") - F("session__started_at"),
        )
        .filter(scaled__isnull=False)
    )
    fields = (
        *("membership_id", "membership__name", "membership__email", "membership__state"),
        *("number", "session_id", "scaled", "passes", "credit", "of", "was_changed", "taken"),
    )
    return [_tried(*row) for row in rows.values_list(*fields)]


def _tried(
    member: int,
    name: str,
    email: str,
    state: str,
    number: int,
    session: UUID,
    scaled: int,
    passes: bool,
    credit: float,
    of: int,
    was_changed: bool,
    taken: timedelta,
) -> Tried:
    shown = name or email
    if state == MemberStates.LEFT and not shown:
        shown = gettext("Former member")
    return Tried(
        member, shown, number, session, scaled, passes, float(credit), of, was_changed, taken
    )


def counting(tried: Sequence[Tried], rule: str) -> list[Tried]:
    """Return the attempt that is a person's result by an assignment's rule, one a person.

    Of an average the last attempt stands for the answers; its score is the mean.
    """
    people: dict[int, list[Tried]] = {}
    for each in tried:
        people.setdefault(each.member, []).append(each)
    return [_of_one(attempts, rule) for attempts in people.values()]


def _of_one(attempts: list[Tried], rule: str) -> Tried:
    if rule == Counts.BEST:
        return max(attempts, key=lambda each: (each.scaled, each.number))
    return attempts[0] if rule == Counts.FIRST else attempts[-1]


def taken(assignment: Assignment, *, like: Taken | None = None) -> Taken:
    """Return the results of an assignment, in three statements whatever the number of people.

    Args:
        like: results of the same exam, whose tasks and domains are read already.
    """
    people = counting(attempts_of(assignment), assignment.counts)
    tasks, domains = (like.tasks, like.domains) if like else areas(assignment.exam)
    sessions = [person.session for person in people]
    return Taken(people, tasks, domains, scale_of(assignment.exam), by_task(sessions))


def scale_of(exam: Exam) -> Scale:
    return Scale(exam.scale_min, exam.scale_cut, exam.scale_max, float(exam.raw_cut))


def by_task(sessions: Sequence[UUID]) -> dict[tuple[UUID, int], Counted]:
    """Return what was right in each task of each sitting."""
    rows = (
        SessionItem.objects.filter(session__in=sessions)
        .counted()
        .order_by()
        .values_list("session_id", "topic__task_id")
        .annotate(right=Sum("credit", output_field=DecimalField()), of=Count("pk"))
    )
    return {(session, task): Counted(float(right or 0), of) for session, task, right, of in rows}


def areas(exam: Exam) -> tuple[list[TaskArea], list[DomainArea]]:
    """Return tasks and domains of an exam with their shares of its credit, in one statement."""
    rows = Task.objects.filter(domain__exam=exam).select_related("domain")
    tasks = sorted(rows, key=lambda task: (task.domain.number, task.number))
    inside: dict[int, float] = {}
    for task in tasks:
        inside[task.domain_id] = inside.get(task.domain_id, 0.0) + float(task.weight)
    whole = sum(
        float(task.domain.weight) * float(task.weight) / inside[task.domain_id] for task in tasks
    )
    domains: dict[int, DomainArea] = {}
    found = []
    for task in tasks:
        domain = task.domain
        domains[domain.number] = DomainArea(
            domain.number, domain.title, float(domain.weight) / whole
        )
        weight = float(domain.weight) * float(task.weight) / inside[domain.pk] / whole
        found.append(TaskArea(task.pk, task.number, task.title, domain.number, weight))
    return found, list(domains.values())
