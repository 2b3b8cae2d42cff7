"""Attempts at assignments: begun under a lock, ended by staff, reopened on the same paper."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.urls import reverse

from examapp.accounts.models import User
from examapp.courses.limits import Limits
from examapp.courses.models import Assignment, Attempt, CodeTry, Membership
from examapp.courses.services.courses import log
from examapp.courses.services.errors import (
    AttemptsUsed,
    Closed,
    CodeLocked,
    CodeWrong,
    CourseArchived,
    CourseError,
    Excused,
    InAnotherSitting,
    NotAMember,
    NotGiven,
    NotOpenYet,
    NotReopened,
)
from examapp.courses.services.terms import limits_of
from examapp.exams import services as exams
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import ExamRunning
from examapp.exams.services import admission
from examapp.exams.services.form_drawing import Drawn
from examapp.exams.timing import Allowance
from examapp.practice import services as practice

logger = structlog.get_logger(__name__)

WRONG_CODES = 5
# Of a start that waits in line.
PURPOSE = "courses"
LOCKED_FOR = timedelta(minutes=10)


def member_of(person: User, assignment: Assignment) -> Membership:
    """Return a person's active membership in an assignment's course; raises NotAMember."""
    members = Membership.objects.active().select_related("course", "user")
    member = members.filter(course=assignment.course_id, user=person).first()
    if member is None:
        raise NotAMember
    return member


def start(
    person: User, *, assignment: Assignment, code: str = "", is_code_known: bool = False
) -> Attempt:
    """Begin an attempt, or return the one that is open.

    What stands against it is raised before anything is written: NotAMember, NotGiven, Excused,
    NotOpenYet, Closed, AttemptsUsed, CodeWrong, CodeLocked, InAnotherSitting, and what exams and
    practice raise. The window and the attempts are judged again under the membership's lock.
    """
    member = member_of(person, assignment)
    open_attempt = open_attempt_of(member, assignment)
    if open_attempt:
        return open_attempt
    try:
        return _start(member, assignment, code, is_code_known=is_code_known)
    except (AttemptsUsed, InAnotherSitting):
        # Another tab of theirs may have begun it since.
        open_attempt = open_attempt_of(member, assignment)
        if open_attempt is None:
            raise
        return open_attempt


def _start(
    member: Membership, assignment: Assignment, code: str, *, is_code_known: bool
) -> Attempt:
    """Begin an attempt of a member who has none open."""
    person = member.user
    assert person
    check(member, assignment, limits_of(assignment, member), now=database_now())
    if not is_code_known:
        check_code(member, assignment, code)
    if assignment.is_practice:
        return _start_practice(member, assignment)
    other = exams.open_session_of(person, assignment.exam)
    if other:
        raise InAnotherSitting(other)

    def now() -> Attempt:
        # Drawing takes time, so it is done before anyone must wait for the lock.
        drawn = exams.prepare(person, exam=assignment.exam, form=assignment.form)
        return _begin(member, assignment, drawn)

    request = exams.StartRequest(assignment.exam, assignment.form, PURPOSE, assignment.pk)
    return exams.admitted(person, request, now)


# What can keep an assignment from beginning, beside a line that must be waited in.
REFUSALS = (
    *(CourseError, BankTooSmall, ExamRunning, practice.NothingToPractice),
    *(exams.ExamNotOpen, exams.FormIncomplete, exams.GuestLimit, exams.TooManyStarts),
)


def go_on(person: User, assignment_id: int) -> str:
    """Begin an attempt that waited in line, its code told before; return where it leads.

    What stands against it now is said by the assignment's own page.
    """
    assignment = Assignment.objects.select_related("course", "exam", "form").get(pk=assignment_id)
    try:
        attempt = start(person, assignment=assignment, is_code_known=True)
    except REFUSALS:
        admission.give_up(person)
        return reverse("courses:assigned", args=[assignment.pk])
    assert attempt.session
    return attempt.session.get_absolute_url()


def open_attempt_of(member: Membership, assignment: Assignment) -> Attempt | None:
    """Return a member's attempt that has not ended; what is due is ended first."""
    attempts = member.attempts.filter(assignment=assignment)
    if assignment.is_practice:
        return attempts.filter(practice_set__ended_at=None).first()
    is_open = exams.sessions_of(member.user).open() if member.user else ExamSession.objects.none()
    return attempts.filter(session__in=is_open).select_related("session").first()


def check(member: Membership, assignment: Assignment, limits: Limits, *, now: datetime) -> None:
    """Raise what stands against a start of a member at this moment."""
    if member.course.is_archived:
        raise CourseArchived
    if not assignment.is_published or not assignment.is_given_to(member):
        raise NotGiven
    if limits.is_excused:
        raise Excused
    if limits.is_early(now):
        raise NotOpenYet(limits.opens_at)
    if limits.is_closed(now):
        raise Closed(limits.closes_at)
    if attempts_left(member, assignment, limits) == 0:
        raise AttemptsUsed


def attempts_left(member: Membership, assignment: Assignment, limits: Limits) -> int | None:
    """Return how many attempts a member has left; None for as many as they like."""
    if limits.attempts is None:
        return None
    used = member.attempts.used().filter(assignment=assignment).count()
    return max(0, limits.attempts - used)


def check_code(member: Membership, assignment: Assignment, code: str) -> None:
    """Raise CodeWrong or CodeLocked unless the access code is right; five wrong ones lock it."""
    if not assignment.access_code:
        return
    # Committed also where the answer is no: what is raised is raised outside of the transaction.
    refusal = _judged_code(member, assignment, code)
    if refusal:
        raise refusal


