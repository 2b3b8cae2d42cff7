"""One candidate's browser, and the stopwatch that all of them share."""

import gzip
import http.client
import json
import threading
import time
import urllib.parse
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from benchmarks.site import Account, Site


@dataclass
class Watch:
    """Seconds of every request by operation, and what was not answered as it should be."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    # How often by operation and by what came instead: a status or an exception's name.
    errors: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, operation: str, seconds: float, *, error: str) -> None:
        with self._lock:
            self.seconds[operation].append(seconds)
            if error:
                self.errors[operation][error] += 1


@dataclass(frozen=True)
class Acknowledged:
    """A save that the server said it has stored."""

    session_id: str
    position: int
    response: Any
    client: str
    seq: int


class Candidate:
    """A signed-in browser with one connection that is kept."""

    def __init__(self, account: Account, site: Site, watch: Watch) -> None:
        self.account, self.site, self.watch = account, site, watch
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
        self.client = str(uuid.uuid4())
        self.room = self.session_id = ""
        self.responses: dict[int, Any] = {}
        self.acknowledged: list[Acknowledged] = []

    def start(self) -> None:
        """Start an exam; raises RuntimeError when none can be had."""
        path = f"/exams/{self.site.exam_code}/start/"
        _, self.room = self._post_form("start", path, {"form": "fresh", "agree": "yes"})
        if not self.room:
            raise RuntimeError("No exam could be started: can the bank fill a form?")
        self.session_id = self.room.strip("/").split("/")[-1]

    def open_room(self) -> None:
        self._ask("room", "GET", self.room)

    def choose(self) -> None:
        """Make up a complete response to every question; this is not measured."""
        from django.db import connection

        from examapp.exams.answers import log

        positions = range(1, self.site.item_count + 1)
        shapes = log.shapes(uuid.UUID(self.session_id), self.account.user_id, positions)
        responses = {
            "multiple_choice": lambda shape: 1,
            "multiple_response": lambda shape: [0, 2],
            "ordering": lambda shape: list(range(shape.option_count)),
            "matching": lambda shape: [0] * shape.prompt_count,
        }
        self.responses = {
            position: responses[shape.type](shape) for position, shape in shapes.items()
        }
        connection.close()

    def save(self, position: int) -> None:
        """Send the response to one question, as the exam room's script does."""
        row = {
            "position": position,
            "response": self.responses[position],
            "client": self.client,
            "seq": position,
            "base": 0,
            "elapsed_ms": 1000 * position,
            "flagged": False,
            "struck": [],
        }
        body, _ = self._post_json("save", f"{self.room}answers/", [row])
        if body and json.loads(body)["saved"][0]["status"] == "saved":
            self.acknowledged.append(
                Acknowledged(self.session_id, position, row["response"], self.client, row["seq"])
            )

    def finish(self) -> None:
        form = {"pending": "[]", "action": "end", "confirm": "yes"}
        self._post_form("finish", f"{self.room}finish/", form)

    def result(self) -> None:
        self._ask("result", "GET", f"{self.room}result/")

    def bare(self) -> None:
        """Ask without a body: the server hangs up on one that comes late and is not read."""
        self._ask("bare", "POST", "/bare/")

    # --- HTTP -----------------------------------------------------------------------------------

    def _post_form(self, operation: str, path: str, form: dict[str, str]) -> tuple[bytes, str]:
        kind = "application/x-www-form-urlencoded"
        return self._ask(operation, "POST", path, urllib.parse.urlencode(form), kind, status=302)

    def _post_json(self, operation: str, path: str, rows: list[Any]) -> tuple[bytes, str]:
        return self._ask(operation, "POST", path, json.dumps(rows), "application/json")

    def _ask(
        self,
        operation: str,
        method: str,
        path: str,
        data: str | None = None,
        kind: str = "text/plain",
        *,
        status: int = 200,
    ) -> tuple[bytes, str]:
        """Time one request until its answer is read; return body and Location if all is right."""
        headers = {
            "Accept-Encoding": "gzip",
            "Content-Type": kind,
            "Cookie": self.account.cookies,
            "X-CSRFToken": self.account.csrf_token,
        }
        error, body = "", b""
        begun_at = time.perf_counter()
        try:
            self.connection.request(method, path, data, headers)
            reply = self.connection.getresponse()
            body = reply.read()
            error = "" if reply.status == status else str(reply.status)
        except (OSError, http.client.HTTPException) as problem:
            self.connection.close()
            error = type(problem).__name__
        self.watch.note(operation, time.perf_counter() - begun_at, error=error)
        if error:
            return b"", ""
        if reply.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        return body, reply.headers["Location"] or ""
