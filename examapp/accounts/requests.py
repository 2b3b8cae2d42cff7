"""What a request carries besides Django's own, for the eyes of the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from examapp.accounts.models import User


class SiteRequest(HttpRequest):
    """A request of anyone."""

    htmx: HtmxDetails


class SignedInRequest(SiteRequest):
    """A request that LoginRequiredMiddleware has let through."""

    user: User
