"""Guests: who looks before signing up. A row of its own kind, signed in by the session alone."""

import uuid
from collections.abc import Callable

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from examapp.accounts.models import User
from examapp.web.rate_limit import seconds_to_wait

logger = structlog.get_logger(__name__)

_BACKEND = "examapp.accounts.backends.AccountBackend"
_ADDRESS = "guest.invalid"
# Names in a session the guest who signed up, until they sign in.
WAITING = "guest_waiting"

# Called with a guest and the account that they sign in to: what the guest did becomes the
# account's. Rooms above register here.
on_sign_in: list[Callable[[User, User], None]] = []


class TooManyGuests(Exception):
    """One network address made more guests than it may; `seconds` until it may again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"try again in {seconds} seconds")


def is_guest(user: object) -> bool:
    """Tell whether someone is signed in as a guest."""
    return isinstance(user, User) and user.is_guest


def guest_of(request: HttpRequest) -> User:
    """Return who is signed in, a new guest where nobody is; raises TooManyGuests."""
    if isinstance(request.user, User):
        return request.user
    name = f"guests-{get_adapter().get_client_ip(request)}"
    wait = seconds_to_wait(name, amount=1, limit=settings.GUESTS_PER_MINUTE)
    if wait:
        raise TooManyGuests(wait)
    guest = User(email=f"{uuid.uuid4()}@{_ADDRESS}", role=User.Role.GUEST)
    guest.set_unusable_password()
    guest.save()
    login(request, guest, backend=_BACKEND)
    request.session.set_expiry(settings.GUEST_DAYS * 24 * 3600)
    logger.info("guest_came", user=guest.pk)
    return guest


def guest_in(request: HttpRequest) -> User | None:
    """Return the guest who is signed in, or who signed up and waits to be."""
    user = request.user
    if isinstance(user, User):
        return user if user.is_guest else None
    guest: User | None = User.objects.guests().filter(pk=request.session.get(WAITING)).first()
    return guest


def account_of(user: object) -> User:
    """Return the row that a sign-up fills in: the guest's own, so that all they did stays theirs.

    Who is signed in as the guest on other devices is signed out by the new password.
    """
    if not (isinstance(user, User) and user.is_guest):
        return User()
    account: User = User.objects.get(pk=user.pk)
    account.role = User.Role.CANDIDATE
    return account


def merge(guest: User, *, into: User) -> None:
    """Give what a guest did to the account that they signed in to."""
    for give in on_sign_in:
        give(guest, into)
