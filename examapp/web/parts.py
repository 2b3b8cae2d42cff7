"""Pages of which htmx gets a part, which it puts in the place of the one before."""

from typing import Protocol, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails


class HtmxRequest(Protocol):
    """A request that django-htmx has seen."""

    htmx: HtmxDetails


def swapped(
    request: HtmxRequest, page: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a template, of which htmx gets the partial "asked" alone."""
    name = f"{page}#asked" if request.htmx else page
    return render(cast(HttpRequest, request), name, context, status=status)
