"""What a student gets from their courses: open now, next, done. Times are the reader's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import Accommodation, User
from examapp.courses.limits import ASSIGNMENT, COURSE, PERSON, Limits, limits
from examapp.courses.models import Assignment, Attempt, Membership, Override, Releases
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import zone_of
from examapp.courses.pages.parts import Pill
from examapp.exams.hooks import Release, releases_of
from examapp.exams.models import ExamSession, Score
from examapp.web import times


@dataclass(frozen=True)
class Task:
    """An assignment that can be started, or gone on with."""

    id: int
    title: str
    pill: Pill
    when: str
    facts: str
    until: str
    reason: str
    url: str
    action: str


@dataclass(frozen=True)
class NextTask:
    title: str
    sub: str
    state: str


@dataclass(frozen=True)
class DoneTask:
    title: str
    sub: str
    url: str
    state: str
    score: int | None = None
    pill: Pill | None = None


@dataclass(frozen=True)
class CourseLink:
    name: str
    url: str


@dataclass(frozen=True)
class ForYou:
    lead: str
    now: Sequence[Task]
    next: Sequence[NextTask]
    done: Sequence[DoneTask]
    courses: Sequence[CourseLink]

    @property
    def is_empty(self) -> bool:
        return not (self.now or self.next or self.done)


@dataclass(frozen=True)
class Given:
    """An assignment of one person, with what holds for them and what they made of it."""

    assignment: Assignment
    membership: Membership
    limits: Limits
    attempts: Sequence[Attempt]

    @property
    def open_attempt(self) -> Attempt | None:
        return next((each for each in self.attempts if _is_open(each)), None)

    @property
    def used(self) -> int:
        return sum(each.reopens_id is None for each in self.attempts)

    @property
    def tries_left(self) -> int | None:
        return None if self.limits.attempts is None else max(0, self.limits.attempts - self.used)

    def may_start(self, now: datetime) -> bool:
        if self.open_attempt:
            return True
        return self.limits.is_open(now) and not self.limits.is_excused and self.tries_left != 0


def _is_open(attempt: Attempt) -> bool:
    if attempt.session:
        return attempt.session.is_open
    return attempt.practice_set is not None and attempt.practice_set.ended_at is None


def given_to(person: User) -> list[Given]:
    """Return what a person's courses gave them, in six statements at most."""
    memberships = Membership.objects.active().of(person).filter(course__archived_at__isnull=True)
    rows = {each.course_id: each for each in memberships.select_related("course")}
    if not rows:
        return []
    own = [each.pk for each in rows.values()]
    assignments = (
        Assignment.objects.published()
        .filter(course__in=rows)
        .given_to(own)
        .select_related("course", "exam")
        .prefetch_related(
            Prefetch("overrides", Override.objects.filter(Q(membership__in=own) | ~Q(group="")))
        )
    )
    scores = Score.objects.filter(is_current=True)
    attempts: dict[int, list[Attempt]] = {}
    taken = Attempt.objects.filter(membership__in=own).select_related("session", "practice_set")
    for each in taken.prefetch_related(Prefetch("session__scores", scores)).order_by("number"):
        attempts.setdefault(each.assignment_id, []).append(each)
    extra = Accommodation.objects.filter(user=person).first()
    return [
        Given(
            each,
            rows[each.course_id],
            _limits(each, rows[each.course_id], extra),
            attempts.get(each.pk, []),
        )
        for each in assignments
    ]


def _limits(assignment: Assignment, member: Membership, extra: Accommodation | None) -> Limits:
    for_one = for_group = None
    for override in assignment.overrides.all():
        if override.membership_id == member.pk:
            for_one = override
        elif member.group and override.group == member.group:
            for_group = override
    return limits(
        assignment,
        exam_minutes=assignment.exam.minutes,
        for_one=for_one,
        for_group=for_group,
        membership=member,
        person=extra,
    )


