"""One person of a course: what staff may change, and what the person did in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from examapp.courses.models import Course, Membership, MemberStates
from examapp.courses.pages.assignment_lines import closes
from examapp.courses.pages.gradebook_page import book, cell
from examapp.courses.pages.heads import course_url, crumbs_to
from examapp.courses.pages.parts import Crumbs, Line, Pill
from examapp.courses.pages.results import person_url
from examapp.web import times


@dataclass(frozen=True)
class MemberPage:
    id: int
    title: str
    name: str
    sub: str
    crumbs: Crumbs
    act_url: str
    people_url: str
    scores: Sequence[Line]
    may_edit: bool
    may_invite: bool
    is_former: bool


def member_page(course: Course, member: Membership, *, may_edit: bool, now: datetime) -> MemberPage:
    """Show a person with what they have in each assignment."""
    found = book(course)
    lines = []
    for assignment in found.assignments:
        grade = cell(found, assignment, member, show="score", now=now)
        kind = "ok" if grade.is_pass else ""
        lines.append(
            Line(
                assignment.title,
                person_url(assignment, member.pk),
                closes(assignment, now),
                "",
                Pill(grade.text, kind, "check" if grade.is_pass else ""),
            )
        )
    return MemberPage(
        id=member.pk,
        title=course.name,
        name=str(member),
        sub=_about(member, now),
        crumbs=(*crumbs_to(course), (gettext("People"), course_url("members", course))),
        act_url=course_url("act", course),
        people_url=course_url("members", course),
        scores=lines,
        may_edit=may_edit,
        may_invite=member.state == MemberStates.INVITED,
        is_former=member.is_former,
    )


def _about(member: Membership, now: datetime) -> str:
    if member.is_former:
        return gettext("Former member · left %(ago)s") % {"ago": times.ago(member.left_at, now=now)}
    if member.state == MemberStates.INVITED:
        return gettext("%(email)s · has not joined yet") % {"email": member.email}
    return gettext("%(email)s · last seen %(ago)s") % {
        "email": member.email,
        "ago": times.ago(member.seen_at, now=now),
    }
