"""Pages by cursor: a page goes on after the last row of the one before, whatever came meanwhile.

Not ninja's CursorPagination: it counts rows of one key by an offset, which rows that came meanwhile
shift, answers a made-up cursor with a failure, and names the next page by its whole address.
"""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from ninja import Query

from examapp.api.problems import Problem

MOST = 100

type Cursor = Annotated[str, Query(max_length=600)]
type Limit = Annotated[int, Query(ge=1, le=MOST)]


def page[Row: Model](
    rows: QuerySet[Row], *, by: str, cursor: str, limit: int, shown: Callable[[Row], Any]
) -> dict[str, object]:
    """Return rows after a cursor, `-name` newest first, and the cursor of the next page or None.

    Raises Problem for a cursor that is not one of ours.
    """
    name = by.removeprefix("-")
    ordered = rows.order_by(by, "pk")
    if cursor:
        value, pk = _read(cursor)
        way = "lt" if by.startswith("-") else "gt"
        try:
            ordered = ordered.filter(
                Q(**{f"{name}__{way}": value}) | Q(**{name: value, "pk__gt": pk})
            )
            page_rows = list(ordered[: limit + 1])
        except (ValueError, TypeError, OverflowError, LookupError) as error:
            raise Problem(422, "The cursor is not one that a page gave.") from error
        except (ValidationError, DataError) as error:
            raise Problem(422, "The cursor is not one that a page gave.") from error
    else:
        page_rows = list(ordered[: limit + 1])
    following = None
    if len(page_rows) > limit:
        last = page_rows[limit - 1]
        following = _written(getattr(last, name), last.pk)
    return {"items": [shown(row) for row in page_rows[:limit]], "next": following}


def _written(value: Any, pk: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return base64.urlsafe_b64encode(json.dumps([text, str(pk)]).encode()).decode()


def _read(cursor: str) -> tuple[str, str]:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Problem(422, "The cursor is not one that a page gave.") from None
    if not isinstance(value, str) or not isinstance(pk, str) or "\0" in value + pk:
        raise Problem(422, "The cursor is not one that a page gave.")
    return value, pk
