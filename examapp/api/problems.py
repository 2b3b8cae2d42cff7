"""What goes wrong, as RFC 9457 says it: application/problem+json with a status and a sentence."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal: its status, a sentence, and what else a program may want to know."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        self.status = status
        self.detail = detail
        self.more = more
        super().__init__(detail)


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Return a response that tells a problem."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": detail, **more}
    response = HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in more:
        response.headers["Retry-After"] = str(more["retry_after"])
    return response