@transaction.atomic
def _judged_code(
    member: Membership, assignment: Assignment, code: str
) -> CodeWrong | CodeLocked | None:
    CodeTry.objects.get_or_create(assignment=assignment, membership=member)
    tries = CodeTry.objects.select_for_update().get(assignment=assignment, membership=member)
    now = database_now()
    until = tries.last_at + LOCKED_FOR
    if tries.wrong >= WRONG_CODES and now < until:
        return CodeLocked(until)
    is_right = code.strip().casefold() == assignment.access_code.strip().casefold()
    before = 0 if tries.wrong >= WRONG_CODES else tries.wrong
    tries.wrong, tries.last_at = (0 if is_right else before + 1), now
    tries.save(update_fields=["wrong", "last_at"])
    if is_right:
        return None
    left = WRONG_CODES - tries.wrong
    return CodeWrong(left) if left else CodeLocked(now + LOCKED_FOR)


@transaction.atomic
def _begin(member: Membership, assignment: Assignment, drawn: Drawn) -> Attempt:
    """Start the clock, with the limits as they are now, while the membership is held."""
    member = _held(member)
    open_attempt = open_attempt_of(member, assignment)
    if open_attempt:
        return open_attempt
    limits = limits_of(assignment, member)
    check(member, assignment, limits, now=database_now())
    assert member.user
    session, is_new = exams.begin(
        member.user,
        exam=assignment.exam,
        drawn=drawn,
        allowance=Allowance(
            limits.minutes,
            limits.time_factor,
            limits.extra_minutes,
            closes_at=limits.closes_at if limits.ends_at_close else None,
        ),
    )
    if not is_new:
        raise InAnotherSitting(session)
    attempt = Attempt.objects.create(
        assignment=assignment,
        membership=member,
        number=Attempt.objects.next_number(member, assignment.pk),
        session=session,
        due_at=limits.due_at,
        extra_source=limits.extra_source,
    )
    logger.info("attempt_started", attempt=attempt.pk, session=session.pk)
    return attempt


@transaction.atomic
def _start_practice(member: Membership, assignment: Assignment) -> Attempt:
    """Begin a practice set of the topics that the member is given, or return the open one."""
    member = _held(member)
    open_attempt = open_attempt_of(member, assignment)
    if open_attempt:
        return open_attempt
    limits = limits_of(assignment, member)
    check(member, assignment, limits, now=database_now())
    topics = topics_of(member, assignment)
    choice = practice.Choice(length=assignment.question_count or 10, topics=topics)
    assert member.user
    made = practice.start(member.user, exam=assignment.exam, choice=choice)
    return Attempt.objects.create(
        assignment=assignment,
        membership=member,
        number=Attempt.objects.next_number(member, assignment.pk),
        practice_set=made,
        due_at=limits.due_at,
    )


def topics_of(member: Membership, assignment: Assignment) -> tuple[int, ...]:
    """Return the topics that a member practices: their own, or the assignment's."""
    recipient = assignment.recipients.filter(membership=member).first()
    own = recipient.topics.values_list("pk", flat=True) if recipient else []
    return tuple(own) or tuple(assignment.topics.values_list("pk", flat=True))


def _held(member: Membership) -> Membership:
    """Return a membership that nobody else begins or ends until the transaction ends."""
    held = Membership.objects.active().select_for_update(of=["self"])
    found = held.select_related("course", "user").filter(pk=member.pk).first()
    if found is None:
        raise NotAMember
    return found


def database_now() -> datetime:
    """Return the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


@transaction.atomic
def reopen(attempt: Attempt, *, by: User, minutes: int) -> Attempt:
    """Let a member go on with a paper that has ended: a new attempt; the earlier score is kept.

    A second time returns the attempt that goes on. Raises NotReopened for practice, and what exams
    raise: SessionStillOpen, AnotherSittingOpen.
    """
    if attempt.session_id is None:
        raise NotReopened
    assert attempt.membership_id
    member = Membership.objects.select_for_update().get(pk=attempt.membership_id)
    again = Attempt.objects.filter(reopens=attempt).first()
    if again:
        return again
    session = exams.reopen(attempt.session_id, minutes=minutes)
    again = Attempt.objects.create(
        assignment=attempt.assignment,
        membership=member,
        number=Attempt.objects.next_number(member, attempt.assignment_id),
        session=session,
        reopens=attempt,
        due_at=attempt.due_at,
    )
    log(member.course, by=by, verb="reopened", attempt=attempt.pk, minutes=minutes)
    return again


def end_now(attempts: Iterable[Attempt], *, by: User) -> int:
    """End sittings that are open, with what is saved; return how many were."""
    ended = 0
    for attempt in attempts:
        if attempt.session_id and ExamSession.objects.open().filter(pk=attempt.session_id).exists():
            exams.finish(attempt.session_id)
            log(attempt.assignment.course, by=by, verb="ended", attempt=attempt.pk)
            ended += 1
    return ended


def give_time(
    attempts: Iterable[Attempt], *, by: User, minutes: int, reason: str = ""
) -> list[exams.Extended]:
    """Give more time to those of the attempts that are open; return them."""
    attempts = list(attempts)
    ids = [attempt.session_id for attempt in attempts if attempt.session_id]
    extended = exams.extend(ids, minutes=minutes, reason=reason, by=by)
    if extended:
        course = attempts[0].assignment.course
        log(course, by=by, verb="more_time", minutes=minutes, count=len(extended))
    return extended
