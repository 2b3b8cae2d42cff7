"""Which threads of a web process serve a request, and how much and how long its body may be.

Whoever is in an exam is served first: saves have threads, and so database connections, that nothing
else can take. So have ends and the room, which take longer: a class that ends at one moment waits
for itself alone. Sign-ins, which hash a password, have few threads.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


@dataclass(frozen=True)
class Lane:
    """A group of requests with threads of its own.

    A body of more than `body_bytes`, or one that is not whole after `body_seconds`, is refused
    before a thread is taken. `default_threads` may be set by the variable `<NAME>_THREADS`.
    """

    name: str
    default_threads: int
    body_bytes: int
    body_seconds: float


SAVE = Lane("save", 4, 256 * KILOBYTE, 20)
EXAM = Lane("exam", 2, 256 * KILOBYTE, 20)
SIGN_IN = Lane("sign_in", 1, 64 * KILOBYTE, 10)
UPLOAD = Lane("upload", 1, 24 * MEGABYTE, 120)
WEB = Lane("web", 4, 2 * MEGABYTE, 20)
LANES = (SAVE, EXAM, SIGN_IN, UPLOAD, WEB)

_SAVE = re.compile(r"(?:/api/v1)?/sessions/[^/]+/answers/?|/healthz|/readyz")
_EXAM = re.compile(r"(?:/api/v1)?/sessions/[^/]+/(?:finish/?|)")
_SIGN_IN = re.compile(
    r"/accounts/(?:login|signup|password|reauthenticate)/.*|/admin/login/|/privacy/forget/"
)
_UPLOAD = re.compile(
    r"/bank/[^/]+/(?:imports|notes|images)/.*|/api/v1/exams/[^/]+/imports(?:/.*)?|/bank/new/.*"
)


def lane_of(method: str, path: str) -> Lane:
    """Return the lane of a request, by its method and its path without the query."""
    if _SAVE.fullmatch(path):
        return SAVE
    if _EXAM.fullmatch(path):
        return EXAM
    if method in ("GET", "HEAD"):
        return WEB
    if _SIGN_IN.fullmatch(path):
        return SIGN_IN
    if _UPLOAD.fullmatch(path):
        return UPLOAD
    return WEB


def threads_of(environment: Mapping[str, str]) -> dict[Lane, int]:
    """Return how many threads each lane has, as the environment says."""
    return {
        lane: int(environment.get(f"{lane.name.upper()}_THREADS") or lane.default_threads)
        for lane in LANES
    }
