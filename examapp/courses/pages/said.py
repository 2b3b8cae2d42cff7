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
from examapp.web import times


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
class ShownWords:
    """Whole sentences that say when a part of the result is shown; two of them hold `when`."""

    at_once: str
    never: str
    after_close: str
    after_close_at: str
    from_date: str


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
        [
            " ".join(_whole(assignment, len(members), now)),
            *([] if assignment.is_practice else [" ".join(shown_words(assignment, now))]),
        ],
        [] if assignment.is_practice else _more_time(assignment, members),
        Preview(
            _when(assignment, now),
            assignment.title,
            _facts(assignment),
            _until(assignment, now),
        ),
    )


def _minutes(assignment: Assignment) -> int:
    return assignment.minutes or assignment.exam.minutes


def _whole(assignment: Assignment, people: int, now: datetime) -> list[str]:
    """Say who may take what, how often, with which questions, and when; whole sentences."""
    if assignment.is_practice:
        return [
            _who_practices(assignment, people),
            _how_often(assignment.attempts),
            gettext("Each answer is explained at once."),
            _window(assignment, now),
        ]
    minutes = _minutes(assignment)
    return [
        ngettext("%(n)d person may take %(exam)s.", "%(n)d people may take %(exam)s.", people)
        % {"n": people, "exam": assignment.exam.title},
        _how_often(assignment.attempts),
        _source(assignment),
        ngettext("They have %(n)d minute.", "They have %(n)d minutes.", minutes) % {"n": minutes},
        _window(assignment, now),
    ]


def _who_practices(assignment: Assignment, people: int) -> str:
    return ngettext(
        "%(n)d person may practice %(questions)s.",
        "%(n)d people may practice %(questions)s.",
        people,
    ) % {"n": people, "questions": words.questions(assignment.question_count or 0)}


def _source(assignment: Assignment) -> str:
    if assignment.kind == AssignmentKinds.MIX_EACH:
        return gettext("Each gets other questions.")
    if assignment.kind == AssignmentKinds.MIX_ONE:
        return gettext("All get the same new questions.")
    return gettext("All get the same questions.")


def _how_often(attempts: int | None) -> str:
    if attempts is None:
        return gettext("They may take it as often as they like.")
    if attempts == 1:
        return gettext("They may take it once.")
    return ngettext("They may take it %(n)d time.", "They may take it %(n)d times.", attempts) % {
        "n": attempts
    }


def _window(assignment: Assignment, now: datetime) -> str:
    zone = zone_of(assignment.course)
    opens = assignment.opens_at and times.near_moment(assignment.opens_at, zone=zone, now=now)
    closes = assignment.closes_at and times.near_moment(assignment.closes_at, zone=zone, now=now)
    values = {"opens": opens, "closes": closes, "place": times.zone_name(zone)}
    if opens and closes:
        return gettext("It is open between %(opens)s and %(closes)s (%(place)s).") % values
    if closes:
        return gettext("It is open from now to %(closes)s (%(place)s).") % values
    if opens:
        return gettext("It is open from %(opens)s on (%(place)s).") % values
    return gettext("It is open from now on, without an end.")


def shown_words(assignment: Assignment, now: datetime) -> list[str]:
    """Say when people see scores, and when the right answers; two sentences."""
    return [
        _shown(assignment, "scores", _scores_shown(), now),
        _shown(assignment, "answers", _answers_shown(), now),
    ]


def _scores_shown() -> ShownWords:
    return ShownWords(
        at_once=gettext("They see the score at once."),
        never=gettext("They never see the score."),
        after_close=gettext("They see the score after it closes."),
        after_close_at=gettext("They see the score after it closes (%(when)s)."),
        from_date=gettext("They see the score from %(when)s."),
    )


def _answers_shown() -> ShownWords:
    return ShownWords(
        at_once=gettext("They see the right answers at once."),
        never=gettext("They never see the right answers."),
        after_close=gettext("They see the right answers after it closes."),
        after_close_at=gettext("They see the right answers after it closes (%(when)s)."),
        from_date=gettext("They see the right answers from %(when)s."),
    )


def _shown(assignment: Assignment, part: str, sentences: ShownWords, now: datetime) -> str:
    """Say when a part of the result is shown, with the sentence for its release."""
    release = getattr(assignment, f"{part}_release")
    if release == Releases.AT_ONCE:
        return sentences.at_once
    if release == Releases.NEVER:
        return sentences.never
    when = _shown_at(assignment, part, now)
    if when is None:
        return sentences.after_close
    is_after_close = release == Releases.AFTER_CLOSE
    sentence = sentences.after_close_at if is_after_close else sentences.from_date
    return sentence % {"when": when}


def _shown_at(assignment: Assignment, part: str, now: datetime) -> str | None:
    """Return in words when a part of the result is shown that is not shown at once, or never."""
    is_after_close = getattr(assignment, f"{part}_release") == Releases.AFTER_CLOSE
    at = assignment.closes_at if is_after_close else getattr(assignment, f"{part}_at")
    return times.near_moment(at, zone=zone_of(assignment.course), now=now) if at else None


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
        return gettext("opens in %(span)s") % {"span": times.span(assignment.opens_at - now)}
    return gettext("open now")


def _facts(assignment: Assignment) -> str:
    if assignment.is_practice:
        asked = words.questions(assignment.question_count or 0)
        return f"{asked} · {words.tries(assignment.attempts)}"
    return " · ".join(
        (
            words.questions(assignment.exam.item_count),
            words.minutes(_minutes(assignment)),
            words.tries(assignment.attempts),
        )
    )


def _until(assignment: Assignment, now: datetime) -> str:
    if assignment.closes_at is None:
        return "" if assignment.is_practice else seen_words(assignment)
    when = times.near_moment(assignment.closes_at, zone=zone_of(assignment.course), now=now)
    until = gettext("Open until %(when)s.") % {"when": when}
    if assignment.is_practice:
        return until
    return f"{until} {seen_words(assignment)}"


def folds(assignment: Assignment | None, *, who: str, mails: bool) -> Folds:
    """Return what the folded parts hold; of an assignment that cannot be read yet, nothing."""
    if assignment is None:
        return Folds(who, "", "", "", "")
    late = (
        gettext("has to stop at the close")
        if assignment.late_policy == LatePolicies.HARD_CLOSE
        else gettext("may finish after the close")
    )
    rule = Counts(assignment.counts).label.lower()
    code = gettext("with a code") if assignment.access_code else gettext("no code")
    letter = gettext("an email now") if mails else gettext("no email")
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
