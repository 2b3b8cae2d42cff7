"""Querysets that are turned into SQL once: what is asked all day costs Django more than PostgreSQL.

For querysets that depend on whole numbers alone, such as the keys of a person and an exam, and on
what hooks add. Times in them are the database's own.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from questions.hooks import Hook

# Stand for the numbers while a queryset is compiled; no key and no constant of ours is one of them.
_PLACES = (2_147_480_011, 2_147_480_027, 2_147_480_033)


class Statement(NamedTuple):
    sql: str
    values: tuple[Any, ...]


class CompiledQuery:
    """A queryset of values, built once from stand-ins and asked with other numbers after that.

    Columns come as psycopg reads them: no field converts them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        # With how often hooks had changed by then: what they add is part of the statement.
        self._compiled: tuple[int, Statement | None] = -1, None

    def rows(self, *keys: int) -> list[tuple[Any, ...]]:
        """Return what the queryset of these numbers holds now."""
        changes, statement = self._compiled
        if changes != Hook.changes:
            changes, statement = Hook.changes, self._compile(len(keys))
            self._compiled = changes, statement
        if statement is None:
            return []
        given = dict(zip(_PLACES, keys, strict=False))
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [_value(each, given) for each in statement.values])
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _compile(self, count: int) -> Statement | None:
        """Return statement and values; None where nothing can meet the conditions."""
        places = _PLACES[:count]
        try:
            sql, values = self._build(*places).query.sql_with_params()
        except EmptyResultSet:
            return None
        if not set(places) <= {each for each in values if isinstance(each, int)}:
            raise TypeError(f"{sql} does not ask for each of its {count} numbers")
        if any(isinstance(each, date) for each in values):
            raise TypeError(f"{sql} holds a moment of this process")
        return Statement(sql, values)


def _value(value: Any, given: dict[int, int]) -> Any:
    return given.get(value, value) if isinstance(value, int) else value
