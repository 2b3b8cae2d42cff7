"""What a sitting and all before it say of a candidate: the body of the weak-area report."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils import timezone

from examapp.exams.models import ExamSession
from examapp.reports.measurement import areas, evidence, learner, posterior
from examapp.reports.measurement.next_items import worth_of_leaves
from examapp.reports.weak_areas import basis
from examapp.reports.weak_areas.basis import Blueprint, ExamBasis
from examapp.reports.weak_areas.evidence import Answer, evidence_of, guessed

# With fewer answers than this nothing is said about passing.
ENOUGH_FOR_READINESS = 20
DOTS = 20
DAY = timedelta(days=1)
# How many areas of each level count as its weakest: domains, tasks, topics.
NAMED = (1, 3, 5)
STUDY, UNKNOWN, MOVERS = 3, 3, 2


def report_body(session: ExamSession, ground: ExamBasis, before: UUID | None) -> dict[str, Any]:
    """Return the body of the report that explains `session`, from all that had ended by then.

    `before` is the last sitting before it that has a report: what changed since then is told.
    Evidence is what `answered.evidence_of` counts; a question left blank says nothing.
    """
    answers, blank = evidence_of(session.candidate_id, session.exam_id, session)
    plan = ground.plan
    now = max([session.finished_at or timezone.now(), *(given.at for given in answers)])
    belief = believe(answers, ground, now=now)
    found = belief.found
    rows = _rows(session, belief, plan)
    body = {
        "answers": len(answers),
        "blank": blank,
        "outside": len(answers) - round(belief.answers.sum()),
        "exams": len({given.session for given in answers if given.session}),
        "practised": sum(given.session is None for given in answers),
        "domains": rows[0],
        "tasks": rows[1],
        "topics": sorted(rows[2], key=lambda row: -row["gain_points"]),
        "readiness": _readiness(session, found, len(answers)),
        "likely": _likely_scores(session, found),
        "weakest": _weakest(rows[0]),
        "held_by": _held_by(rows[0]),
        "unknown": _unknown(found, plan, rows[1]),
        "study": _study(rows[2], {row["number"]: row for row in rows[1]}, guessed(answers)),
    }
    return body | {"change": _change(body, _told(before) if before else None)}


class Belief(NamedTuple):
    """What is believed of a candidate: draws of true scores, answers and credit of each leaf."""

    found: learner.Scores
    answers: np.ndarray
    credit: np.ndarray


def believe(answers: list[Answer], ground: ExamBasis, *, now: datetime) -> Belief:
    """Return what answers say of a candidate, at a moment up to which they have aged."""
    plan = ground.plan
    # An answer whose topic has left the blueprint counts nowhere.
    inside = [given for given in answers if given.item.topic in plan.leaf_of]
    place_of, logs = ground.place_of, ground.logs
    places = [place_of.get(given.item, -1) for given in inside]
    if -1 in places:
        retired = list({given.item: None for given in inside if given.item not in place_of})
        place_of = place_of | {item: len(logs) // 2 + n for n, item in enumerate(retired)}
        places = [place_of[given.item] for given in inside]
        logs = np.concatenate([logs, basis.logs_of(retired, ground.calibration)])
    leaves = plan.outline.sizes[-1]
    leaf = np.array([plan.leaf_of[given.item.topic] for given in inside], dtype=np.intp)
    credit = np.array([given.credit for given in inside])
    sheet = evidence.answers(
        np.zeros(len(inside)),
        leaf,
        places,
        credit,
        evidence.recency([(now - given.at) / DAY for given in inside]),
    )
    likelihood = evidence.log_likelihood(
        sheet.counts(1, leaves, len(place_of)), logs, leaves=leaves
    )
    belief = posterior.infer(likelihood, plan.outline, ground.spreads)
    return Belief(
        learner.scores(belief, ground.bank),
        np.bincount(leaf, minlength=leaves).astype(float),
        np.bincount(leaf, weights=credit, minlength=leaves),
    )


def _rows(
    session: ExamSession, belief: Belief, plan: Blueprint
) -> tuple[list[dict[str, Any]], ...]:
    outline = plan.outline
    # Scaled points that a share of the credit is worth below the cut.
    points = session.scale.points_below_cut
    levels = []
    for level, named in enumerate(plan.levels):
        of_leaf = outline.leaves_of(level)
        size = outline.sizes[level]
        n, right = (
            np.bincount(of_leaf, weights=each, minlength=size)
            for each in (belief.answers, belief.credit)
        )
        judged = areas.judge(
            belief.found.levels[level][0],
            outline.shares_of(level),
            n,
            cut=session.scale.raw_cut,
            named=NAMED[level],
        )
        figures = [
            *(n, right, n - right, 100 * outline.shares_of(level)),
            *(100 * getattr(judged, name) for name in _SHARES),
            points * judged.gain,
        ]
        told = np.stack(figures, axis=1).round(_DIGITS).tolist()
        rows = zip(named, told, judged.verdict, judged.more_needed, strict=True)
        levels.append(
            [
                row | dict(zip(_FIGURES, (round(count), *rest, verdict, more), strict=True))
                for row, (count, *rest), verdict, more in rows
                if row["pk"] is not None
            ]
        )
    return tuple(levels)


# Of an estimate, and what rows call them.
_SHARES = ("mean", "error", "low", "high", "chance_below", "weakest")
_FIGURES = (
    *("n", "right", "wrong", "share_percent"),
    *("estimate_percent", "error_percent", "low_percent", "high_percent"),
    *("chance_below_percent", "chance_weakest_percent", "gain_points"),
    *("verdict", "more_needed"),
)
_DIGITS = 2


def _readiness(session: ExamSession, found: learner.Scores, answers: int) -> dict[str, Any]:
    """Return the chance that a fresh form reaches the cut, with the range of what is not known."""
    scored = session.exam.scored_count
    needed = session.scale.needed(scored)
    chances = learner.chance_to_pass(found, learner.FormRules(scored, needed))[0]
    low, high = learner.interval(chances, axis=0)
    return {
        "is_enough": answers >= ENOUGH_FOR_READINESS,
        "percent": round(100 * float(chances.mean()), 1),
        "low_percent": round(100 * float(low), 1),
        "high_percent": round(100 * float(high), 1),
        "of_dots": round(DOTS * float(chances.mean())),
        "low_dots": round(DOTS * float(low)),
        "high_dots": round(DOTS * float(high)),
        "dots": DOTS,
        "more_needed": max(0, ENOUGH_FOR_READINESS - answers),
    }


def _likely_scores(session: ExamSession, found: learner.Scores) -> dict[str, Any]:
    """Return the level over the whole exam: share of right answers, and the same on the scale."""
    draws = found.exam[0]
    low, high = learner.interval(draws, axis=0)
    return {
        "percent": round(100 * float(draws.mean()), 1),
        "error_percent": round(100 * float(draws.std()), 2),
        "low_percent": round(100 * float(low), 1),
        "high_percent": round(100 * float(high), 1),
        "low_scaled": session.scale.scaled(float(low)),
        "high_scaled": session.scale.scaled(float(high)),
    }


def _weakest(domains: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the domain most likely to be the weakest, and that chance; None with no answers."""
    if not any(row["n"] for row in domains):
        return None
    row = max(domains, key=lambda row: row["chance_weakest_percent"])
    return {name: row[name] for name in ("number", "title", "chance_weakest_percent")}


