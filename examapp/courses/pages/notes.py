"""Notes of staff about a person, beside what the person did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.courses import consent
from examapp.courses.access import Taught
from examapp.courses.forms import NoteForm
from examapp.courses.models import Assignment, Membership, StaffNote
from examapp.courses.pages.heads import crumbs_to
from examapp.courses.pages.parts import Crumbs
from examapp.web import times


@dataclass(frozen=True)
class NoteLine:
    """A note; `may_delete` holds for who wrote it, and for teachers."""

    id: int
    text: str
    about: str
    may_delete: bool


@dataclass(frozen=True)
class Notes:
    """All notes about a person; a new one names the assignment on whose page it is written.

    `withheld` says why no new one may be written, in place of the form.
    """

    url: str
    form: NoteForm
    lines: Sequence[NoteLine] = ()
    assignment: int | None = None
    withheld: str = ""


@dataclass(frozen=True)
class NotePage:
    """A note that was not kept, to be put right; `crumbs` end where it was written."""

    title: str
    sub: str
    crumbs: Crumbs


def note_page(member: Membership, assignment: Assignment | None, *, back: str) -> NotePage:
    name = str(member)
    sub = assignment.title if assignment else member.course.name
    return NotePage(name, sub, (*crumbs_to(member.course), (name, back)))


def notes(
    found: Taught,
    member: Membership,
    reader: User,
    *,
    now: datetime,
    assignment: Assignment | None = None,
    form: NoteForm | None = None,
) -> Notes:
    """Return what staff noted about a person, the newest first, in one statement."""
    rows = member.notes.select_related("written_by", "assignment")
    return Notes(
        reverse("courses:staff_notes", args=[member.course_id, member.pk]),
        form or NoteForm(),
        [_line(row, found, reader, now) for row in rows],
        assignment.pk if assignment else None,
        _withheld(member),
    )


def _withheld(member: Membership) -> str:
    """Say why nothing may be noted about a person; nothing where they agreed to it."""
    if consent.allows_notes(member.consent_version):
        return ""
    if member.consent_version is None:
        said = gettext("Notes about %(name)s can be written once they have joined the course.")
    else:
        said = gettext(
            "%(name)s joined when the course did not yet say that staff may keep notes, so none "
            "can be written. Who leaves the course and joins it again is told so."
        )
    return said % {"name": member}


def may_delete(note: StaffNote, found: Taught, reader: User) -> bool:
    return found.may_edit or note.written_by_id == reader.pk


def _line(row: StaffNote, found: Taught, reader: User, now: datetime) -> NoteLine:
    parts = [
        str(row.written_by) if row.written_by else gettext("Former colleague"),
        times.ago(row.written_at, now=now),
    ]
    if row.assignment:
        parts.append(row.assignment.title)
    return NoteLine(row.pk, row.text, " · ".join(parts), may_delete(row, found, reader))
