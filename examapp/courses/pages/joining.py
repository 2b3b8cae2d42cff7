"""Joining a course and leaving it: what staff will see, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.urls import reverse
from django.utils.translation import gettext

from examapp.courses import consent
from examapp.courses.models import Course, Membership
from examapp.courses.pages import words
from examapp.web import times


@dataclass(frozen=True)
class ConsentPage:
    """What one agrees to by joining; `problem` says why one cannot."""

    course: str
    taught_by: str = ""
    seen: Sequence[str] = ()
    unseen: Sequence[str] = ()
    remark: str = ""
    problem: str = ""


@dataclass(frozen=True)
class MembershipPage:
    course: str
    lead: str
    seen: Sequence[str]
    unseen: Sequence[str]
    consented: str
    leave_url: str


def seen(version: int | None) -> list[str]:
    """Say what staff of a course see of who agreed to a version of the text."""
    sentences = [
        gettext("Your name and your email address."),
        gettext("What you were given to do, when you started it and when you ended it."),
        gettext("Your answers and scores in this course's assignments."),
        gettext("Extra time that you have, but never its reason."),
    ]
    if consent.allows_notes(version):
        sentences.append(
            gettext("Notes that they write about you. You get them when you download your data.")
        )
    return sentences


def unseen() -> list[str]:
    """Say what staff of a course do not see."""
    return [
        gettext("Your own practice, your reviews and your notes."),
        gettext("Mock exams that you take by yourself."),
        gettext("Anything from other courses."),
    ]


def consent_page(course: Course) -> ConsentPage:
    return ConsentPage(
        course.name,
        _taught_by(course),
        seen(consent.CURRENT),
        unseen(),
        gettext(
            "You can leave at any time. Your teacher then sees you as a former member until the "
            "course's records are deleted."
        ),
    )


def _taught_by(course: Course) -> str:
    staff = course.staff.select_related("user").filter(role="teacher")
    names = [str(row.user) for row in staff]
    return gettext("Taught by %(names)s") % {"names": words.names(names)} if names else ""


def membership_page(member: Membership, *, zone: tzinfo, now: datetime) -> MembershipPage:
    course = member.course
    consented = ""
    if member.consented_at:
        day = times.near_day(member.consented_at, zone=zone, now=now)
        consented = gettext("You agreed to this on %(day)s.") % {"day": day}
    return MembershipPage(
        course.name,
        _taught_by(course),
        seen(member.consent_version),
        unseen(),
        consented,
        reverse("courses:leave", args=[course.pk]),
    )
