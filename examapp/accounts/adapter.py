"""Where django-allauth meets our settings."""

from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Links in mail start from SITE_URL, never from the Host header of a request."""

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: object) -> str:
        path = reverse("account_confirm_email", args=[emailconfirmation.key])  # type: ignore[attr-defined]
        return urljoin(settings.SITE_URL, path)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, token = key.split("-", 1)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return urljoin(settings.SITE_URL, path)
