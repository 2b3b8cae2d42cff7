"""Where django-allauth meets our settings."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage


class AccountAdapter(DefaultAccountAdapter):
    """Mail speaks of SITE_URL alone, never of the Host header that a request came with."""

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        links = {
            name: urljoin(settings.SITE_URL, urlsplit(value).path)
            for name, value in context.items()
            if name.endswith("_url")
        }
        site = SimpleNamespace(name="Practice exams", domain=urlsplit(settings.SITE_URL).netloc)
        mail: EmailMessage = super().render_mail(
            template_prefix, email, {**context, **links, "current_site": site}, headers
        )
        return mail
