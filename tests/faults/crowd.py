"""Simulated candidates: each sits exam after exam and keeps a ledger of what was acknowledged."""

import http.client
import json
import random
import re
import threading
import time
import urllib.parse
import uuid
from dataclasses import dataclass
from typing import Any

from tests.faults.stage import Account, Stage

# Complete responses to the types of the small exam, by shown index.
RESPONSES: dict[str, list[Any]] = {
    "multiple_choice": [0, 1, 2, 3],
    "multiple_response": [[0, 1], [1, 3], [2, 4]],
    "ordering": [[0, 1, 2], [2, 1, 0], [3, 0, 2]],
    "matching": [[0, 1, 2], [3, 2, 1], [1, 0, 3]],
}
REQUEST_SECONDS = 15
GIVE_UP_SECONDS = 120


@dataclass(frozen=True)
class Acknowledged:
    """A save that the server said it has stored."""

    session_id: str
    position: int
    client: str
    seq: int
    response: Any
    revision: int


class Candidate(threading.Thread):
    """A browser whose answers wait until they are acknowledged, as the exam room's do."""

    def __init__(self, stage: Stage, account: Account, seed: int, pause: float) -> None:
        super().__init__(daemon=True)
        self.stage, self.account, self.pause = stage, account, pause
        self.random = random.Random(seed)
        self.is_ending = threading.Event()
        self.acknowledged: list[Acknowledged] = []
        self.finished: list[str] = []
        # Requests that the server had taken and did not answer whole.
        self.cut = 0
        # Answers of 503, which a browser tries again by itself.
        self.unavailable = 0
        self.slowest_seconds = 0.0
        # How long each save took, tried again or not.
        self.save_seconds: list[float] = []
        self.problem: BaseException | None = None
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            while not self.is_ending.is_set():
                self.sit()
        except BaseException as problem:  # told to the test that asks
            self.problem = problem

    def sit(self) -> None:
        """Start, answer in any order and more than once, and finish."""
        form = {"form": "fresh", "agree": "yes"}
        status, place, _ = self.post_form(f"/exams/{self.stage.exam_code}/start/", form)
        assert status == 302, f"start answered {status}"
        while place.endswith("/starting/"):  # many start at once: a place in line
            time.sleep(self.random.uniform(0.1, 0.5))
            status, onward, _ = self.ask("GET", place)
            place = onward or place
            assert status in (200, 302), f"the line answered {status}"
        session_id = place.strip("/").split("/")[-1]
        status, _, body = self.ask("GET", place)
        assert status == 200, f"room answered {status}"
        types = dict(re.findall(r'<section\s+id="q(\d+)"[^>]*data-type="(\w+)"', body.decode()))
        client = str(uuid.uuid4())
        for seq in range(1, 2 * len(types)):
            if self.is_ending.is_set():
                break
            position = self.random.choice(list(types))
            response = self.random.choice([*RESPONSES[types[position]], None])
            self.save(session_id, int(position), client, seq, response)
            time.sleep(self.random.random() * self.pause)
        form = {"pending": "[]", "action": "end", "confirm": "yes"}
        status, place, _ = self.post_form(f"/sessions/{session_id}/finish/", form)
        led = (status, place)
        assert led == (302, f"/sessions/{session_id}/result/"), f"the end led to {led}"
        self.finished.append(session_id)

    def save(self, session_id: str, position: int, client: str, seq: int, response: Any) -> None:
        row = {"position": position, "response": response, "client": client, "seq": seq}
        path = f"/sessions/{session_id}/answers/"
        begun_at = time.monotonic()
        status, _, body = self.ask("POST", path, json.dumps([row]), "application/json")
        self.save_seconds.append(time.monotonic() - begun_at)
        assert status == 200, f"save answered {status}: {body[:300]!r}"
        stored = json.loads(body)["saved"][0]
        assert stored["status"] == "saved", stored
        self.acknowledged.append(
            Acknowledged(session_id, position, client, seq, response, stored["revision"])
        )

    def post_form(self, path: str, form: dict[str, str]) -> tuple[int, str, bytes]:
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urllib.parse.urlencode(form), kind)

    def ask(
        self, method: str, path: str, data: str | None = None, kind: str = "text/plain"
    ) -> tuple[int, str, bytes]:
        """Ask until there is an answer that is not the server's trouble."""
        begun_at = time.monotonic()
        tries = 0
        while True:
            reply = self.try_once(method, path, data, kind)
            assert reply is None or reply[0] != 500, f"{path} answered 500"
            if reply is not None and reply[0] < 500:
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - begun_at)
                return reply
            assert time.monotonic() < begun_at + GIVE_UP_SECONDS, f"{path} is not answered"
            tries += 1
            time.sleep(self.random.uniform(0.05, min(1, 0.1 * 2**tries)))

    def try_once(
        self, method: str, path: str, data: str | None, kind: str
    ) -> tuple[int, str, bytes] | None:
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.stage.port, timeout=REQUEST_SECONDS
                )
                self.connection.connect()
            headers = {
                "Content-Type": kind,
                "Cookie": self.account.cookies,
                "X-CSRFToken": self.account.csrf_token,
            }
            self.connection.request(method, path, data, headers)
            reply = self.connection.getresponse()
            if reply.status == 503:
                assert reply.headers["Retry-After"], "503 must say when to try again"
                self.unavailable += 1
            return reply.status, reply.headers["Location"] or "", reply.read()
        except (OSError, http.client.HTTPException) as error:
            # A kept connection that was closed while it was idle ends without a word: no harm done.
            self.cut += not isinstance(error, ConnectionError)
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return None


class Crowd:
    """All candidates of a stage, from the first start to the last finish."""

    def __init__(self, stage: Stage, *, seed: int, pause: float = 0.1) -> None:
        self.stage = stage
        self.members = [
            Candidate(stage, account, seed * 1000 + number, pause)
            for number, account in enumerate(stage.accounts)
        ]

    def __enter__(self) -> "Crowd":
        for member in self.members:
            member.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let everybody finish what they sit; raise what went wrong for one of them."""
        for member in self.members:
            member.is_ending.set()
        for member in self.members:
            member.join(2 * GIVE_UP_SECONDS)
        for member in self.members:
            if member.problem:
                raise member.problem

    @property
    def acknowledged(self) -> list[Acknowledged]:
        return [each for member in self.members for each in list(member.acknowledged)]

    @property
    def saves(self) -> int:
        return sum(len(member.acknowledged) for member in self.members)

    @property
    def finished(self) -> list[str]:
        return [each for member in self.members for each in list(member.finished)]

    @property
    def unavailable(self) -> int:
        return sum(member.unavailable for member in self.members)

    @property
    def problem(self) -> BaseException | None:
        return next((member.problem for member in self.members if member.problem), None)
