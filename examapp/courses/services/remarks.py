"""What staff note down: notes about a person, and questions to discuss with the class."""

from django.db import transaction

from examapp.accounts.models import User
from examapp.courses import consent
from examapp.courses.models import Assignment, Membership, QuestionToDiscuss, StaffNote
from examapp.courses.services.courses import log
from examapp.courses.services.errors import NotesNotAgreed
from questions.models import Question


@transaction.atomic
def write_note(
    member: Membership, *, by: User, text: str, assignment: Assignment | None = None
) -> StaffNote:
    """Keep a note about a member, for the staff of their course; the log has none of its words.

    Raises NotesNotAgreed for one who agreed to a text that says nothing of notes, or to none.
    """
    if not consent.allows_notes(member.consent_version):
        raise NotesNotAgreed
    note = StaffNote.objects.create(
        membership=member, assignment=assignment, text=text, written_by=by
    )
    log(member.course, by=by, verb="note_written", member=member.pk)
    return note


@transaction.atomic
def delete_note(note: StaffNote, *, by: User) -> None:
    """Delete a note for good; a second time changes nothing."""
    if StaffNote.objects.filter(pk=note.pk).delete()[0]:
        log(note.membership.course, by=by, verb="note_deleted", member=note.membership_id)


def mark(assignment: Assignment, question: Question, *, by: User, is_marked: bool) -> None:
    """Mark a question of an assignment to be discussed, or no longer; twice changes nothing."""
    if is_marked:
        QuestionToDiscuss.objects.get_or_create(
            assignment=assignment, question=question, defaults={"marked_by": by}
        )
    else:
        QuestionToDiscuss.objects.filter(assignment=assignment, question=question).delete()
