"""The database's clock, as expressions of queries."""

from typing import Any

from django.db import models
from django.db.models import Func


class ClockTimestamp(Func):
    """The database's clock at this very moment, not at the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()

    def get_group_by_cols(self) -> list[Any]:
        """Return nothing: it differs from row to row, and would make each row its own group."""
        return []


class StatementTimestamp(Func):
    """The database's clock at the start of the statement: the same for every column it sets."""

    function = "statement_timestamp"
    output_field = models.DateTimeField()
