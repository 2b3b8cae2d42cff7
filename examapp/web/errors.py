"""What is answered when a request fails on our side."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

# Seconds after which asking again makes sense when the database is away.
RETRY_SECONDS = 3


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database is away or too busy, 500 for anything else.

    The pages are plain files without context: rendering them must not need what has failed.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        page = loader.get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponse(loader.get_template("500.html").render(), status=500)
