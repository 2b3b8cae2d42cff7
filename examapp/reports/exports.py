"""Results as others read them: a candidate's report as data, xAPI statements. Pure.

xAPI 1.0.3: an actor did a verb to an object with a result; ids are made of what they name, so that
a statement sent twice is one.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_SPACE = uuid.UUID("6f5c3f52-6a0f-4f0e-9d53-6d0f5f6b8a11")
_VERBS = {
    "answered": "http://adlnet.gov/expapi/verbs/answered",
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "failed": "http://adlnet.gov/expapi/verbs/failed",
}
_KINDS = {
    "question": "http://adlnet.gov/expapi/activities/cmi.interaction",
    "exam": "http://adlnet.gov/expapi/activities/assessment",
}


@dataclass(frozen=True)
class Answered:
    """A question of a sitting that was answered: its ref and version, and what it earned."""

    ref: str
    version: int
    position: int
    credit: float
    seconds: float
    at: datetime


@dataclass(frozen=True)
class Sat:
    """A sitting that has ended."""

    id: uuid.UUID
    exam: str
    title: str
    candidate: str
    scaled: int
    scale_min: int
    scale_max: int
    is_pass: bool
    credit: float
    max_credit: int
    finished_at: datetime
    seconds: float
    score_number: int


def statements(sat: Sat, answers: Iterable[Answered], *, site: str) -> list[dict[str, Any]]:
    """Return a statement for each answered question and one for the result.

    The actor is an account of the site, by its number: no name and no address leaves.
    """
    actor = {"objectType": "Agent", "account": {"homePage": site, "name": sat.candidate}}
    context = {"registration": str(sat.id), "platform": site}
    exam = _activity(f"{site}/exams/{sat.exam}/", "exam", sat.title)

    def statement(name: str, verb: str, about: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid5(_SPACE, f"{sat.id} {name}")),
            "actor": actor,
            "verb": {"id": _VERBS[verb], "display": {"en": verb}},
            "object": dict(about),
            **more,
        }

    found = [
        statement(
            f"question {answer.position} score {sat.score_number}",
            "answered",
            _activity(f"{site}/xapi/questions/{answer.ref}/{answer.version}", "question", ""),
            result={
                "score": {"scaled": round(answer.credit, 4)},
                "success": answer.credit == 1,
                "duration": duration(answer.seconds),
            },
            context=context | {"contextActivities": {"parent": [exam]}},
            timestamp=answer.at.isoformat(),
        )
        for answer in answers
    ]
    span = sat.scale_max - sat.scale_min
    found.append(
        statement(
            f"score {sat.score_number}",
            "passed" if sat.is_pass else "failed",
            exam,
            result={
                "score": {
                    "raw": sat.scaled,
                    "min": sat.scale_min,
                    "max": sat.scale_max,
                    "scaled": round((sat.scaled - sat.scale_min) / span, 4),
                },
                "success": sat.is_pass,
                "completion": True,
                "duration": duration(sat.seconds),
            },
            context=context,
            timestamp=sat.finished_at.isoformat(),
        )
    )
    return found


def duration(seconds: float) -> str:
    """Return a time span as ISO 8601 writes it, to the hundredth of a second."""
    span = timedelta(seconds=max(0.0, seconds))
    return f"PT{span.total_seconds():.2f}S"


def _activity(address: str, kind: str, title: str) -> dict[str, Any]:
    about: dict[str, Any] = {"type": _KINDS[kind]}
    if title:
        about["name"] = {"en": title}
    if kind == "question":
        about["interactionType"] = "other"
    return {"objectType": "Activity", "id": address, "definition": about}
