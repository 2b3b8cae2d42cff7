"""Settings of the twin of the fault suite: saves are acknowledged before they are stored."""

import json
import threading
from contextlib import suppress

from django.http import JsonResponse

from examapp.settings import *  # noqa: F403
from examapp.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "tests.faults.hasty.acknowledge_at_once"]
HASTE_SECONDS = 0.2


def acknowledge_at_once(get_response):
    """Answer a save as if it were stored, and store it a moment later."""
    revisions = {}

    def middleware(request):
        if not request.path.endswith("/answers/"):
            return get_response(request)
        (row,) = json.loads(request.body)
        place = request.path, row["position"]
        revisions[place] = revisions.get(place, 0) + 1

        def store():
            with suppress(Exception):
                get_response(request)

        threading.Timer(HASTE_SECONDS, store).start()
        return JsonResponse({"saved": [{"status": "saved", "revision": revisions[place]}]})

    return middleware
