"""Results on their way out: a sitting's report as data, tables for the exam's team, xAPI."""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from examapp.exams.models import ExamSession, Score
from examapp.reports.exports import Answered, Sat, statements
from examapp.reports.models import Delivery, WeakAreaReport
from questions.models import Domain, Exam

logger = structlog.get_logger(__name__)

# Seconds that a store of statements may take to answer.
_PATIENCE = 10
MOST_ATTEMPTS = 12


class DeliveryFailed(Exception):
    """A store of statements that did not take them; the text says why."""


def report_of(session: ExamSession, *, with_areas: bool) -> dict[str, Any]:
    """Return what a candidate may keep of a finished sitting, as JSON holds it."""
    score = session.scores.get(is_current=True)
    areas = WeakAreaReport.objects.filter(score=score).first() if with_areas else None
    return {
        "session": str(session.pk),
        "exam": {"code": session.exam.code, "title": session.exam.title},
        "started_at": session.started_at.isoformat(),
        "finished_at": session.finished_at and session.finished_at.isoformat(),
        "scaled": score.scaled,
        "scale": [session.scale_min, session.scale_cut, session.scale_max],
        "is_pass": score.is_pass,
        "is_estimate": True,
        "credit": float(score.credit),
        "max_credit": score.max_credit,
        "domains": [
            {
                "number": row.domain.number,
                "title": row.domain.title,
                "credit": float(row.credit),
                "max_credit": row.max_credit,
            }
            for row in score.domain_scores.select_related("domain")
        ],
        "weak_areas": areas.body if areas else None,
    }


def results_table(exam: Exam) -> Iterator[list[Any]]:
    """Return a row for each sitting of an exam, its header first.

    Candidates are numbers that mean nothing elsewhere: who works on a bank does not thereby teach
    those who sit it.
    """
    domains = list(Domain.objects.filter(exam=exam))
    yield [
        *("candidate", "started", "finished", "minutes", "scaled", "passed", "credit", "of"),
        *(f"{domain.number} {domain.title}" for domain in domains),
    ]
    scores = Score.objects.filter(session__exam=exam, is_current=True).select_related("session")
    scores = scores.prefetch_related("domain_scores").order_by("session__finished_at", "pk")
    for score in scores.iterator(chunk_size=500):
        session = score.session
        used = session.time_used or timedelta()
        by_domain = {row.domain_id: float(row.credit) for row in score.domain_scores.all()}
        yield [
            pseudonym(exam, session.candidate_id),
            session.started_at.strftime("%Y-%m-%d %H:%M"),
            session.finished_at.strftime("%Y-%m-%d %H:%M") if session.finished_at else "",
            round(used.total_seconds() / 60, 1),
            score.scaled,
            "yes" if score.is_pass else "no",
            float(score.credit),
            score.max_credit,
            *(by_domain.get(domain.pk, "") for domain in domains),
        ]


def pseudonym(exam: Exam, candidate_id: int) -> str:
    """Return what a candidate is called in an exam's tables: always the same, and no more."""
    key = f"results {settings.SECRET_KEY}".encode()
    told = hmac.new(key, f"{exam.pk} {candidate_id}".encode(), hashlib.sha256)
    return told.hexdigest()[:10]


def statements_of(session: ExamSession) -> list[dict[str, Any]]:
    """Return the xAPI statements of a finished sitting."""
    score = session.scores.get(is_current=True)
    finished = session.finished_at or session.deadline_at
    used = session.time_used or timedelta()
    items = session.items.select_related("version__question").defer(
        "version__content", "version__html", "version__key"
    )
    answers = [
        Answered(
            ref=item.version.question.ref,
            version=item.version.number,
            position=item.position,
            credit=float(item.credit or 0),
            seconds=item.elapsed_ms / 1000,
            at=item.answered_at or finished,
        )
        for item in items
        if item.response is not None
    ]
    sat = Sat(
        id=session.pk,
        exam=session.exam.code,
        title=session.exam.title,
        candidate=pseudonym(session.exam, session.candidate_id),
        scaled=score.scaled,
        scale_min=session.scale_min,
        scale_max=session.scale_max,
        is_pass=score.is_pass,
        credit=float(score.credit),
        max_credit=score.max_credit,
        finished_at=finished,
        seconds=used.total_seconds(),
        score_number=score.number,
    )
    return statements(sat, answers, site=settings.SITE_URL.rstrip("/"))


def deliver(score: Score) -> bool:
    """Send a score's statements to the store that is configured, once; tell whether it did.

    Safe to repeat: ids are made of what they name, and a store knows them again. Raises
    DeliveryFailed, after noting it, where the store did not take them.
    """
    if not settings.XAPI_ENDPOINT:
        return False
    delivery, _ = Delivery.objects.get_or_create(score=score)
    if delivery.delivered_at:
        return False
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(attempts=F("attempts") + 1, tried_at=Now())
    try:
        _post(statements_of(score.session))
    except (OSError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"[:300]
        rows.update(problem=reason)
        logger.warning("statements_not_sent", session=score.session_id, error=reason)
        raise DeliveryFailed(reason) from error
    rows.update(delivered_at=Now(), problem="")
    logger.info("statements_sent", session=score.session_id)
    return True


def deliver_waiting(*, limit: int = 50) -> int:
    """Send what messages and earlier attempts left; return how many. A failure stops no other."""
    if not settings.XAPI_ENDPOINT:
        return 0
    count = 0
    for score in _undelivered()[:limit]:
        try:
            count += deliver(score)
        except DeliveryFailed:
            continue
    return count


def _undelivered() -> QuerySet[Score]:
    """Return scores of the last week that no store has yet; attempts are an hour apart or more."""
    recent = Score.objects.filter(is_current=True, scored_at__gt=Now() - timedelta(days=7))
    waits = Q(delivery__tried_at__gt=Now() - timedelta(hours=1))
    ended = Q(delivery__delivered_at__isnull=False) | Q(delivery__attempts__gte=MOST_ATTEMPTS)
    whole = recent.exclude(waits | ended).select_related("session__exam")
    return whole.order_by("scored_at")


def _post(body: list[dict[str, Any]]) -> None:
    """Post statements; a store that has them already is content."""
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}
    if settings.XAPI_CREDENTIALS:
        word = base64.b64encode(settings.XAPI_CREDENTIALS.encode()).decode()
        headers["Authorization"] = f"Basic {word}"
    address = f"{settings.XAPI_ENDPOINT.rstrip('/')}/statements"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE):
            return
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
