"""How fast one person may ask, counted in the shared cache."""

import time

import structlog
from django.core.cache import cache

logger = structlog.get_logger(__name__)


def seconds_to_wait(name: str, *, amount: int, limit: int) -> int:
    """Count `amount` under `name`; return 0, or the seconds until the minute's limit is lifted.

    Who was below the limit may pass it once, so that a long list that waited is not shut out. A
    cache that is away limits nobody: an answer is worth more than a count.
    """
    now = int(time.time())
    key = f"pace-{name}-{now // 60}"
    try:
        cache.add(key, 0, timeout=120)
        count = cache.incr(key, amount)
    except Exception as error:  # whatever the cache's client raises
        logger.warning("pace_unknown", error=type(error).__name__)
        return 0
    return 60 - now % 60 if count - amount >= limit else 0