def for_you(found: Sequence[Given], *, zone: tzinfo | None, now: datetime) -> ForYou:
    """Show what a person was given; `zone` None shows each in its course's."""
    sessions = [each.session_id for given in found for each in given.attempts if each.session_id]
    held = releases_of(sessions) if sessions else {}
    open_now = [given for given in found if given.may_start(now)]
    coming = [given for given in found if given.limits.is_early(now) and given not in open_now]
    done = [given for given in found if given not in open_now and given not in coming]
    open_now.sort(key=lambda given: (not given.open_attempt, _end(given)))
    courses = {given.membership.course_id: given.membership for given in found}
    return ForYou(
        lead=_lead(list(courses.values()), zone),
        now=[_task(given, zone, now) for given in open_now],
        next=[_next(given, zone, now) for given in sorted(coming, key=_start)],
        done=[_done(given, held, zone, now) for given in sorted(done, key=_end, reverse=True)],
        courses=[
            CourseLink(each.course.name, reverse("courses:membership", args=[each.course_id]))
            for each in courses.values()
        ],
    )


def _lead(memberships: Sequence[Membership], zone: tzinfo | None) -> str:
    if not memberships:
        return gettext("You are not in a course.")
    names = words.names([each.course.name for each in memberships])
    place = times.zone_name(zone or zone_of(memberships[0].course))
    return gettext("From %(courses)s · times of %(place)s") % {"courses": names, "place": place}


def _start(given: Given) -> float:
    return given.limits.opens_at.timestamp() if given.limits.opens_at else 0.0


def _end(given: Given) -> float:
    return given.limits.closes_at.timestamp() if given.limits.closes_at else float("inf")


def _task(given: Given, zone: tzinfo | None, now: datetime) -> Task:
    attempt = given.open_attempt
    url = reverse("courses:assigned", args=[given.assignment.pk])
    if attempt and attempt.session:
        left = times.span(attempt.session.deadline_at - now)
        action = gettext("Continue, %(left)s left") % {"left": left}
        url = attempt.session.get_absolute_url()
        pill = Pill(gettext("In the exam"), "accent", "clock")
    elif attempt:
        action, pill = gettext("Continue"), Pill(gettext("Started"), "accent", "clock")
    else:
        action, pill = gettext("Start"), Pill(gettext("Open now"), "accent", "clock")
    return Task(
        given.assignment.pk,
        given.assignment.title,
        pill,
        _closes_in(given, now),
        facts(given),
        until(given, zone, now),
        extra_reason(given.limits),
        url,
        action,
    )


def _closes_in(given: Given, now: datetime) -> str:
    if given.limits.closes_at is None:
        return ""
    span = times.span(given.limits.closes_at - now)
    return gettext("closes in %(span)s") % {"span": span}


def facts(given: Given) -> str:
    """Say what an assignment is: questions, minutes, tries."""
    assignment = given.assignment
    if assignment.is_practice:
        count = words.questions(assignment.question_count or 0)
        return gettext("%(questions)s, each explained at once · %(tries)s") % {
            "questions": count,
            "tries": words.tries(given.limits.attempts),
        }
    minutes = round(given.limits.allowed / timedelta(minutes=1))
    values = {
        "questions": words.questions(assignment.exam.item_count),
        "minutes": ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes},
        "tries": tries_words(given),
    }
    if given.limits.extra_source:
        return gettext("%(questions)s · %(minutes)s, with your extra time · %(tries)s") % values
    return gettext("%(questions)s · %(minutes)s · %(tries)s") % values


def tries_words(given: Given) -> str:
    left = given.tries_left
    if left is None or not given.used:
        return words.tries(given.limits.attempts)
    return ngettext("%(n)d try left", "%(n)d tries left", left) % {"n": left}


def until(given: Given, zone: tzinfo | None, now: datetime) -> str:
    """Say until when, in the reader's zone with the course's beside it, and what is seen then."""
    parts = []
    closes = given.limits.closes_at
    course_zone = zone_of(given.assignment.course)
    if closes:
        when = times.near_moment(closes, zone=zone or course_zone, now=now)
        parts.append(gettext("Until %(when)s.") % {"when": when})
        if (
            zone
            and closes.astimezone(zone).utcoffset() != closes.astimezone(course_zone).utcoffset()
        ):
            other = times.near_moment(closes, zone=course_zone, now=now)
            place = times.zone_name(course_zone)
            parts = [
                gettext("Until %(when)s (%(other)s in %(place)s).")
                % {"when": when, "other": other, "place": place}
            ]
    if not given.assignment.is_practice:
        parts.append(seen_words(given.assignment))
    return " ".join(parts)


