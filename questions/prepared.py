"""Statements that a connection plans once: of what is asked all day, planning is most of the work.

psycopg prepares what is bound on the server (setting `prepare_threshold`), and nothing behind a
pooler, where each transaction may have another connection.
"""

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import NotSupportedError, connection


def rows(text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement with places like %(exam)s::bigint, whose types it says."""
    with connection.cursor() as cursor:
        # Django's own binds on the client, which leaves nothing to prepare.
        cursor.cursor = psycopg.Cursor(cursor.cursor.connection)
        try:
            cursor.execute(text, values)
        except NotSupportedError:
            # A migration changed a type that this connection has planned with: end it soon.
            connection.close_at = time.monotonic()
            raise
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
