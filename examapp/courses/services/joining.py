"""How people come into a course by themselves, and go."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from examapp.accounts.models import User
from examapp.courses import consent
from examapp.courses.models import (
    Course,
    Letter,
    LetterKinds,
    Membership,
    MemberStates,
    Refusal,
)
from examapp.courses.services import absorption, members
from examapp.courses.services.courses import log
from examapp.courses.services.errors import CodeFull, CodeUnknown, CourseArchived, NotAMember


def course_of_code(code: str) -> Course:
    """Return the course that a code opens now; raises CodeUnknown."""
    word = code.strip().upper().replace("-", "").replace(" ", "")
    live = Q(join_expires_at=None) | Q(join_expires_at__gt=Now())
    course = Course.objects.running().filter(live, join_code=word).first() if word else None
    if course is None:
        raise CodeUnknown
    return course


def invitation(token: str) -> Membership:
    """Return the membership that an invitation's link is for; raises CodeUnknown."""
    members = Membership.objects.select_related("course", "user").exclude(token="")
    member = members.filter(token=token, course__archived_at=None).first()
    if member is None:
        raise CodeUnknown
    return member


@transaction.atomic
def join_by_code(person: User, *, code: str) -> Membership:
    """Join a course by its code, with the consent that was shown; a second time changes nothing.

    Where staff approve who joins, the person waits. Raises CodeUnknown and CodeFull.
    """
    course = Course.objects.select_for_update().get(pk=course_of_code(code).pk)
    member = _own(course, person) or _invited(course, person)
    if member and member.state in (MemberStates.ACTIVE, MemberStates.WAITING):
        return member
    if course.join_code != course_of_code(code).join_code:
        raise CodeUnknown
    was_invited = member is not None and member.state == MemberStates.INVITED
    if not was_invited:
        _count_in(course)
    state = MemberStates.WAITING if course.needs_approval and not was_invited else "active"
    return _joined(course, person, member, state=state)


def _count_in(course: Course) -> None:
    """Use one place of a code; raises CodeFull."""
    free = Q(join_limit=None) | Q(join_count__lt=F("join_limit"))
    if not Course.objects.filter(free, pk=course.pk).update(join_count=F("join_count") + 1):
        raise CodeFull


@transaction.atomic
def join_by_invitation(person: User, *, token: str) -> Membership:
    """Join by the link of an invitation, whatever address one signed in with.

    Raises CodeUnknown for a link that was used by another, or taken back.
    """
    found = invitation(token)
    course = Course.objects.select_for_update().get(pk=found.course_id)
    if course.is_archived:
        raise CourseArchived
    invited = Membership.objects.select_for_update().filter(token=token).first()
    if invited is None or (invited.user_id and invited.user_id != person.pk):
        raise CodeUnknown
    own = _own(course, person)
    if own is not None and own.pk != invited.pk:
        # In the course already, under another address: the invitation joins that row.
        absorption.absorb(invited, into=own)
        invited = own
    if invited.state == MemberStates.ACTIVE:
        return invited
    return _joined(course, person, invited, state=MemberStates.ACTIVE)


def _own(course: Course, person: User) -> Membership | None:
    return Membership.objects.select_for_update().filter(course=course, user=person).first()


def _invited(course: Course, person: User) -> Membership | None:
    """Return the invitation that was sent to an address that is proved to be the person's."""
    proved = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    waiting = Membership.objects.select_for_update().filter(course=course, user=None)
    return waiting.filter(email__in=[address.lower() for address in proved]).first()


def _joined(course: Course, person: User, member: Membership | None, *, state: str) -> Membership:
    member = member or Membership(course=course)
    member.user, member.state, member.left_at = person, state, None
    member.email = member.email or _free_address(course, person, member)
    member.name = member.name or person.name
    member.was_removed = False
    member.consent_version = consent.CURRENT
    member.consented_at = member.joined_at = Now()
    member.token = ""
    member.save()
    member.refresh_from_db()
    log(course, by=person, verb="joined" if state == "active" else "asked_to_join")
    return member


def _free_address(course: Course, person: User, member: Membership) -> str:
    others = course.members.filter(email__iexact=person.email).exclude(pk=member.pk)
    return "" if others.exists() else person.email


@transaction.atomic
def approve(member: Membership, *, by: User) -> Membership:
    """Let somebody in who waits, and write to them; a second time changes nothing."""
    waiting = Membership.objects.select_for_update().filter(
        pk=member.pk, state=MemberStates.WAITING
    )
    if waiting.update(state=MemberStates.ACTIVE, joined_at=Now()):
        entry = log(member.course, by=by, verb="approved", member=member.pk)
        Letter.objects.create(membership=member, kind=LetterKinds.LET_IN, occasion=str(entry.pk))
    member.refresh_from_db()
    return member


@transaction.atomic
def refuse(member: Membership, *, by: User) -> None:
    """Turn somebody down who waits, and write to them; a second time changes nothing.

    Nothing of them is kept, unless they were here before.
    """
    waiting = Membership.objects.select_for_update().filter(
        pk=member.pk, state=MemberStates.WAITING
    )
    held = waiting.first()
    if held is None or held.user_id is None:
        return
    if member.attempts.exists():
        members.end(member, was_removed=True)
    else:
        waiting.delete()
    Refusal.objects.create(course=member.course, user_id=held.user_id)
    log(member.course, by=by, verb="refused", member=member.pk, user=held.user_id)


@transaction.atomic
def leave(person: User, *, course: Course) -> None:
    """Leave a course; raises NotAMember."""
    member = Membership.objects.filter(course=course, user=person).first()
    if member is None or member.is_former:
        raise NotAMember
    members.end(member)
    log(course, by=person, verb="left", member=member.pk)


@transaction.atomic
def remove(member: Membership, *, by: User) -> None:
    """Take a member out of a course; nothing of theirs is lost, and restore() brings them back."""
    members.end(member, was_removed=True)
    log(member.course, by=by, verb="removed", member=member.pk)


@transaction.atomic
def merge(survivor: User, *, absorbed: User) -> None:
    """Move what an account has in courses to another of the same person.

    In a course with both, the row of the survivor stays and takes in what the other one holds.
    """
    Refusal.objects.filter(user=absorbed).update(user=survivor)
    for member in Membership.objects.select_for_update().filter(user=absorbed):
        kept = Membership.objects.select_for_update().filter(course=member.course_id, user=survivor)
        if (other := kept.first()) is not None:
            absorption.absorb(member, into=other)
        else:
            _hand_over(member, absorbed, survivor)


def _hand_over(member: Membership, absorbed: User, survivor: User) -> None:
    """Give a row to another account; an address that was only the account's goes with it."""
    member.user = survivor
    member.name = member.name or survivor.name
    if member.email == absorbed.email:
        member.email = _free_address(member.course, survivor, member)
    member.save(update_fields=["user", "name", "email"])
