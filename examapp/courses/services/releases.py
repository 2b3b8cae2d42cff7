"""What of a sitting a course lets its student see, and when: asked by exams through its hook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from examapp.courses.models import (
    Assignment,
    Attempt,
    Course,
    Membership,
    Override,
    Recipient,
    Releases,
)
from examapp.exams.hooks import Part, Release
from examapp.exams.models import ClockTimestamp
from questions import prepared
from questions.compiled_query import CompiledQuery

# After the close waits for the last one who may still be at it: whom an override lets in longer,
# and who finishes what was begun. Trials of staff, without a membership, are open.
_TERMS = """
SELECT attempt.session_id, course.name, clock_timestamp(),
    greatest(given.closes_at, (
        SELECT max(other.closes_at) FROM courses_override other
        WHERE other.assignment_id = given.id)),
    EXISTS (
        SELECT FROM courses_attempt still JOIN exams_examsession room ON room.id = still.session_id
        WHERE still.assignment_id = given.id AND room.status = 'open'
            AND still.membership_id IS NOT NULL),
    given.scores_release, given.scores_at, given.answers_release, given.answers_at,
    given.explanations_release, given.explanations_at
FROM courses_attempt attempt
JOIN courses_assignment given ON given.id = attempt.assignment_id
JOIN courses_course course ON course.id = given.course_id
WHERE attempt.session_id = ANY(%(sessions)s::uuid[]) AND attempt.membership_id IS NOT NULL
"""


@dataclass(frozen=True)
class Moment:
    """By what a release is judged: the clock, the end of the window, whether somebody is at it."""

    now: datetime
    closes_at: datetime | None
    is_running: bool


def is_released(mode: str, at: datetime | None, moment: Moment) -> bool:
    """Whether what is released in this way is shown at this moment."""
    if mode == Releases.AT_ONCE:
        return True
    if mode == Releases.ON_DATE:
        return at is not None and moment.now >= at
    if mode == Releases.AFTER_CLOSE and moment.closes_at is not None:
        return moment.now >= moment.closes_at and not moment.is_running
    return False


def date_of(mode: str, at: datetime | None, moment: Moment) -> datetime | None:
    """Return when it is shown, where that is known and lies ahead."""
    when = {Releases.ON_DATE: at, Releases.AFTER_CLOSE: moment.closes_at}.get(Releases(mode))
    return when if when is not None and when > moment.now else None


def is_held_back(session: str, part: Part = "score") -> Q:
    """Return the condition that a part of a sitting, found by a path, is held back now."""
    attempts = Attempt.objects.filter(session=OuterRef(session), membership__isnull=False)
    # The whys name the right answer.
    shown = {
        "score": _is_shown("scores"),
        "answers": _is_shown("answers"),
        "explanations": _is_shown("answers") & _is_shown("explanations"),
    }
    return Q(Exists(attempts.exclude(shown[part])))


def kept_forms(person: int) -> Q:
    """Return the condition on forms that a person's assignments are made of, until they close."""
    members = Membership.objects.active().filter(user=person)
    named = Recipient.objects.filter(assignment=OuterRef("pk"), membership__in=members)
    longer = Override.objects.filter(assignment=OuterRef("pk"), closes_at__gt=ClockTimestamp())
    given = Assignment.objects.published().filter(
        Q(closes_at=None) | Q(closes_at__gt=ClockTimestamp()) | Exists(longer),
        Q(is_for_all=True) | Exists(named),
        course__in=members.values("course"),
        course__archived_at=None,
        form__isnull=False,
    )
    return Q(pk__in=given.values("form"))


def _is_shown(part: str) -> Q:
    """Return, of attempts, what `is_released` says of one part; a test holds the two together.

    `part` is how its columns begin: scores, answers or explanations.
    """
    longer = Override.objects.filter(
        assignment=OuterRef("assignment"), closes_at__gt=ClockTimestamp()
    )
    still = Attempt.objects.filter(
        assignment=OuterRef("assignment"), membership__isnull=False, session__status="open"
    )
    mode = f"assignment__{part}_release"
    return (
        Q(**{mode: Releases.AT_ONCE})
        | Q(**{mode: Releases.ON_DATE, f"assignment__{part}_at__lte": ClockTimestamp()})
        | Q(
            ~Exists(longer),
            ~Exists(still),
            **{mode: Releases.AFTER_CLOSE},
            assignment__closes_at__lte=ClockTimestamp(),
        )
    )


def is_of_a_course(session: str) -> Q:
    """Return the condition that a sitting, found by a path, belongs to an assignment."""
    theirs = Attempt.objects.filter(session=OuterRef(session), membership__isnull=False)
    return Q(Exists(theirs))


def is_required(session_id: UUID) -> bool:
    """Whether a sitting belongs to an assignment, whose staff wait for its result."""
    return bool(_REQUIRED.rows(session_id))


def _required(session: UUID) -> QuerySet[Attempt, tuple[int]]:
    attempts = Attempt.objects.filter(session=session, membership__isnull=False)
    return attempts.order_by().values_list("pk")


_REQUIRED = CompiledQuery(_required)


def open_exams(person: int) -> Q:
    """Return the condition on exams that one of a person's courses gives them."""
    theirs = Course.objects.running().filter(members__user=person, members__state="active")
    return Q(pk__in=Course.exams.through.objects.filter(course__in=theirs).values("exam"))


def of_sittings(session_ids: Sequence[UUID]) -> dict[UUID, Release]:
    """Return what may be shown of those sittings that belong to an assignment."""
    rows = prepared.rows(_TERMS, {"sessions": list(session_ids)})
    return {row[0]: _release(*row[1:]) for row in rows}


def _release(
    course: str,
    now: datetime,
    closes_at: datetime | None,
    is_running: bool,
    scores: str,
    scores_at: datetime | None,
    answers: str,
    answers_at: datetime | None,
    explanations: str,
    explanations_at: datetime | None,
) -> Release:
    moment = Moment(now, closes_at, is_running)
    shows_answers = is_released(answers, answers_at, moment)
    return Release(
        score=is_released(scores, scores_at, moment),
        answers=shows_answers,
        # The whys name the right answer.
        explanations=shows_answers and is_released(explanations, explanations_at, moment),
        score_at=date_of(scores, scores_at, moment),
        answers_at=date_of(answers, answers_at, moment),
        whose=course,
    )
