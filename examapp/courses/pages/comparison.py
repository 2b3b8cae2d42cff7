"""The same class on two assignments: what changed, and whether by more than chance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg
from django.utils.translation import gettext, ngettext

from examapp.courses import changes
from examapp.courses.changes import FEWEST, Change
from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.heads import AssignmentHead
from examapp.courses.pages.parts import Crumbs
from examapp.courses.pages.taken import Counted, Taken, Tried
from examapp.exams.models import SessionItem

# The whole exam, beside its domains by their numbers.
WHOLE = 0


@dataclass(frozen=True)
class Row:
    """A domain, or the whole exam: per cent right before and after, and what changed."""

    title: str
    before: str
    after: str
    change: str
    range: str
    is_whole: bool = False


@dataclass(frozen=True)
class Comparison:
    """Two assignments, the earlier first; `heading` says what came of it in one sentence."""

    titles: tuple[str, str]
    heading: str
    sentence: str
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class ComparePage:
    head: AssignmentHead
    others: Crumbs
    other: str
    comparison: Comparison | None


def comparable(assignment: Assignment) -> list[Assignment]:
    """Return the other assignments of the course with the same exam, in one statement."""
    rows = assignment.course.assignments.published().exclude(pk=assignment.pk)
    return list(rows.filter(exam=assignment.exam_id).exclude(kind=Assignment.Kind.PRACTICE))


def in_order(one: Assignment, other: Assignment) -> tuple[Assignment, Assignment]:
    """Return two assignments, the one first that could be taken first."""

    def when(each: Assignment) -> tuple[float, int]:
        return (each.opens_at or each.published_at or each.made_at).timestamp(), each.pk

    return (one, other) if when(one) <= when(other) else (other, one)


def comparison(titles: tuple[str, str], before: Taken, after: Taken) -> Comparison:
    """Compare who took both; of fewer than FEWEST nothing is told."""
    pairs = _pairs(before, after)
    if len(pairs) < FEWEST:
        return Comparison(titles, words.too_few(FEWEST), _both(len(pairs)))
    doubts = [question_doubts([each[place].session for each in pairs]) for place in (0, 1)]
    has_same_questions = doubts[0].questions == doubts[1].questions
    doubt = {} if has_same_questions else _added(doubts[0].by_domain, doubts[1].by_domain)
    parts: list[tuple[int, str]] = [(WHOLE, gettext("All questions"))]
    parts += [(each.number, f"{each.number} {each.title}") for each in after.domains]
    found = [
        (number, title, _change(before, after, pairs, number, doubt)) for number, title in parts
    ]
    rows = [_row(title, each, is_whole=number == WHOLE) for number, title, each in found]
    return Comparison(titles, verdict(found[0][2]), _sentence(pairs), rows)


def _pairs(before: Taken, after: Taken) -> list[tuple[Tried, Tried]]:
    first = {person.member: person for person in before.people}
    return [(first[late.member], late) for late in after.people if late.member in first]


def _change(
    before: Taken,
    after: Taken,
    pairs: Sequence[tuple[Tried, Tried]],
    number: int,
    doubt: dict[int, float],
) -> Change | None:
    """Return the change in a part of the exam, of those who were asked something there twice."""
    counts = [
        (_right_in(before, one, number), _right_in(after, other, number)) for one, other in pairs
    ]
    asked = [(one.share, other.share) for one, other in counts if one.of and other.of]
    return changes.change(
        [one for one, _ in asked],
        [other for _, other in asked],
        shared=doubt.get(number, 0.0),
    )


def _right_in(sat: Taken, person: Tried, number: int) -> Counted:
    if number == WHOLE:
        return Counted(person.right, person.of)
    return sat.in_domain(person, number)


@dataclass(frozen=True)
class Doubts:
    """How much a share varies with which questions were asked, by domain; and which they were."""

    questions: frozenset[int]
    by_domain: dict[int, float]


def question_doubts(sessions: Collection[UUID]) -> Doubts:
    """Return the doubt that lies in the questions of sittings, in one statement."""
    rows = SessionItem.objects.filter(session__in=sessions).counted().order_by()
    shares = rows.values_list("version__question", "topic__task__domain__number").annotate(
        share=Avg("credit", default=0)
    )
    found: dict[int, list[float]] = {}
    questions = set()
    for question, number, share in shares:
        questions.add(question)
        for key in (WHOLE, number):
            found.setdefault(key, []).append(float(share))
    doubts = {number: changes.of_questions(values) for number, values in found.items()}
    return Doubts(frozenset(questions), doubts)


def _added(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    return {key: one.get(key, 0.0) + other.get(key, 0.0) for key in {*one, *other}}


def verdict(whole: Change | None) -> str:
    """Say what is known of a change."""
    if whole is None:
        return words.too_few(FEWEST)
    if whole.is_better:
        return gettext("The class improved")
    if whole.is_worse:
        return gettext("The class did worse")
    return gettext("Too early to say whether the class improved")


def _sentence(pairs: Sequence[tuple[Tried, Tried]]) -> str:
    """Say how the mean score moved."""
    n = len(pairs)
    return ngettext(
        "%(n)d person took both. Their score went from %(before)d to %(after)d.",
        "%(n)d people took both. Their average score went from %(before)d to %(after)d.",
        n,
    ) % {
        "n": n,
        "before": round(sum(one.scaled for one, _ in pairs) / n),
        "after": round(sum(other.scaled for _, other in pairs) / n),
    }


def _both(count: int) -> str:
    if not count:
        return gettext("Nobody took both.")
    return gettext("Only people who took both are compared.")


def _row(title: str, found: Change | None, *, is_whole: bool) -> Row:
    if found is None:
        return Row(title, "", "", "", words.too_few(FEWEST), is_whole)
    return Row(
        title,
        _share(found.before),
        _share(found.after),
        points(found.difference),
        likely(found),
        is_whole,
    )


def likely(found: Change) -> str:
    """Say the likely range of a change, in points of a hundred."""
    return gettext("likely %(low)s to %(high)s") % {
        "low": points(max(-1.0, found.low)),
        "high": points(min(1.0, found.high)),
    }


def points(share: float) -> str:
    """Write a difference of shares as points of a hundred, with its sign."""
    return f"{round(100 * share):+d}".replace("+0", "0").replace("-", "\N{MINUS SIGN}")


def _share(share: float) -> str:
    return f"{round(100 * share)} %"
