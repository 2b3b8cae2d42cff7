"""What happens to one member: invited, gone, back again."""

import secrets
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from examapp.accounts.models import User
from examapp.courses.models import Letter, LetterKinds, LetterStates, Membership, MemberStates
from examapp.courses.services.courses import log
from examapp.courses.services.errors import AddressTaken


def invite(members: Collection[Membership], *, occasion: str = "") -> int:
    """Put an invitation into the queue of letters for each; return how many are new there.

    Where the course has switched invitations off, nobody gets one.
    """
    members = [each for each in members if each.course.mails_invitations]
    for member in members:
        if not member.token:
            member.token = secrets.token_urlsafe(24)
        member.letter = LetterStates.WAITING
    Membership.objects.bulk_update(members, ["token", "letter"])
    letters = [
        Letter(membership=member, kind=LetterKinds.INVITATION, occasion=occasion)
        for member in members
    ]
    before = Letter.objects.count()
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    return Letter.objects.count() - before


def change(member: Membership, *, by: User, fields: Collection[str]) -> None:
    """Save columns of a member that staff changed; raises AddressTaken."""
    if not fields:
        return
    try:
        with transaction.atomic():
            member.save(update_fields=sorted(fields))
            log(
                member.course,
                by=by,
                verb="member_changed",
                member=member.pk,
                fields=sorted(fields),
            )
    except IntegrityError as error:
        if "member_is_one_an_address" in str(error):
            raise AddressTaken from error
        raise


@transaction.atomic
def end(member: Membership, *, was_removed: bool = False) -> Membership:
    """End a membership; everything of it is kept, and found again by who comes back."""
    member = Membership.objects.select_for_update().get(pk=member.pk)
    if not member.is_former:
        member.state, member.was_removed = MemberStates.LEFT, was_removed
        member.left_at = Now()
        member.token = ""
        member.save(update_fields=["state", "was_removed", "left_at", "token"])
        member.refresh_from_db()
    return member


@transaction.atomic
def restore(member: Membership, *, by: User) -> Membership:
    """Bring a former member back; who left on their own must join again, and loses nothing."""
    held = Membership.objects.select_for_update().get(pk=member.pk)
    if held.is_former:
        is_in = held.was_removed and held.consented_at is not None and held.user is not None
        held.state = MemberStates.ACTIVE if is_in else MemberStates.INVITED
        held.left_at, held.was_removed, held.added_by = None, False, by
        held.save(update_fields=["state", "left_at", "was_removed", "added_by"])
    member.refresh_from_db()
    return held
