"""What signing in and new passwords leave behind."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from examapp.accounts import services, time_zones
from examapp.accounts.models import User


@receiver([password_changed, password_set])
def end_access(user: User, **_: Any) -> None:
    """Let programs in no more by what was given out under the password before."""
    services.end_access(user)


@receiver(password_reset)
def take_over(user: User, **_: Any) -> None:
    """Leave an account to who proved its address, and nothing to who had it before."""
    services.end_access(user)
    services.confirm_address(user)


@receiver(user_logged_in)
def keep_browser_zone(request: HttpRequest, user: User, **_: Any) -> None:
    """Note where the browser is, for emails that are written later."""
    time_zones.keep_browser_zone(user, request.COOKIES.get(time_zones.COOKIE, ""))
