"""What pages ask of the database."""

from django.test.utils import CaptureQueriesContext


def statements(asked: CaptureQueriesContext) -> int:
    """Count statements; where tests run in a transaction, a transaction is a savepoint."""
    return sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries)
