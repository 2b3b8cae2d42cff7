"""What a request carries besides Django's own, for the eyes of the type checker."""

from typing import Protocol

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Member(Protocol):
    """Someone who is signed in; whether a bank is open to them stands in its roles."""

    pk: int

    @property
    def is_instructor(self) -> bool: ...

    @property
    def is_superuser(self) -> bool: ...


class BankRequest(HttpRequest):
    """A request that LoginRequiredMiddleware has let through."""

    user: Member  # type: ignore[assignment]
    htmx: HtmxDetails
