"""An assignment read back before it is given, and as a student will see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from examapp.courses.models import (
    Assignment,
    AssignmentKinds,
    Counts,
    Course,
    LatePolicies,
    Membership,
    Releases,
)
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import zone_of
from examapp.courses.pages.for_you import seen_words
from examapp.courses.pages.heads import crumbs_to
from examapp.courses.pages.parts import Crumbs
from examapp.exams import timing


@dataclass(frozen=True)
class Preview:
    """The card that a student will find on their home."""

    when: str
    title: str
    facts: str
    until: str


@dataclass(frozen=True)
class AssignmentSaid:
    sentences: Sequence[str]
    remarks: Sequence[str]
    preview: Preview


@dataclass(frozen=True)
class Folds:
    """What each folded part says while it is shut."""

    who: str
    time: str
    release: str
    counting: str
    letter: str


@dataclass(frozen=True)
class AssignmentFormPage:
    title: str
    heading: str
    sub: str
    crumbs: Crumbs
    url: str
    give: str
    may_be_draft: bool
    folds: Folds


def form_page(
    course: Course, assignment: Assignment | None, *, people: int, url: str, folds: Folds
) -> AssignmentFormPage:
    """Return what stands around the form; `assignment` None is a new one."""
    is_given = assignment is not None and assignment.is_published
    count = words.people(people)
    give = gettext("Save the changes") if is_given else gettext("Give to %(n)s") % {"n": count}
    return AssignmentFormPage(
        title=course.name,
        heading=gettext("New assignment") if assignment is None else assignment.title,
        sub=gettext("For %(course)s · %(people)s") % {"course": course.name, "people": count},
        crumbs=crumbs_to(course),
        url=url,
        give=give,
        may_be_draft=not is_given,
        folds=folds,
    )


def said(assignment: Assignment, members: Sequence[Membership], *, now: datetime) -> AssignmentSaid:
    """Read an assignment back, saved or not, for the people who get it."""
    return AssignmentSaid(
        [_whole(assignment, len(members), now), shown_words(assignment, now)],
        _more_time(assignment, members),
        Preview(
            _when(assignment, now),
            assignment.title,
            _facts(assignment),
            _until(assignment, now),
        ),
    )


def _minutes(assignment: Assignment) -> int:
    return assignment.minutes or assignment.exam.minutes


def _whole(assignment: Assignment, people: int, now: datetime) -> str:
    source = {
        AssignmentKinds.MIX_EACH: gettext("each with other questions"),
        AssignmentKinds.MIX_ONE: gettext("all with the same new questions"),
        AssignmentKinds.FIXED: gettext("all with the same questions"),
    }[AssignmentKinds(assignment.kind)]
    return ngettext(
        "%(n)d person may take %(exam)s %(tries)s, %(source)s, in %(minutes)s, %(window)s.",
        "%(n)d people may take %(exam)s %(tries)s, %(source)s, in %(minutes)s, %(window)s.",
        people,
    ) % {
        "n": people,
        "exam": assignment.exam.title,
        "tries": _times(assignment.attempts),
        "source": source,
        "minutes": words.minutes(_minutes(assignment)),
        "window": _window(assignment, now),
    }


def _times(attempts: int | None) -> str:
    if attempts is None:
        return gettext("as often as they like")
    if attempts == 1:
        return gettext("once")
    return ngettext("%(n)d time", "%(n)d times", attempts) % {"n": attempts}


def _window(assignment: Assignment, now: datetime) -> str:
    zone = zone_of(assignment.course)
    opens = assignment.opens_at and words.moment(assignment.opens_at, zone=zone, now=now)
    closes = assignment.closes_at and words.moment(assignment.closes_at, zone=zone, now=now)
    values = {"opens": opens, "closes": closes, "place": words.zone_name(zone)}
    if opens and closes:
        return gettext("between %(opens)s and %(closes)s (%(place)s)") % values
    if closes:
        return gettext("from now to %(closes)s (%(place)s)") % values
    if opens:
        return gettext("from %(opens)s on (%(place)s)") % values
    return gettext("from now on, without an end")


def shown_words(assignment: Assignment, now: datetime) -> str:
    """Say when people see scores and answers."""
    return gettext("They see the score %(scores)s, the right answers %(answers)s.") % {
        "scores": _release(assignment, "scores", now),
        "answers": _release(assignment, "answers", now),
    }


def _release(assignment: Assignment, part: str, now: datetime) -> str:
    mode = getattr(assignment, f"{part}_release")
    zone = zone_of(assignment.course)
    if mode == Releases.AT_ONCE:
        return gettext("at once")
    if mode == Releases.NEVER:
        return gettext("never")
    at = assignment.closes_at if mode == Releases.AFTER_CLOSE else getattr(assignment, f"{part}_at")
    if at is None:
        return gettext("after the close")
    when = words.moment(at, zone=zone, now=now)
    if mode == Releases.AFTER_CLOSE:
        return gettext("after the close (%(when)s)") % {"when": when}
    return gettext("from %(when)s") % {"when": when}


def _more_time(assignment: Assignment, members: Sequence[Membership]) -> list[str]:
    """Name those whose extra time makes their exam longer, by how long it is."""
    base = _minutes(assignment)
    longer: dict[int, list[str]] = {}
    for member in members:
        minutes = max(_allowed(base, row) for row in (member, *_own_time(member)))
        if minutes > base:
            longer.setdefault(minutes, []).append(str(member))
    return [
        ngettext(
            "%(names)s has more time: %(minutes)s.",
            "%(names)s have more time: %(minutes)s.",
            len(names),
        )
        % {"names": words.names(names), "minutes": words.minutes(minutes)}
        for minutes, names in sorted(longer.items())
    ]


def _own_time(member: Membership) -> list[object]:
    own = getattr(member.user, "accommodation", None) if member.user else None
    return [own] if own is not None else []


def _allowed(base: int, row: object) -> int:
    factor: Decimal = row.time_factor  # type: ignore[attr-defined]
    extra: int = row.extra_minutes  # type: ignore[attr-defined]
    return int(timing.allowed(base, factor=factor, extra_minutes=extra).total_seconds() // 60)


def _when(assignment: Assignment, now: datetime) -> str:
    if assignment.opens_at and assignment.opens_at > now:
        return gettext("opens in %(span)s") % {"span": words.span(assignment.opens_at - now)}
    return gettext("open now")


def _facts(assignment: Assignment) -> str:
    return " · ".join(
        (
            words.questions(assignment.exam.item_count),
            words.minutes(_minutes(assignment)),
            words.tries(assignment.attempts),
        )
    )


def _until(assignment: Assignment, now: datetime) -> str:
    if assignment.closes_at is None:
        return seen_words(assignment)
    when = words.moment(assignment.closes_at, zone=zone_of(assignment.course), now=now)
    until = gettext("Open until %(when)s.") % {"when": when}
    return f"{until} {seen_words(assignment)}"


def folds(assignment: Assignment | None, *, who: str, mails: bool) -> Folds:
    """Return what the folded parts hold; of an assignment that cannot be read yet, nothing."""
    if assignment is None:
        return Folds(who, "", "", "", "")
    late = (
        gettext("ends at the close")
        if assignment.late_policy == LatePolicies.HARD_CLOSE
        else gettext("may finish after the close")
    )
    rule = Counts(assignment.counts).label.lower()
    code = gettext("with a code") if assignment.access_code else gettext("no code")
    letter = gettext("a letter now") if mails else gettext("no letter")
    return Folds(
        who,
        f"{words.minutes(_minutes(assignment))}; {late}",
        gettext("score %(scores)s, answers %(answers)s")
        % {
            "scores": Releases(assignment.scores_release).label.lower(),
            "answers": Releases(assignment.answers_release).label.lower(),
        },
        gettext("yes: %(rule)s") % {"rule": rule} if assignment.is_graded else gettext("no"),
        f"{code}; {letter}",
    )
