"""What a request carries besides Django's own, for the eyes of the type checker."""

from typing import Protocol

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Member(Protocol):
    """Someone who is signed in; whether a bank is open to them stands in its roles."""

    pk: int
    is_instructor: bool
    is_superuser: bool


class BankRequest(HttpRequest):
    """A request that LoginRequiredMiddleware has let through."""

    user: Member  # type: ignore[assignment]
    htmx: HtmxDetails
