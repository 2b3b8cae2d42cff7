"""Querysets that are turned into SQL once: what is asked all day costs Django more than PostgreSQL.

For querysets that depend on keys alone, such as those of a person, an exam and a sitting, and on
what hooks add. Times in them are the database's own.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from psycopg import sql

from questions import prepared
from questions.hooks import Hook

type Key = int | UUID

# Stand for the keys while a queryset is compiled; no key and no constant of ours is one of them.
_NUMBERS = (2_147_480_011, 2_147_480_027, 2_147_480_033)
_UUIDS = tuple(UUID(int=number) for number in _NUMBERS)


class CompiledQuery:
    """A queryset of values, built once from stand-ins and asked with other keys after that.

    Each place takes keys of one type. Columns come as psycopg reads them: no field converts them,
    and JSON is text.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        # With how often hooks had changed by then: what they add is part of the statement.
        self._compiled: tuple[int, str | None] = -1, None

    def rows(self, *keys: Key) -> list[tuple[Any, ...]]:
        """Return what the queryset of these keys holds now."""
        changes, statement = self._compiled
        if changes != Hook.changes:
            changes, statement = Hook.changes, self._compile(keys)
            self._compiled = changes, statement
        if statement is None:
            return []
        return prepared.rows(statement, {f"key{place}": key for place, key in enumerate(keys)})

    def _compile(self, keys: Sequence[Key]) -> str | None:
        """Return the statement with %(key0)s for the first key; None if nothing can meet it.

        All else is part of its text, by which PostgreSQL sees which partial index it can use.
        """
        places = dict(_place(index, key) for index, key in enumerate(keys))
        try:
            text, values = self._build(*places).query.sql_with_params()
        except EmptyResultSet:
            return None
        asked = [each for each in values if type(each) in (int, UUID)]
        if not set(places) <= set(asked):
            raise TypeError(f"{text} does not ask for each of its {len(keys)} keys")
        if any(isinstance(each, date) for each in values):
            raise TypeError(f"{text} holds a moment of this process")
        words = iter(
            (type(each) in (int, UUID) and places.get(each))
            or sql.Literal(each).as_string().replace("%", "%%")
            for each in values
        )
        return re.sub("%[s%]", lambda found: next(words) if found[0] == "%s" else "%%", text)


def _place(index: int, key: Key) -> tuple[Key, str]:
    """Return what stands for a key in the queryset, and in the statement."""
    if isinstance(key, UUID):
        return _UUIDS[index], f"%(key{index})s::uuid"
    if isinstance(key, int):
        return _NUMBERS[index], f"%(key{index})s::bigint"
    raise TypeError(f"{key!r} is no key: neither a number nor a UUID")
