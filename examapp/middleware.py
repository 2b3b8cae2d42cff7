"""What every response passes through."""

import re
import time
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from examapp.accounts import time_zones
from examapp.api.problems import problem
from examapp.runtime import metrics, request_ids

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# What a proxy in front may have called the request.
_API = "/api/"
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


class WithoutNul:
    """Let no NUL reach the database, which takes none: it is in no name and in no text of ours.

    An address with one is of nothing; a query is read without it; what else was sent with one is
    refused once the database says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            if request.path_info.startswith(_API):
                return problem(404, "There is no such thing, or it is not yours.")
            return HttpResponse("Not found", status=404, content_type="text/plain; charset=utf-8")
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\0" in query:
            request.META["QUERY_STRING"] = query.replace("%00", "").replace("\0", "")
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 422 where the database, or Python's look at files, refused a NUL."""
        if not isinstance(error, DataError | ValueError) or "NUL" not in str(error):
            return None
        words = "A text that was sent holds a character without a sign (NUL)."
        if request.path_info.startswith(_API):
            return problem(422, words)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")


def viewer_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Speak of moments in the zone of whoever asks, until the answer is made."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(time_zones.zone_of_request(request)):
            return get_response(request)

    return middleware
