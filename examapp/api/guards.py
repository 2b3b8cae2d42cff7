"""Who may call: tokens and their scopes, the pace, and keys that make a repeat harmless."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from ninja.security import HttpBearer

from examapp.accounts.models import User
from examapp.api import services
from examapp.api.models import Token
from examapp.api.problems import Problem, problem
from examapp.web.rate_limit import seconds_to_wait

_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST_KEY = 100


class CalledRequest(HttpRequest):
    """A request that came with a token."""

    auth: Token


class ByToken(HttpBearer):
    """Lets a live token in that has the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        known = services.known(token)
        if known is None:
            raise Problem(401, "The token is not known, or was revoked.")
        wait = seconds_to_wait(f"api-{known.pk}", amount=1, limit=settings.API_CALLS_PER_MINUTE)
        if wait:
            raise Problem(429, f"Too many calls; wait {wait} seconds.", retry_after=wait)
        if self._scope not in known.scopes:
            raise Problem(403, f"The token lacks the scope {self._scope}.", scope=self._scope)
        return known


def caller(request: HttpRequest) -> User:
    """Return whose token a request came with."""
    return cast(CalledRequest, request).auth.user


def unchanged_since(request: HttpRequest, etag: str, *, is_required: bool = False) -> None:
    """Refuse a change of something that its caller has not seen as it stands: If-Match."""
    seen = request.headers.get("If-Match", "")
    if not seen and is_required:
        raise Problem(428, "Send If-Match with the ETag of what you have seen.")
    if seen and seen.strip() != "*" and etag not in parse_etags(seen):
        raise Problem(412, "It was changed since; get it again.", etag=etag)


def without_nul(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse a body in JSON of which a text holds NUL, which the database takes nowhere."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.content_type == "application/json" and request.method not in _SAFE:
            try:
                is_odd = b"\\u0000" in request.body and _holds_nul(json.loads(request.body))
            except RequestDataTooBig:
                return problem(413, "The body is too large.")
            except (ValueError, RecursionError):
                is_odd = False  # No JSON at all, which the route says in its own words.
            if is_odd:
                return problem(422, "A text of the body holds the character NUL.")
        return view(request, *args, **kwargs)

    return guarded


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(each) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def repeatable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer an unsafe call that brings an Idempotency-Key once, and its repeats the same again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if request.method in _SAFE or not key:
            return view(request, *args, **kwargs)
        if len(key) > _LONGEST_KEY or "\0" in key:
            return problem(422, f"An Idempotency-Key has at most {_LONGEST_KEY} characters.")
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        token = services.known(secret) if kind.lower() == "bearer" else None
        if token is None:
            return view(request, *args, **kwargs)
        try:
            fingerprint = _fingerprint(request, token)
            call, is_new = services.claim(token.user, key=key, fingerprint=fingerprint)
        except services.KeyReused:
            return problem(422, "This Idempotency-Key came with another call before.")
        except services.StillRunning:
            return problem(409, "The same call is being answered; try again.", retry_after=1)
        except RequestDataTooBig:
            return problem(413, "The body is too large.")
        if not is_new:
            body = HttpResponse(bytes(call.body), status=call.status, content_type=call.media_type)
            body.headers["Idempotent-Replayed"] = "true"
            return body
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            call.delete()
            raise
        services.settle(
            call,
            status=response.status_code,
            media_type=response.headers.get("Content-Type", ""),
            body=response.content,
        )
        return response

    return guarded


def _fingerprint(request: HttpRequest, token: Token) -> str:
    """Return a hash of what a call asks, and with which scopes: no other token gets its answer.

    Of an upload it has the length, as its body is read once.
    """
    kind = request.headers.get("Content-Type", "")
    is_upload = kind.startswith("multipart/")
    body = request.headers.get("Content-Length", "").encode() if is_upload else request.body
    head = json.dumps([request.method, request.get_full_path(), token.scopes]).encode()
    return hashlib.sha256(head + body).hexdigest()
