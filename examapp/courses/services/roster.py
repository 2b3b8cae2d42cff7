"""Bringing a list of people into a course: looked at first, then done, safe to repeat."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from examapp.accounts.models import User
from examapp.courses import roster
from examapp.courses.models import Course, Membership, MemberStates
from examapp.courses.roster import Problem, Roster, Row
from examapp.courses.services import members as member_services
from examapp.courses.services.courses import log
from examapp.courses.services.errors import CourseArchived

FIELDS = ("name", "external_id", "group", "time_factor", "extra_minutes")


@dataclass(frozen=True)
class Change:
    """What a list says otherwise of somebody who is here."""

    field: str
    before: str | int | Decimal
    after: str | int | Decimal


@dataclass(frozen=True)
class Here:
    """A line that names somebody who is in the course already."""

    row: Row
    membership: Membership
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Plan:
    """What a list would do. `absent` are those here whom it does not name; they stay."""

    new: tuple[Row, ...]
    back: tuple[Here, ...]
    here: tuple[Here, ...]
    problems: tuple[Problem, ...]
    twice: tuple[Row, ...]
    absent: tuple[Membership, ...]

    @property
    def changed(self) -> tuple[Here, ...]:
        return tuple(each for each in self.here if each.changes)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.back or self.changed)


@dataclass(frozen=True)
class Applied:
    """What a list did: the members that were added, changed and removed, by primary key."""

    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[int, ...]


def plan(course: Course, people: str | Roster) -> Plan:
    """Return what a list would do, as text or read already; nothing is written."""
    read = roster.parse(people) if isinstance(people, str) else people
    members = list(course.members.select_related("user"))
    by_address = {address.lower(): m for m in members for address in _addresses(m)}
    named: set[int] = set()
    new: list[Row] = []
    here: list[Here] = []
    back: list[Here] = []
    for row in read.rows:
        member = by_address.get(row.email)
        if member is None:
            new.append(row)
            continue
        named.add(member.pk)
        found = Here(row, member, _changes(row, member))
        (back if member.is_former else here).append(found)
    absent = [m for m in members if m.pk not in named and not m.is_former]
    return Plan(tuple(new), tuple(back), tuple(here), read.problems, read.twice, tuple(absent))


def _addresses(member: Membership) -> list[str]:
    """Return where a member is known: the address of the list, and that of the account."""
    account = [member.user.email] if member.user and member.user.is_active else []
    return [*filter(None, [member.email]), *account]


def _changes(row: Row, member: Membership) -> tuple[Change, ...]:
    """Return what a row says that is not so; an empty cell says nothing."""
    pairs = [(name, getattr(member, name), getattr(row, name)) for name in FIELDS]
    return tuple(
        Change(name, before, after)
        for name, before, after in pairs
        if after not in (None, "") and after != before
    )


@transaction.atomic
def apply(
    course: Course, *, by: User, text: str | Roster, remove: Collection[int] = (), send: bool = True
) -> Applied:
    """Bring a list in; of those it does not name only members in `remove` are removed.

    Worked out anew under the course's lock, so that a second time changes nothing. With `send` who
    is new gets an invitation.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    if course.is_archived:
        raise CourseArchived
    todo = plan(course, text)
    added = [_added(course, row, by=by).pk for row in todo.new]
    for back in todo.back:
        member_services.restore(back.membership, by=by)
    added += [back.membership.pk for back in todo.back]
    for each in (*todo.back, *todo.changed):
        for change in each.changes:
            setattr(each.membership, change.field, change.after)
        each.membership.save(update_fields=FIELDS)
    gone = [member for member in todo.absent if member.pk in set(remove)]
    for member in gone:
        member_services.end(member, was_removed=True)
    if send:
        invited = Membership.objects.filter(pk__in=added, state=MemberStates.INVITED)
        member_services.invite(invited.select_related("course"))
    applied = Applied(
        tuple(added),
        tuple(each.membership.pk for each in todo.changed),
        tuple(member.pk for member in gone),
    )
    if any((applied.added, applied.changed, applied.removed)):
        log(course, by=by, verb="roster", **{k: len(v) for k, v in vars(applied).items()})
    return applied


def _added(course: Course, row: Row, *, by: User) -> Membership:
    values = {name: getattr(row, name) for name in FIELDS if getattr(row, name) is not None}
    return Membership.objects.create(course=course, email=row.email, added_by=by, **values)


def take_back(course: Course, *, by: User, members: Collection[int]) -> int:
    """Undo what a list has just added: who has not joined meanwhile is gone; return how many."""
    waiting = course.members.filter(
        pk__in=members, state=MemberStates.INVITED, user=None, attempts=None
    )
    count = len(ids := list(waiting.values_list("pk", flat=True)))
    Membership.objects.filter(pk__in=ids).delete()
    if count:
        log(course, by=by, verb="taken_back", count=count)
    return count
