"""Letters that are due: found by what is so, whatever message was lost. Safe to repeat."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from examapp.courses.models import (
    PARTS,
    Assignment,
    Attempt,
    LetterKinds,
    Membership,
    Releases,
)
from examapp.courses.services import letters
from examapp.courses.services.assignments import members_of
from examapp.courses.services.attempts import database_now
from examapp.courses.services.releases import of_sittings
from examapp.courses.services.terms import limits_by_member
from examapp.exams.models import ClockTimestamp, RegradeNotice, Score

DAY = timedelta(days=1)
# What is older than this is not written about any more.
WEEK = timedelta(days=7)


def _running() -> QuerySet[Assignment]:
    given = Assignment.objects.published().filter(course__archived_at=None)
    return given.select_related("course", "exam")


def write_due() -> int:
    """Write to who has not begun what is due, or closes, within a day; return how many."""
    now = database_now()
    soon = _running().annotate(ends_at=Coalesce("due_at", "closes_at"))
    override = Q(overrides__closes_at__range=(now, now + DAY)) | Q(
        overrides__due_at__range=(now, now + DAY)
    )
    near = soon.filter(Q(ends_at__range=(now, now + DAY)) | override, course__mails_due=True)
    count = 0
    for assignment in near.distinct():
        begun = set(assignment.taken.values_list("membership", flat=True))
        members = [each for each in members_of(assignment) if each.pk not in begun]
        limits = limits_by_member(assignment, members)
        due = [
            member
            for member in members
            if (ends := limits[member.pk].due_at or limits[member.pk].closes_at)
            and now < ends <= now + DAY
            and not limits[member.pk].is_excused
            and not limits[member.pk].is_early(now)
        ]
        count += letters.write(due, kind=LetterKinds.DUE, assignment=assignment)
    return count


def write_released() -> int:
    """Write to who took part once something is shown that was not at first; return how many."""
    later = Q()
    for part in PARTS:
        later |= Q(**{f"{part}_release__in": [Releases.AFTER_CLOSE, Releases.ON_DATE]})
    count = 0
    for assignment in _running().filter(later, course__mails_released=True):
        ended = Attempt.objects.counting().filter(assignment=assignment, session__isnull=False)
        recent = ended.filter(membership__state="active").select_related("membership__user")
        count += _write_released(assignment, recent)
    return count


def _write_released(assignment: Assignment, attempts: Iterable[Attempt]) -> int:
    """Write once for a part of an assignment, when it is released."""
    by_session = {each.session_id: each for each in attempts if each.session_id}
    if not by_session:
        return 0
    release = next(iter(of_sittings([next(iter(by_session))]).values()))
    shown = {"scores": release.score, "answers": release.answers}
    count = 0
    for part, is_shown in shown.items():
        was_later = getattr(assignment, f"{part}_release") != Releases.AT_ONCE
        if is_shown and was_later and _is_fresh(assignment, part):
            members = [each.membership for each in by_session.values() if each.membership]
            count += letters.write(
                members, kind=LetterKinds.RELEASED, assignment=assignment, occasion=part
            )
    return count


def _is_fresh(assignment: Assignment, part: str) -> bool:
    """Whether a part was released within a week."""
    mode = getattr(assignment, f"{part}_release")
    at = assignment.closes_at if mode == Releases.AFTER_CLOSE else getattr(assignment, f"{part}_at")
    return at is not None and database_now() - at < WEEK


def write_changed() -> int:
    """Write to who took part and whose score a corrected key changed; return how many.

    The exams' own letter of a changed score is not sent for sittings of an assignment.
    """
    notices = RegradeNotice.objects.filter(
        score__scored_at__gt=ClockTimestamp() - WEEK, score__is_current=True
    )
    current = Score.objects.filter(session=OuterRef("session"), is_current=True)
    changed = (
        Attempt.objects.filter(
            Exists(notices.filter(score__session=OuterRef("session"))),
            membership__state="active",
            assignment__course__mails_changed=True,
            assignment__course__archived_at=None,
        )
        .annotate(number_now=Subquery(current.values("number")[:1]))
        .select_related("membership__user", "assignment__course")
    )
    shown = of_sittings([each.session_id for each in changed if each.session_id])
    counts: list[int] = [
        letters.write(
            _member(attempt),
            kind=LetterKinds.CHANGED,
            assignment=attempt.assignment,
            occasion=f"{attempt.pk}-{attempt.number_now}",  # type: ignore[attr-defined]
            attempts={attempt.membership_id or 0: attempt},
        )
        for attempt in changed
        if attempt.session_id in shown and shown[attempt.session_id].score
    ]
    return sum(counts)


def _member(attempt: Attempt) -> list[Membership]:
    return [attempt.membership] if attempt.membership else []