def seen_words(assignment: Assignment) -> str:
    """Say what of the result a student sees, and when."""
    scores, answers = assignment.scores_release, assignment.answers_release
    if scores == Releases.AT_ONCE and answers == Releases.AT_ONCE:
        return gettext("You see your score and the answers at once.")
    if scores == Releases.AT_ONCE and answers == Releases.AFTER_CLOSE:
        return gettext("You see your score at once, the answers after that.")
    if scores == Releases.AT_ONCE and answers == Releases.NEVER:
        return gettext("You see your score at once. The answers are not shown.")
    if scores == Releases.AT_ONCE:
        return gettext("You see your score at once, the answers later.")
    if scores == Releases.NEVER:
        return gettext("Your teacher tells you the result.")
    if scores == Releases.AFTER_CLOSE:
        return gettext("You see your score after that.")
    return gettext("You see your score later.")


def extra_reason(found: Limits) -> str:
    """Say where a person's extra time comes from."""
    return {
        ASSIGNMENT: gettext("Your teacher gave you more time for this one."),
        COURSE: gettext("You have extra time in this course."),
        PERSON: gettext("Your extra time is included."),
    }.get(found.extra_source, "")


def _next(given: Given, zone: tzinfo | None, now: datetime) -> NextTask:
    opens = given.limits.opens_at
    assert opens
    when = times.near_moment(opens, zone=zone or zone_of(given.assignment.course), now=now)
    sub = gettext("Opens %(when)s") % {"when": when}
    return NextTask(given.assignment.title, sub, gettext("not open yet"))


def _done(
    given: Given, held: Mapping[UUID, Release], zone: tzinfo | None, now: datetime
) -> DoneTask:
    title = given.assignment.title
    ended = [each for each in given.attempts if not _is_open(each)]
    if not ended:
        return DoneTask(title, _why_not(given, zone, now), "", gettext("not done"))
    last = ended[-1]
    if last.session is None:
        return _practiced(given, last, zone, now)
    release = held.get(last.session.pk, Release())
    day = times.near_day(
        last.session.finished_at or now, zone=zone or zone_of(given.assignment.course), now=now
    )
    if not release.score:
        return DoneTask(title, _held(release, day, zone, given, now), "", gettext("sent"))
    best = _best(ended)
    seen = (
        gettext("see the answers") if release.answers else _answers_later(release, given, zone, now)
    )
    pill = Pill(gettext("Passed"), "ok", "check") if best.is_pass else Pill(gettext("Not yet"))
    url = reverse("exams:result", args=[best.session_id])
    return DoneTask(title, f"{day} · {seen}", url, "", best.scaled, pill)


def _best(ended: Sequence[Attempt]) -> Score:
    scores = [
        score
        for each in ended
        if isinstance(each.session, ExamSession)
        for score in each.session.scores.all()
    ]
    return max(scores, key=lambda score: score.scaled)


def _why_not(given: Given, zone: tzinfo | None, now: datetime) -> str:
    if given.limits.is_excused:
        return gettext("You are excused.")
    closes = given.limits.closes_at
    if closes is None:
        return gettext("Not open.")
    day = times.near_day(closes, zone=zone or zone_of(given.assignment.course), now=now)
    return gettext("Closed on %(day)s. Ask your teacher.") % {"day": day}


def _practiced(given: Given, last: Attempt, zone: tzinfo | None, now: datetime) -> DoneTask:
    assert last.practice_set
    day = times.near_day(
        last.practice_set.ended_at or now, zone=zone or zone_of(given.assignment.course), now=now
    )
    url = reverse("practice:summary", args=[last.practice_set_id])
    return DoneTask(given.assignment.title, day, url, gettext("done"))


def _held(release: Release, day: str, zone: tzinfo | None, given: Given, now: datetime) -> str:
    if release.score_at is None:
        return gettext("%(day)s · your teacher tells you the result") % {"day": day}
    when = times.near_moment(
        release.score_at, zone=zone or zone_of(given.assignment.course), now=now
    )
    return gettext("%(day)s · score from %(when)s") % {"day": day, "when": when}


def _answers_later(release: Release, given: Given, zone: tzinfo | None, now: datetime) -> str:
    if release.answers_at is None:
        return gettext("answers not shown")
    when = times.near_moment(
        release.answers_at, zone=zone or zone_of(given.assignment.course), now=now
    )
    return gettext("answers from %(when)s") % {"when": when}
