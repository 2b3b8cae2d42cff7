"""What apps above know of a sitting and this one asks for: each registers when it is ready."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db.models import Q

from examapp.accounts.models import User
from examapp.exams.estimates import SittingEstimate
from questions.hooks import Hook

if TYPE_CHECKING:
    from examapp.exams.models import ExamSession
    from questions.models import Question


@dataclass(frozen=True)
class Release:
    """What of a sitting that ended its candidate may see, and when more comes.

    `score` opens the result, with the domains; `answers` which answers were right; `explanations`
    the whys. `score_at` and `answers_at` are the dates that are known. `whose` names in words who
    holds it back, such as a course.
    """

    score: bool = True
    answers: bool = True
    explanations: bool = True
    score_at: datetime | None = None
    answers_at: datetime | None = None
    whose: str = ""


# Whether someone else waits for a sitting's result, such as a course for that of an assignment:
# such a sitting is neither discarded nor left out.
required_sittings: Hook[Callable[[UUID], bool]] = Hook()

# The estimate of a person as the result of a finished sitting shows it, None while there is none.
estimates: Hook[Callable[["ExamSession"], SittingEstimate | None]] = Hook()

# What someone keeps of a question, for the review of answers: `is_saved` and `own_note`.
kept_questions: Hook[Callable[["User", "Question"], Mapping[str, object]]] = Hook()

# From sittings' keys to what of them may be shown; who is not named is open.
releases: Hook[Callable[[Sequence[UUID]], dict[UUID, Release]]] = Hook()

# A part of a release: each opens a little more of a sitting.
type Part = Literal["score", "answers", "explanations"]

# From the path of a look-up to a sitting, such as "session", and a part to the condition that it is
# held back: the same rule as in `releases`, for lists.
held_back: Hook[Callable[[str, Part], Q]] = Hook()

# From a person's key to the condition on forms that are kept for them, such as by their courses.
kept_forms: Hook[Callable[[int], Q]] = Hook()

# Of which sittings somebody else tells that a score changed, such as their course; as a condition.
told_elsewhere: Hook[Callable[[str], Q]] = Hook()

# By purpose, how a start goes on that waited in line: from candidate and target to where it leads.
starters: Hook[Callable[[User, int], str]] = Hook()


def is_told_elsewhere(session: str) -> Q:
    """Return the condition that a changed score of a sitting is not ours to write of."""
    return _any(condition(session) for condition in told_elsewhere)


def is_held_back(session: str = "pk", part: Part = "score") -> Q:
    """Return the condition that a part of a sitting is not shown to its candidate now."""
    return _any(condition(session, part) for condition in held_back)


def is_kept_form(person: int) -> Q:
    """Return the condition that a form is kept for a person, whether they sat it or not."""
    return _any(condition(person) for condition in kept_forms)


def _any(conditions: Iterable[Q]) -> Q:
    """Return the condition that one of them holds; nothing meets it where there is none."""
    return reduce(or_, conditions, Q(pk__in=[]))


def kept_of(candidate: "User", question: "Question") -> dict[str, object]:
    """Return what someone keeps of a question; nothing where no app knows."""
    return {
        name: value for ask in kept_questions for name, value in ask(candidate, question).items()
    }


def estimate_for(session: "ExamSession") -> SittingEstimate | None:
    """Return a person's estimate for the result of a sitting; None while there is none."""
    found = (estimate(session) for estimate in estimates)
    return next((estimate for estimate in found if estimate), None)


def release_of(session_id: UUID) -> Release:
    """Return what of a sitting its candidate may see."""
    return releases_of([session_id])[session_id]


def releases_of(session_ids: Sequence[UUID]) -> dict[UUID, Release]:
    """Return by sitting what its candidate may see; the strictest answer holds."""
    found = {pk: Release() for pk in session_ids}
    for ask in releases:
        found |= ask(session_ids)
    return found
