"""What every response passes through."""

import re
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import timezone
from django.utils.translation import gettext

from examapp.accounts import time_zones
from examapp.api.problems import problem
from examapp.runtime import metrics, request_ids
from examapp.runtime.lanes import EXAM, SAVE, lane_of
from examapp.web.rate_limit import seconds_to_wait

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

    An address with one is of nothing; a query is read without it, and a cookie with one not at all;
    what else was sent with one is refused once the database says so.
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
        # In quotes a cookie may spell it as \000; the session is looked up outside of any view.
        if any("\0" in value for value in request.COOKIES.values()):
            kept = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
            request.COOKIES = kept
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 422 where the database, or Python's look at files, refused a NUL."""
        if not isinstance(error, DataError | ValueError) or "NUL" not in str(error):
            return None
        words = gettext("A text that was sent holds a character without a sign (NUL).")
        if request.path_info.startswith(_API):
            return problem(422, words)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")


def pace(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Bound the CPU that one person's pages may take in a minute; saves and ends have no bound.

    What is counted is what pages cost, so that only pages that cost much are ever refused. The room
    is counted by itself: other pages never close it, nor does one person take its threads from all.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_of_exam = lane_of(request.method or "", request.path_info) in (SAVE, EXAM)
        if (is_of_exam and request.method not in ("GET", "HEAD")) or not request.user.pk:
            return get_response(request)
        name = f"{'room' if is_of_exam else 'pages'}-{request.user.pk}"
        most = round(1000 * settings.PAGE_SECONDS_PER_MINUTE)
        wait = seconds_to_wait(name, amount=0, limit=most)
        if wait:
            page = loader.render_to_string("429.html", request=request)
            return HttpResponse(page, status=429, headers={"Retry-After": str(wait)})
        begun_at = time.thread_time()
        response = get_response(request)
        seconds_to_wait(name, amount=round(1000 * (time.thread_time() - begun_at)), limit=most)
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