def _held_by(domains: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the domain where most points are to gain; None where there are none."""
    row = max(domains, key=lambda row: row["gain_points"])
    if round(row["gain_points"]) == 0:
        return None
    return {name: row[name] for name in ("number", "title", "gain_points")}


def _unknown(
    found: learner.Scores, plan: Blueprint, tasks: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the undecided tasks where an answer would tell most about what is weak."""
    worth = worth_of_leaves(found, plan.outline)[0]
    told = np.maximum.reduceat(worth, plan.outline.starts[2])
    open_ = [
        (float(each), row)
        for each, row in zip(told, tasks, strict=True)
        if row["verdict"] in ("open", "too_few")
    ]
    open_.sort(key=lambda pair: -pair[0])
    names = ("number", "title", "n", "more_needed", "low_percent", "high_percent")
    return [{name: row[name] for name in names} for _, row in open_[:UNKNOWN]]


def _study(
    topics: list[dict[str, Any]], tasks: dict[str, dict[str, Any]], guesses: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Return the topics with a wrong answer that pay most, each with why we think so."""
    worth = [
        row
        for row in topics
        if row["wrong"] > 0 and row["verdict"] != "above" and row["gain_points"] > 0
    ]
    worth.sort(key=lambda row: -row["gain_points"])
    return [
        {**row, "why": _why(row, tasks[row["number"]], guesses.get(row["pk"], 0))}
        for row in worth[:STUDY]
    ]


def _why(topic: dict[str, Any], task: dict[str, Any], guesses: int) -> str:
    seen = f"{topic['wrong']:g} of {topic['n']} wrong here{_of_guesses(topic, guesses)}"
    if topic["n"] < areas.FEW_ANSWERS:
        seen += (
            f". That is little to go by, so the estimate leans on task {task['number']}, where "
            f"{task['wrong']:g} of {task['n']} were wrong"
        )
    return (
        f"{seen}. Your level is likely between {topic['low_percent']:.0f} and "
        f"{topic['high_percent']:.0f} %, with a {topic['chance_below_percent']:.0f} % chance of "
        f"being below the pass line. It is about {topic['share_percent']:.1f} % of the exam."
    )


def _of_guesses(topic: dict[str, Any], guesses: int) -> str:
    """Return what the candidate's own word says of the right answers of a topic."""
    if not guesses:
        return ""
    verb = "was a guess" if guesses == 1 else "were guesses"
    if guesses == topic["right"]:
        return f", the {_SMALL.get(guesses, guesses)} right {verb} by your own word"
    return f", {guesses} of the right ones {verb} by your own word"


_SMALL = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}


_TOLD = """
SELECT jsonb_build_object('readiness', body->'readiness', 'likely', body->'likely',
  'domains', body->'domains')
FROM reports_weakareareport WHERE session_id = %s
"""


def _told(session: UUID) -> dict[str, Any]:
    """Return what the report of a session says of the whole and of domains."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [session])
        told: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return told


def _change(body: dict[str, Any], old: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what moved since the exam before, where it moved by more than noise.

    None without an earlier report.
    """
    if old is None:
        return None

    def moved(then: dict[str, Any], now: dict[str, Any], name: str) -> bool:
        return areas.is_change(
            then[name] / 100,
            then["error_percent"] / 100,
            now[name] / 100,
            now["error_percent"] / 100,
        )

    known = {row["pk"]: row for row in old["domains"]}
    pairs = [(known[row["pk"]], row) for row in body["domains"] if row["pk"] in known]
    beyond = moved(old["likely"], body["likely"], "percent")
    return {
        "readiness_from_percent": old["readiness"]["percent"],
        "from_percent": old["likely"]["percent"],
        "to_percent": body["likely"]["percent"],
        "is_beyond_noise": beyond,
        "movers": _movers(pairs, body["likely"]["percent"] - old["likely"]["percent"])
        if beyond
        else [],
        "domains": [
            _moved(then, now) for then, now in pairs if moved(then, now, "estimate_percent")
        ],
    }


def _moved(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": now["number"],
        "title": now["title"],
        "from_percent": then["estimate_percent"],
        "to_percent": now["estimate_percent"],
    }


def _movers(
    pairs: list[tuple[dict[str, Any], dict[str, Any]]], whole: float
) -> list[dict[str, Any]]:
    """Return the fewest domains, two at most, that make up half of how the whole moved."""
    parts = [
        (
            now["share_percent"] / 100 * (now["estimate_percent"] - then["estimate_percent"]),
            then,
            now,
        )
        for then, now in pairs
    ]
    parts.sort(key=lambda part: part[0] / whole, reverse=True)
    found: list[dict[str, Any]] = []
    told = 0.0
    for part, then, now in parts[:MOVERS]:
        if part * whole > 0 and abs(told) < abs(whole) / 2:
            found.append(_moved(then, now))
            told += part
    return found
