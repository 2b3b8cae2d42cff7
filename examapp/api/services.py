"""Tokens: making, knowing and revoking them; calls that are answered once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from examapp.accounts.models import User
from examapp.accounts.services import is_unconfirmed
from examapp.api.models import AnsweredCall, Token

PREFIX = "ex_"
MOST_TOKENS = 20


class TooManyTokens(Exception):
    """Someone has as many tokens as one may have."""


class AccountRequired(Exception):
    """A guest, who has no account that programs could work for."""


class AddressUnconfirmed(Exception):
    """Someone whose address nobody has proven to be theirs."""


class KeyReused(Exception):
    """A key that came with another call before."""


class StillRunning(Exception):
    """A call with the same key is being answered at this moment."""


@transaction.atomic
def issue(user: User, *, name: str, scopes: Sequence[str]) -> tuple[Token, str]:
    """Make a token; return it with its secret, which is shown this once and not kept.

    Raises AccountRequired for a guest, AddressUnconfirmed, and TooManyTokens.
    """
    if user.is_guest:
        raise AccountRequired
    if is_unconfirmed(User.objects.select_for_update().get(pk=user.pk)):
        raise AddressUnconfirmed
    if Token.objects.live().filter(user=user).count() >= MOST_TOKENS:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user, name=name, digest=digest(secret), hint=secret[:8], scopes=sorted(set(scopes))
    )
    return token, secret


def known(secret: str) -> Token | None:
    """Return the live token of a secret, of someone whose account is active; note its use."""
    tokens = Token.objects.live().filter(digest=digest(secret), user__is_active=True)
    token = tokens.select_related("user").first()
    if token:
        unseen = Q(last_used_at=None) | Q(last_used_at__lt=Now() - timedelta(minutes=1))
        Token.objects.filter(unseen, pk=token.pk).update(last_used_at=Now())
    return token


def revoke(token: Token) -> None:
    """End a token; a second time changes nothing."""
    Token.objects.live().filter(pk=token.pk).update(revoked_at=Now())


def digest(secret: str) -> str:
    """Return the hash by which a token is found; 256 random bits need no salt and no delay."""
    return hashlib.sha256(secret.encode()).hexdigest()


def claim(user: User, *, key: str, fingerprint: str) -> tuple[AnsweredCall, bool]:
    """Return the call of a key and whether it is new; raises KeyReused or StillRunning."""
    AnsweredCall.objects.stale().filter(user=user).delete()
    call, is_new = AnsweredCall.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": fingerprint}
    )
    if not is_new and call.fingerprint != fingerprint:
        raise KeyReused
    if not is_new and call.status is None:
        raise StillRunning
    return call, is_new


def settle(call: AnsweredCall, *, status: int, media_type: str, body: bytes) -> None:
    """Keep an answer for repeats, unless the same call may go otherwise the next time.

    A failure of ours, a pace that was too fast, and what was not allowed at that moment.
    """
    if status >= 500 or status in (401, 403, 429):
        call.delete()
        return
    call.status, call.media_type, call.body = status, media_type, body
    call.save(update_fields=["status", "media_type", "body"])
