"""Results as xAPI statements.

xAPI 1.0.3: an actor did a verb to an object with a result; ids are made of what they name, so that
a statement sent twice is one.
"""

import uuid
from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict

from django.conf import settings

from examapp.exams.models import ExamSession, Score, SessionItem
from examapp.reports.exports import pseudonym

_NAMESPACE = uuid.UUID("6f5c3f52-6a0f-4f0e-9d53-6d0f5f6b8a11")
type _VerbName = Literal["answered", "passed", "failed"]
_VERBS: dict[_VerbName, str] = {
    "answered": "http://adlnet.gov/expapi/verbs/answered",
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "failed": "http://adlnet.gov/expapi/verbs/failed",
}
_QUESTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
_EXAM = "http://adlnet.gov/expapi/activities/assessment"


# --- A statement's parts, by the names of the standard (IEEE 9274.1.1) --------------------------


class Account(TypedDict):
    homePage: str
    name: str


class Actor(TypedDict):
    objectType: str
    account: Account


class Verb(TypedDict):
    id: str
    display: dict[str, str]


class Definition(TypedDict):
    type: str
    name: NotRequired[dict[str, str]]
    interactionType: NotRequired[str]


class Activity(TypedDict):
    objectType: str
    id: str
    definition: Definition


class ResultScore(TypedDict):
    raw: NotRequired[int]
    min: NotRequired[int]
    max: NotRequired[int]
    scaled: float


class Result(TypedDict):
    score: ResultScore
    success: bool
    completion: NotRequired[bool]
    duration: str


class Context(TypedDict):
    registration: str
    platform: str
    contextActivities: NotRequired[dict[str, list[Activity]]]


class Statement(TypedDict):
    id: str
    actor: Actor
    verb: Verb
    object: Activity
    result: Result
    context: Context
    timestamp: str


# --- Statements of a session --------------------------------------------------------------------


def statements_of(session: ExamSession) -> list[Statement]:
    """Return a statement for each answered question of a finished session and one for the result.

    The actor is an account of the site, by its pseudonym: no name and no address leaves.
    """
    score = session.scores.get(is_current=True)
    items = session.items.select_related("version__question").defer(
        "version__content", "version__html", "version__key"
    )
    answered = (item for item in items if item.response is not None)
    return [
        *(_answer_statement(session, item, score) for item in answered),
        _result_statement(session, score),
    ]


def _answer_statement(session: ExamSession, item: SessionItem, score: Score) -> Statement:
    version, credit = item.version, float(item.credit or 0)
    question: Activity = {
        "objectType": "Activity",
        "id": f"{_site()}/xapi/questions/{version.question.ref}/{version.number}",
        "definition": {"type": _QUESTION, "interactionType": "other"},
    }
    return _statement(
        session,
        f"question {item.position} score {score.number}",
        "answered",
        question,
        result={
            "score": {"scaled": round(credit, 4)},
            "success": credit == 1,
            "duration": duration(item.elapsed_ms / 1000),
        },
        context=_context(session) | {"contextActivities": {"parent": [_exam(session)]}},
        at=item.answered_at or _finished_at(session),
    )


def _result_statement(session: ExamSession, score: Score) -> Statement:
    span = session.scale_max - session.scale_min
    time_used = session.time_used or timedelta()
    return _statement(
        session,
        f"score {score.number}",
        "passed" if score.is_pass else "failed",
        _exam(session),
        result={
            "score": {
                "raw": score.scaled,
                "min": session.scale_min,
                "max": session.scale_max,
                "scaled": round((score.scaled - session.scale_min) / span, 4),
            },
            "success": score.is_pass,
            "completion": True,
            "duration": duration(time_used.total_seconds()),
        },
        context=_context(session),
        at=_finished_at(session),
    )


def _statement(
    session: ExamSession,
    name: str,
    verb: _VerbName,
    about: Activity,
    *,
    result: Result,
    context: Context,
    at: datetime,
) -> Statement:
    """Return a statement; `name` tells it from the session's others."""
    account = pseudonym(session.exam, session.candidate_id)
    return {
        "id": str(uuid.uuid5(_NAMESPACE, f"{session.pk} {name}")),
        "actor": {"objectType": "Agent", "account": {"homePage": _site(), "name": account}},
        "verb": {"id": _VERBS[verb], "display": {"en": verb}},
        "object": about,
        "result": result,
        "context": context,
        "timestamp": at.isoformat(),
    }


def _exam(session: ExamSession) -> Activity:
    return {
        "objectType": "Activity",
        "id": f"{_site()}/exams/{session.exam.code}/",
        "definition": {"type": _EXAM, "name": {"en": session.exam.title}},
    }


def _context(session: ExamSession) -> Context:
    return {"registration": str(session.pk), "platform": _site()}


def _site() -> str:
    return settings.SITE_URL.rstrip("/")


def _finished_at(session: ExamSession) -> datetime:
    return session.finished_at or session.deadline_at


def duration(seconds: float) -> str:
    """Return a time span as ISO 8601 writes it, to the hundredth of a second."""
    span = timedelta(seconds=max(0.0, seconds))
    return f"PT{span.total_seconds():.2f}S"
