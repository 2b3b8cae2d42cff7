"""What happens to assignments: made, changed, given out, taken back; terms for one or a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.courses.models import (
    PARTS,
    Assignment,
    AssignmentKinds,
    Attempt,
    Counts,
    Course,
    LatePolicies,
    LetterKinds,
    Membership,
    Override,
    Recipient,
    Releases,
)
from examapp.courses.services import letters
from examapp.courses.services.courses import log
from examapp.courses.services.errors import CourseArchived, HasBegun, NotReady
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.models import ClockTimestamp, ExamForm
from examapp.exams.services import FormIncomplete
from examapp.exams.services.form_drawing import draw, fixed
from examapp.exams.services.paper_writing import write_form
from questions.models import Exam, Topic


@dataclass(frozen=True)
class Terms:
    """What an assignment says: its columns, and the topics of practice, by primary key."""

    title: str
    exam: Exam
    kind: str = AssignmentKinds.FIXED
    form: ExamForm | None = None
    topics: tuple[int, ...] = ()
    question_count: int | None = None
    is_graded: bool = True
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    minutes: int | None = None
    attempts: int | None = 1
    counts: str = Counts.BEST
    late_policy: str = LatePolicies.HARD_CLOSE
    scores_release: str = Releases.AT_ONCE
    scores_at: datetime | None = None
    answers_release: str = Releases.AFTER_CLOSE
    answers_at: datetime | None = None
    explanations_release: str = Releases.AFTER_CLOSE
    explanations_at: datetime | None = None
    access_code: str = ""


# What cannot change once somebody has begun: it would be another assignment.
FIXED_ONCE_BEGUN = ("exam", "kind", "form", "question_count")
_COLUMNS = [field.name for field in fields(Terms) if field.name != "topics"]


def terms_of(assignment: Assignment) -> Terms:
    """Return what an assignment says, to be changed in part."""
    topics = tuple(assignment.topics.values_list("pk", flat=True))
    return Terms(topics=topics, **{name: getattr(assignment, name) for name in _COLUMNS})


def described(course: Course, terms: Terms) -> Assignment:
    """Return an assignment of these terms, which is not saved."""
    return Assignment(course=course, **{name: getattr(terms, name) for name in _COLUMNS})


@transaction.atomic
def create(
    course: Course, *, by: User, terms: Terms, follows: Assignment | None = None
) -> Assignment:
    """Make an assignment that nobody sees before it is published; raises CourseArchived."""
    if course.is_archived:
        raise CourseArchived
    assignment = described(course, terms)
    assignment.made_by, assignment.follows = by, follows
    if terms.kind == AssignmentKinds.MIX_ONE and terms.form is None:
        assignment.form = _one_mix(by, terms.exam)
    assignment.save()
    assignment.topics.set(Topic.objects.filter(pk__in=terms.topics, task__domain__exam=terms.exam))
    log(course, by=by, verb="assignment_made", assignment=assignment.pk)
    return assignment


def _one_mix(by: User, exam: Exam) -> ExamForm:
    """Draw the questions that all of a class get; raises NotReady."""
    try:
        return write_form(exam, draw(by, exam))
    except BankTooSmall as error:
        raise NotReady(str(error)) from error


@transaction.atomic
def change(assignment: Assignment, *, by: User, terms: Terms) -> Assignment:
    """Change an assignment; raises HasBegun for what cannot change once somebody has begun.

    A due date that lies after the end is moved to it; one that lies before the opening is dropped.
    """
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    values = {name: getattr(terms, name) for name in _COLUMNS} | {"due_at": _due_within(terms)}
    if terms.kind == AssignmentKinds.MIX_ONE and terms.form is None:
        is_same = assignment.kind == terms.kind and assignment.exam_id == terms.exam.pk
        values["form"] = assignment.form if is_same else _one_mix(by, terms.exam)
    changed = [name for name in _COLUMNS if getattr(assignment, name) != values[name]]
    if set(changed) & set(FIXED_ONCE_BEGUN) and has_begun(assignment):
        raise HasBegun
    for name in changed:
        setattr(assignment, name, values[name])
    assignment.save(update_fields=changed)
    assignment.topics.set(Topic.objects.filter(pk__in=terms.topics, task__domain__exam=terms.exam))
    log(assignment.course, by=by, verb="assignment_changed", assignment=assignment.pk, what=changed)
    return assignment


def _due_within(terms: Terms) -> datetime | None:
    due = terms.due_at
    if due is None or (terms.opens_at and due <= terms.opens_at):
        return None
    return min(due, terms.closes_at) if terms.closes_at else due


def has_begun(assignment: Assignment) -> bool:
    """Whether a member has begun it; trials of staff do not count."""
    return assignment.taken.filter(membership__isnull=False).exists()


def problems(assignment: Assignment) -> list[str]:
    """Return why an assignment cannot be given out, as sentences; none when it can."""
    try:
        if assignment.form_id is not None and assignment.form is not None:
            fixed(assignment.form)
        elif assignment.kind == AssignmentKinds.MIX_EACH and assignment.made_by:
            draw(assignment.made_by, assignment.exam)
    except (BankTooSmall, FormIncomplete) as error:
        return [str(error)]
    if assignment.is_practice and not assignment.topics.exists():
        has_own = assignment.recipients.filter(topics__isnull=False).exists()
        return [] if has_own else [gettext("Choose the topics to practice.")]
    return []


@transaction.atomic
def publish(
    assignment: Assignment,
    *,
    by: User,
    to: Iterable[Membership] | None = None,
    send: bool = False,
) -> Assignment:
    """Give an assignment out: to all, or to those named; with `send` they are told by letter.

    Who was named before it was taken back, and is not named now, does not get it again.
    A second time changes nothing. Raises NotReady, and CourseArchived.
    """
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.course.is_archived:
        raise CourseArchived
    if assignment.is_published:
        return assignment
    for sentence in problems(assignment):
        raise NotReady(sentence)
    gone_by = Assignment.objects.filter(pk=assignment.pk, closes_at__lte=ClockTimestamp())
    if gone_by.exists():
        raise NotReady(gettext("The assignment would be closed already. Choose a later end."))
    assignment.is_for_all = to is None
    if to is not None:
        named = [Recipient(assignment=assignment, membership=member) for member in to]
        if not named:
            raise NotReady(gettext("Nobody would get the assignment. Choose who gets it."))
        assignment.recipients.exclude(membership__in=[row.membership for row in named]).delete()
        Recipient.objects.bulk_create(named, ignore_conflicts=True)
    assignment.published_at = Now()
    assignment.save(update_fields=["published_at", "is_for_all"])
    assignment.refresh_from_db()
    log(assignment.course, by=by, verb="assignment_published", assignment=assignment.pk)
    if send:
        letters.write(members_of(assignment), kind=LetterKinds.GIVEN, assignment=assignment)
    return assignment


@transaction.atomic
def withdraw(assignment: Assignment, *, by: User) -> Assignment:
    """Take an assignment back that nobody has begun; raises HasBegun."""
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if has_begun(assignment):
        raise HasBegun
    if assignment.is_published:
        assignment.published_at = None
        assignment.save(update_fields=["published_at"])
        log(assignment.course, by=by, verb="assignment_withdrawn", assignment=assignment.pk)
    return assignment


@transaction.atomic
def delete(assignment: Assignment, *, by: User) -> None:
    """Delete an assignment that nobody has begun; raises HasBegun."""
    if has_begun(assignment):
        raise HasBegun
    log(assignment.course, by=by, verb="assignment_deleted", title=assignment.title)
    assignment.delete()


def members_of(assignment: Assignment) -> Sequence[Membership]:
    """Return the active members who are given an assignment."""
    return list(Membership.objects.active().given(assignment).select_related("user"))


@dataclass(frozen=True)
class Exemption:
    """Other terms of an assignment for one member or a group; None and 0 leave it as it is."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    minutes: int | None = None
    time_factor: Decimal = Decimal(1)
    extra_minutes: int = 0
    extra_attempts: int = 0
    is_excused: bool = False
    reason: str = ""


