"""What happens to reports: computing them, and finding those that are missing."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from examapp.exams.models import ExamSession, Score, SessionItem
from examapp.reports.models import WeakAreaReport
from questions.models import Domain, Exam, Note

logger = logging.getLogger(__name__)


@transaction.atomic
def compute(session_id: UUID) -> WeakAreaReport | None:
    """Compute the report of a session's current score, once; None while there is no score.

    Evidence is every answer the candidate gave in sittings of the exam that had ended by then, the
    newest one where a question was answered twice. A question left blank says nothing.
    """
    score = (
        Score.objects.select_for_update(of=["self"], no_key=True)
        .select_related("session__exam")
        .filter(session=session_id, is_current=True)
        .first()
    )
    if score is None:
        return None
    done = WeakAreaReport.objects.filter(score=score).first()
    if done:
        return done
    # The estimator brings SciPy, which only the worker should load.
    from examapp.reports.measurement import estimator

    report, _ = WeakAreaReport.objects.update_or_create(
        session=score.session,
        defaults={
            "score": score,
            "estimator": estimator.NAME,
            "body": _body(score.session),
        },
    )
    logger.info("report_computed session=%s", session_id)
    return report


def compute_missing(*, limit: int = 200) -> int:
    """Compute reports that a lost message left out; return how many. A failure stops no other."""
    missing = Score.objects.filter(is_current=True, weak_area_report=None).order_by("scored_at")
    count = 0
    for session_id in list(missing.values_list("session", flat=True)[:limit]):
        try:
            compute(session_id)
        except Exception:
            logger.exception("report_failed session=%s", session_id)
        else:
            count += 1
    return count


def _body(session: ExamSession) -> dict[str, Any]:
    from examapp.reports.measurement.estimator import Area, Estimate, Tally, estimate

    answers, blank = _evidence(session)
    tallies: dict[str, Tally] = {}
    for item in answers.values():
        key = f"topic {item.topic_id}"
        tallies[key] = tallies.get(key, Tally()) + Tally(1.0, float(item.credit or 0))
    blueprint = _blueprint(session.exam)
    areas = [Area(row["key"], row["parent"], row["weight"]) for row in blueprint]
    # Scaled points that a share of the credit is worth below the cut.
    points = (session.scale_cut - session.scale_min) / float(session.raw_cut)

    def shown(row: dict[str, Any], found: Estimate) -> dict[str, Any]:
        return {
            **{name: row[name] for name in ("number", "title", "slug", "read_minutes")},
            "n": round(found.tally.answers),
            "right": round(found.tally.credit, 2),
            "estimate_percent": round(100 * found.mean, 1),
            "low_percent": round(100 * found.low, 1),
            "high_percent": round(100 * found.high, 1),
            "chance_below_percent": round(100 * found.chance_below, 1),
            "gain_points": round(points * found.gain, 1),
            "verdict": found.verdict,
            "more_needed": found.more_needed,
        }

    found = estimate(areas, tallies, cut=float(session.raw_cut))
    rows = [(row["kind"], shown(row, area)) for row, area in zip(blueprint, found, strict=True)]
    topics = [row for kind, row in rows if kind == "topic" and row["n"]]
    return {
        "answers": len(answers),
        "blank": blank,
        "exams": len({item.session_id for item in answers.values()}),
        "domains": [row for kind, row in rows if kind == "domain"],
        "tasks": [row for kind, row in rows if kind == "task"],
        "topics": sorted(topics, key=lambda row: -row["gain_points"]),
    }


def _evidence(session: ExamSession) -> tuple[dict[int, SessionItem], int]:
    """Return the newest answered item of each question, and how many of this sitting are blank."""
    items = (
        SessionItem.objects.telling()
        .filter(
            session__candidate=session.candidate_id,
            session__exam=session.exam_id,
            session__finished_at__lte=session.finished_at,
        )
        .select_related("version")
        .only("session_id", "topic_id", "credit", "response", "version__question_id")
        .order_by("session__finished_at")
    )
    answers, blank = {}, 0
    for item in items:
        if item.response is not None:
            answers[item.version.question_id] = item
        elif item.session_id == session.pk:
            blank += 1
    return answers, blank


def _blueprint(exam: Exam) -> list[dict[str, Any]]:
    """Return every domain, task and topic, each after what it lies in, with its exam share."""
    domains = Domain.objects.filter(exam=exam).prefetch_related("tasks__topics")
    minutes = {
        note.topic_id: note.minutes for note in Note.objects.filter(topic__task__domain__exam=exam)
    }
    whole = _total(domains)
    rows = []
    for domain in domains:
        domain_share = float(domain.weight) / whole
        domain_key = f"domain {domain.pk}"
        rows.append(_row("domain", domain_key, None, domain.number, domain.title, domain_share))
        for task in domain.tasks.all():
            task_share = domain_share * float(task.weight) / _total(domain.tasks.all())
            task_key = f"task {task.pk}"
            rows.append(_row("task", task_key, domain_key, task.number, task.title, task_share))
            topics = task.topics.all()
            for topic in topics:
                row = _row(
                    *("topic", f"topic {topic.pk}", task_key, task.number, topic.title),
                    task_share / len(topics),
                )
                row |= {"slug": topic.slug, "read_minutes": minutes.get(topic.pk)}
                rows.append(row)
    return rows


def _total(weighted: Iterable[Any]) -> float:
    return sum(float(each.weight) for each in weighted)


def _row(
    kind: str, key: str, parent: str | None, number: object, title: str, weight: float
) -> dict[str, Any]:
    return {
        **{"kind": kind, "key": key, "parent": parent, "number": str(number), "title": title},
        **{"weight": weight, "slug": "", "read_minutes": None},
    }
