"""Statements that a connection plans once: of what is asked all day, planning is most of the work.

Behind a pooler that gives each transaction another connection they are sent as they are.
"""

import re
from collections.abc import Sequence
from itertools import count
from threading import Lock
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import connection

_numbers = count(1)
_names: dict[str, str] = {}
# The names that each connection knows; a connection is used by one thread at a time.
_known: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()
_lock = Lock()


def rows(text: str, types: Sequence[str], values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement whose parameters are written $1, $2 and have these types."""
    with connection.cursor() as cursor:
        if settings.DATABASE_POOLED:
            named = re.sub(r"\$(\d+)", r"%(p\1)s", text.replace("%", "%%"))
            cursor.execute(named, {f"p{place}": value for place, value in enumerate(values, 1)})
        else:
            # A part of our own connection, and counted as no statement of the page's.
            name = _prepared(cast("psycopg.ClientCursor[Any]", cursor.cursor), text, types)
            places = ", ".join(["%s"] * len(values))
            cursor.execute(f"EXECUTE {name} ({places})", values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _prepared(cursor: "psycopg.ClientCursor[Any]", text: str, types: Sequence[str]) -> str:
    """Return the name of a statement on the cursor's connection, which knows it from now on."""
    with _lock:
        name = _names.get(text) or _names.setdefault(text, f"prepared_{next(_numbers)}")
        known = _known.setdefault(cursor.connection, set())
    if name not in known:
        cursor.execute(f"PREPARE {name} ({', '.join(types)}) AS {text}".encode())
        known.add(name)
    return name