@transaction.atomic
def set_override(
    assignment: Assignment,
    *,
    by: User,
    exemption: Exemption,
    membership: Membership | None = None,
    group: str = "",
) -> Override:
    """Set other terms for one member, or for a group by its name, in place of those before."""
    override, _ = Override.objects.update_or_create(
        assignment=assignment,
        membership=membership,
        group=group,
        defaults={**vars(exemption), "set_by": by, "set_at": Now()},
    )
    override.refresh_from_db()
    whom = {"member": membership.pk} if membership else {"group": group}
    log(assignment.course, by=by, verb="override_set", assignment=assignment.pk, **whom)
    return override


@transaction.atomic
def excuse(
    assignment: Assignment, *, by: User, members: Iterable[Membership], is_excused: bool = True
) -> int:
    """Excuse members, also those who have begun; return how many. Their other terms stay."""
    count = 0
    for member in members:
        Override.objects.update_or_create(
            assignment=assignment,
            membership=member,
            defaults={"is_excused": is_excused},
            create_defaults={"is_excused": is_excused, "set_by": by},
        )
        count += 1
    log(assignment.course, by=by, verb="excused", assignment=assignment.pk, count=count)
    return count


@transaction.atomic
def release(assignment: Assignment, *, by: User, parts: Iterable[str] = PARTS) -> Assignment:
    """Show scores, answers or explanations from now on."""
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    for part in parts:
        setattr(assignment, f"{part}_release", Releases.ON_DATE)
        setattr(assignment, f"{part}_at", Now())
    assignment.save()
    assignment.refresh_from_db()
    log(assignment.course, by=by, verb="released", assignment=assignment.pk, parts=list(parts))
    return assignment


def remind(assignment: Assignment, *, by: User, members: Iterable[Membership]) -> int:
    """Write to members who have not begun, at most once a day; return how many are written to."""
    begun = Attempt.objects.filter(assignment=assignment).values("membership")
    ids = [member.pk for member in members]
    waiting = Membership.objects.active().filter(~Q(pk__in=begun), pk__in=ids)
    count = letters.write(
        list(waiting), kind=LetterKinds.REMINDER, assignment=assignment, occasion=letters.today()
    )
    log(assignment.course, by=by, verb="reminded", assignment=assignment.pk, count=count)
    return count
