"""A page of a review, or the part of it that htmx puts in the place of the one before."""

from django.http import HttpResponse
from django.shortcuts import render

from examapp.accounts.requests import SignedInRequest


def swapped(
    request: SignedInRequest, page: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a template, of which htmx gets the partial "asked" alone."""
    return render(request, f"{page}#asked" if request.htmx else page, context, status=status)
