"""Long lists on pages, one part at a time."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of[Row](
    request: HttpRequest, rows: "QuerySet[Any, Row] | Sequence[Row]", *, size: int = 50
) -> "Page[Row]":
    """Return the part of a list that `?page=` names, else its first; beyond the end its last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
