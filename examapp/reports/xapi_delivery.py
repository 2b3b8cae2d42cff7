"""The delivery of xAPI statements to a store outside: once a score, tried repeatedly."""

import base64
import json
import urllib.error
import urllib.request
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from examapp.exams.models import Score
from examapp.reports.models import Delivery
from examapp.reports.xapi import Statement, statements_of

logger = structlog.get_logger(__name__)

# Seconds that a store of statements may take to answer.
_TIMEOUT = 10
MOST_ATTEMPTS = 12


class DeliveryFailed(Exception):
    """A store of statements that did not take them; the text says why."""


def deliver(score: Score) -> bool:
    """Send a score's statements to the store that is configured, once; return whether it did.

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
    undelivered = recent.exclude(waits | ended).select_related("session__exam")
    return undelivered.order_by("scored_at")


def _post(statements: list[Statement]) -> None:
    """Post statements; 409 means that the store has them already."""
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}
    if settings.XAPI_CREDENTIALS:
        credentials = base64.b64encode(settings.XAPI_CREDENTIALS.encode()).decode()
        headers["Authorization"] = f"Basic {credentials}"
    address = f"{settings.XAPI_ENDPOINT.rstrip('/')}/statements"
    request = urllib.request.Request(
        address, json.dumps(statements).encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT):
            return
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
