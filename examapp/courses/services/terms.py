"""The limits that hold for members, from the rows that say so."""

from collections.abc import Collection

from examapp.accounts.models import Accommodation
from examapp.courses.limits import Limits, limits
from examapp.courses.models import Assignment, Membership, Override


def limits_of(assignment: Assignment, member: Membership) -> Limits:
    """Return what holds for one member."""
    return limits_by_member(assignment, [member])[member.pk]


def limits_by_member(assignment: Assignment, members: Collection[Membership]) -> dict[int, Limits]:
    """Return what holds for each member, in two statements whatever their number."""
    overrides = list(Override.objects.filter(assignment=assignment))
    by_member = {each.membership_id: each for each in overrides if each.membership_id}
    by_group = {each.group: each for each in overrides if each.group}
    people = [member.user_id for member in members if member.user_id]
    extra = {row.user_id: row for row in Accommodation.objects.filter(user__in=people)}
    return {
        member.pk: limits(
            assignment,
            exam_minutes=assignment.exam.minutes,
            for_one=by_member.get(member.pk),
            for_group=by_group.get(member.group) if member.group else None,
            membership=member,
            person=extra.get(member.user_id or 0),
        )
        for member in members
    }
