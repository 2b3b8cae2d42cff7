"""Letters to members: rows that wait, sent one by one, each once for its occasion."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.time_zones import in_zone_of
from examapp.courses.models import (
    OF_THE_COURSE,
    Assignment,
    Attempt,
    Course,
    Letter,
    LetterKinds,
    LetterStates,
    Membership,
)
from examapp.web.mail import send_mail, subject_and_body
from examapp.web.times import moment_text, zone_named

logger = structlog.get_logger(__name__)

# After so many failures a letter is given up, and staff see that it came back.
MOST_TRIES = 3
# What a course can switch off, by the column that says so.
SWITCHES = {
    LetterKinds.INVITATION: "mails_invitations",
    LetterKinds.DUE: "mails_due",
    LetterKinds.RELEASED: "mails_released",
    LetterKinds.CHANGED: "mails_changed",
}


def today() -> str:
    """Return the day by the database's clock, as the occasion of what is sent once a day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD')")
        return str(cursor.fetchone()[0])


def is_wanted(course: Course, kind: str, member: Membership) -> bool:
    """Whether a course sends letters of a kind, and the member has not switched them off.

    Letters about joining come before a member can have switched any off.
    """
    switch = SWITCHES.get(LetterKinds(kind))
    is_sent = switch is None or getattr(course, switch)
    return is_sent and (kind in OF_THE_COURSE or member.wants_letters)


def write(
    members: Collection[Membership],
    *,
    kind: str,
    assignment: Assignment,
    occasion: str = "",
    attempts: dict[int, Attempt] | None = None,
) -> int:
    """Put a letter into the queue for each member who wants it; return how many are new there."""
    course = assignment.course
    letters = [
        Letter(
            membership=member,
            kind=kind,
            assignment=assignment,
            occasion=occasion,
            attempt=(attempts or {}).get(member.pk),
        )
        for member in members
        if is_wanted(course, kind, member)
    ]
    before = Letter.objects.filter(assignment=assignment).count()
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    return Letter.objects.filter(assignment=assignment).count() - before


def send(*, limit: int = 500) -> int:
    """Send what waits; return how many went out. A letter that fails stops no other."""
    return send_each(Letter.objects.waiting(), _send_one, limit=limit)


def send_each[Row: Model](
    waiting: QuerySet[Row], send_one: Callable[[int], bool], *, limit: int
) -> int:
    """Send the first rows that wait, each by its key; return how many went out."""
    return sum(send_one(pk) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


def _send_one(pk: int) -> bool:
    """Send one letter within the transaction that notes it, unless someone else is at it.

    Return whether it went out. One that nobody wants any more is closed, and not called sent.
    """
    try:
        with transaction.atomic():
            held = Letter.objects.waiting().select_for_update(of=("self",), skip_locked=True)
            letter = held.filter(pk=pk).first()
            if letter is None:
                return False
            is_sent = _post(letter)
            if is_sent:
                Letter.objects.filter(pk=pk).update(sent_at=Now())
                _note(letter, LetterStates.SENT)
            else:
                Letter.objects.filter(pk=pk).update(failed_at=Now())
                _note_dropped(letter)
    except Exception:
        logger.exception("letter_not_sent", id=pk)
        _note_failure(pk)
        return False
    return is_sent


def _note_failure(pk: int) -> None:
    Letter.objects.filter(pk=pk).update(tries=F("tries") + 1)
    letter = Letter.objects.get(pk=pk)
    if letter.tries >= MOST_TRIES:
        Letter.objects.filter(pk=pk).update(failed_at=Now())
        _note(letter, LetterStates.FAILED)


def _note(letter: Letter, state: str) -> None:
    """Tell the list of people what became of an invitation."""
    if letter.kind == LetterKinds.INVITATION:
        members = Membership.objects.filter(pk=letter.membership_id)
        members.update(letter=state, letter_at=Now())


def _note_dropped(letter: Letter) -> None:
    """Tell the list of people that an invitation does not go out; an earlier one still did."""
    if letter.kind == LetterKinds.INVITATION:
        earlier = Letter.objects.filter(
            membership=letter.membership_id, kind=letter.kind, sent_at__isnull=False
        )
        state = LetterStates.SENT if earlier.exists() else LetterStates.NONE
        Membership.objects.filter(pk=letter.membership_id).update(letter=state)


def _post(letter: Letter) -> bool:
    """Render a letter, whose first line is its subject, and send it; False where it is dropped."""
    member = letter.membership
    address = member.user.email if member.user and member.user.is_active else member.email
    if not address or (member.user and not member.user.is_active) or _is_over(letter):
        return False
    values: dict[str, object] = {
        "letter": letter,
        "member": member,
        "course": member.course,
        "assignment": letter.assignment,
        "link": settings.SITE_URL + _path(letter),
    }
    given = letter.assignment
    with _zone(letter):
        if given:
            values["closes"] = moment_text(given.closes_at, zone=True)
            values["due"] = moment_text(given.due_at or given.closes_at, zone=True)
        text = render_to_string(f"courses/mail/{letter.kind}.txt", values)
    send_mail(*subject_and_body(text), to=address)
    return True


def _path(letter: Letter) -> str:
    """Return where a letter leads: to joining, or to what its member is given."""
    if letter.kind == LetterKinds.INVITATION:
        return reverse("courses:join_invited", args=[letter.membership.token])
    if letter.kind == LetterKinds.LET_IN:
        return reverse("courses:for_you")
    return reverse("courses:assigned", args=[letter.assignment_id])


def _zone(letter: Letter) -> AbstractContextManager[Any]:
    """Speak of moments in the member's zone; in the course's to who has no account yet."""
    member = letter.membership
    if member.user:
        return in_zone_of(member.user)
    return timezone.override(zone_named(member.course.zone) or timezone.get_default_timezone())


def _is_over(letter: Letter) -> bool:
    """Whether a letter is not to be sent any more: who left, or joined, is not written to.

    Nor is anybody once the course has switched such letters off.
    """
    member = letter.membership
    if member.is_former or member.course.is_archived:
        return True
    if not is_wanted(member.course, letter.kind, member):
        return True
    return letter.kind == LetterKinds.INVITATION and not member.token
