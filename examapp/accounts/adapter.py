"""Where django-allauth meets our settings."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext

from examapp.accounts import guests
from examapp.accounts.models import User
from examapp.web.mail import with_html


class AccountAdapter(DefaultAccountAdapter):
    """Mail speaks of SITE_URL alone, never of the Host header that a request came with.

    A guest who signs up keeps their row, and who signs in gives to the account what they did.
    """

    def new_user(self, request: HttpRequest) -> User:
        return guests.account_of(request.user)

    def login(self, request: HttpRequest, user: User) -> None:
        guest = guests.guest_in(request)
        super().login(request, user)
        request.session.set_expiry(None)
        request.session.pop(guests.WAITING, None)
        if guest and guest.pk != user.pk:
            guests.merge(guest, into=user)
            messages.success(request, gettext("What you did as a guest is now in your account."))

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        links = {
            name: urljoin(settings.SITE_URL, urlsplit(value).path)
            for name, value in context.items()
            if name.endswith("_url")
        }
        site = SimpleNamespace(
            name=gettext("Practice exams"), domain=urlsplit(settings.SITE_URL).netloc
        )
        message: EmailMessage = super().render_mail(
            template_prefix, email, {**context, **links, "current_site": site}, headers
        )
        return with_html(message)
