"""Querysets that are turned into SQL once: what is asked all day costs Django more than PostgreSQL.

For querysets that depend on whole numbers alone, such as the keys of a person and an exam, and on
what hooks add. Times in them are the database's own.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from psycopg import sql

from questions import prepared
from questions.hooks import Hook

# Stand for the numbers while a queryset is compiled; no key and no constant of ours is one of them.
_PLACES = (2_147_480_011, 2_147_480_027, 2_147_480_033)


class CompiledQuery:
    """A queryset of values, built once from stand-ins and asked with other numbers after that.

    Columns come as psycopg reads them: no field converts them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        # With how often hooks had changed by then: what they add is part of the statement.
        self._compiled: tuple[int, str | None] = -1, None

    def rows(self, *keys: int) -> list[tuple[Any, ...]]:
        """Return what the queryset of these numbers holds now."""
        changes, statement = self._compiled
        if changes != Hook.changes:
            changes, statement = Hook.changes, self._compile(len(keys))
            self._compiled = changes, statement
        if statement is None:
            return []
        return prepared.rows(statement, {f"key{place}": key for place, key in enumerate(keys)})

    def _compile(self, count: int) -> str | None:
        """Return the statement with %(key0)s for the first number; None if nothing can meet it.

        All else is part of its text, by which PostgreSQL sees which partial index it can use.
        """
        places = {
            stand_in: f"%(key{place})s::bigint" for place, stand_in in enumerate(_PLACES[:count])
        }
        try:
            text, values = self._build(*places).query.sql_with_params()
        except EmptyResultSet:
            return None
        numbers = {each for each in values if type(each) is int}
        if not set(places) <= numbers:
            raise TypeError(f"{text} does not ask for each of its {count} numbers")
        if any(isinstance(each, date) for each in values):
            raise TypeError(f"{text} holds a moment of this process")
        words = iter(
            (type(each) is int and places.get(each))
            or sql.Literal(each).as_string().replace("%", "%%")
            for each in values
        )
        return re.sub("%[s%]", lambda found: next(words) if found[0] == "%s" else "%%", text)
