"""What signing in leaves behind."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from examapp.accounts import time_zones
from examapp.accounts.models import User


@receiver(user_logged_in)
def keep_browser_zone(request: HttpRequest, user: User, **_: Any) -> None:
    """Note where the browser is, for letters that are written later."""
    time_zones.keep_browser_zone(user, request.COOKIES.get(time_zones.COOKIE, ""))
