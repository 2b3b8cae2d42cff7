"""What every response passes through."""

import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from examapp.accounts import time_zones
from examapp.runtime import metrics, request_ids

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# What a proxy in front may have called the request.
_FOREIGN_ID = re.compile(r"[\w-]{8,64}", re.ASCII)


def request_id(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request an id, which the log and the answer name."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        name = request_ids.begin(sent if _FOREIGN_ID.fullmatch(sent) else "")
        response = get_response(request)
        response.headers["X-Request-ID"] = name
        return response

    return middleware


def measure(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Count every answer, and how long it took, by the view that gave it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        begun_at = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = match.view_name if match and match.view_name else "none"
        method = request.method if request.method in _METHODS else "other"
        metrics.requests.labels(view, method, response.status_code).inc()
        metrics.request_seconds.labels(view).observe(time.perf_counter() - begun_at)
        return response

    return middleware


def no_store(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep pages out of every cache, unless a view says otherwise: nearly all are one person's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def viewer_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Speak of moments in the zone of whoever asks, until the answer is made."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(time_zones.zone_of_request(request)):
            return get_response(request)

    return middleware
