"""A crowd: many candidates who all start within a short time and then save at a steady pace.

One thread holds them all, a connection each, so that measuring costs little of what is measured.
Each opens the room, saves an answer every so many seconds, and ends the exam at last. Now and then
one asks for the bare view instead, so that both are measured under the same load.
"""

import asyncio
import gzip
import itertools
import json
import random
import re
import resource
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field
from typing import Any

from benchmarks.candidate import Acknowledged, Watch
from benchmarks.site import Account, Site

REQUEST_SECONDS = 60.0
# A bare request after so many saves.
SAVES_PER_BARE = 5


@dataclass(frozen=True)
class Pace:
    """How the crowd goes about it, in seconds."""

    sitting: float
    # All start, and later all end, within this.
    arrival: float
    between_saves: float


@dataclass
class Visitor:
    """One candidate's browser: a connection that is kept, and a ledger of what was acknowledged."""

    account: Account
    site: Site
    watch: Watch
    pace: Pace
    random: random.Random
    client: str = field(default_factory=lambda: str(uuid.uuid4()))
    acknowledged: list[Acknowledged] = field(default_factory=list)
    room: str = ""
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def sit(self) -> None:
        """Arrive, start, open the room, save, end, read the result."""
        begun_at = time.monotonic()
        await asyncio.sleep(self.random.uniform(0, self.pace.arrival))
        form = {"form": "fresh", "agree": "yes"}
        _, self.room = await self.post_form("start", f"/exams/{self.site.exam_code}/start/", form)
        page, _ = await self.ask("room", "GET", self.room) if self.room else (b"", "")
        responses = responses_of(page.decode())
        if responses:
            await self.answer(responses, until=begun_at + self.pace.arrival + self.pace.sitting)
            await asyncio.sleep(self.random.uniform(0, self.pace.arrival))
            form = {"pending": "[]", "action": "end", "confirm": "yes"}
            await self.post_form("finish", f"{self.room}finish/", form)
            await self.ask("result", "GET", f"{self.room}result/")
        self.hang_up()

    async def answer(self, responses: dict[int, Any], *, until: float) -> None:
        """Save an answer every so often; the first one at any moment within that time."""
        quiet_at = time.monotonic() + 2 * self.pace.between_saves
        await asyncio.sleep(self.random.uniform(0, self.pace.between_saves))
        for seq in itertools.count(1):
            position = 1 + (seq - 1) % len(responses)
            due_at = time.monotonic() + self.pace.between_saves
            # While everybody starts, and after that.
            operation = "save" if time.monotonic() > quiet_at else "save, rush"
            await self.save(operation, position, responses[position], seq)
            if self.random.random() < 1 / SAVES_PER_BARE:
                await asyncio.sleep(self.pace.between_saves / 2)
                await self.ask("bare" if operation == "save" else "bare, rush", "POST", "/bare/")
            await asyncio.sleep(max(0.0, due_at - time.monotonic()))
            if time.monotonic() > until:
                break

    async def save(self, operation: str, position: int, response: Any, seq: int) -> None:
        await self._save(operation, [self._row(position, response, seq)])

    async def save_all(self, responses: dict[int, Any]) -> bool:
        """Save a whole paper in one request; tell whether all of it was acknowledged."""
        rows = [self._row(position, response, 1) for position, response in responses.items()]
        before = len(self.acknowledged)
        await self._save("save, paper", rows)
        return 0 < len(rows) == len(self.acknowledged) - before

    def _row(self, position: int, response: Any, seq: int) -> dict[str, Any]:
        row = {"position": position, "response": response, "client": self.client, "seq": seq}
        return row | {"base": 0, "elapsed_ms": 1000 * seq, "flagged": False, "struck": []}

    async def _save(self, operation: str, rows: list[dict[str, Any]]) -> None:
        """Send answers, and note those that were acknowledged."""
        path, kind = f"{self.room}answers/", "application/json"
        body, _ = await self.ask(operation, "POST", path, json.dumps(rows), kind)
        answers = json.loads(body)["saved"] if body else []
        saved = {answer["position"] for answer in answers if answer["status"] == "saved"}
        session_id = self.room.strip("/").split("/")[-1]
        self.acknowledged += [
            Acknowledged(session_id, row["position"], row["response"], self.client, row["seq"])
            for row in rows
            if row["position"] in saved
        ]

    async def post_form(self, operation: str, path: str, form: dict[str, str]) -> tuple[bytes, str]:
        kind = "application/x-www-form-urlencoded"
        return await self.ask(
            operation, "POST", path, urllib.parse.urlencode(form), kind, status=302
        )

    # --- HTTP -----------------------------------------------------------------------------------

    async def ask(
        self,
        operation: str,
        method: str,
        path: str,
        data: str = "",
        kind: str = "text/plain",
        *,
        status: int = 200,
    ) -> tuple[bytes, str]:
        """Time one request until its answer is read; return body and Location if all is right."""
        error, body, headers = "", b"", dict[str, str]()
        begun_at = time.perf_counter()
        try:
            got, headers, body = await self.request(method, path, data, kind)
            error = "" if got == status else str(got)
        except (OSError, EOFError, ValueError, TimeoutError) as problem:
            self.hang_up()
            error = type(problem).__name__
        self.watch.note(operation, time.perf_counter() - begun_at, error=error)
        if error:
            return b"", ""
        return body, headers.get("location", "")

    async def request(
        self, method: str, path: str, data: str = "", kind: str = "text/plain"
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask once, in bounded time; return status, headers and body."""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.site.port}",
            "Accept-Encoding: gzip",
            f"Content-Type: {kind}",
            f"Content-Length: {len(data)}",
            f"Cookie: {self.account.cookies}",
            f"X-CSRFToken: {self.account.csrf_token}",
        ]
        async with asyncio.timeout(REQUEST_SECONDS):
            status, headers, body = await self.exchange("\r\n".join([*lines, "", data]).encode())
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return status, headers, body

    async def exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a request and return status, headers and body of its answer."""
        if self.reader is not None and self.reader.at_eof():
            self.hang_up()  # the server did, while nothing was asked
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.site.port)
        self.writer.write(request)
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(first.split(" ")[1]), headers, body

    def hang_up(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def responses_of(page: str) -> dict[int, Any]:
    """Return a complete response to every question of a room, by position."""
    found: dict[int, Any] = {}
    for section in re.split(r'<section\s+id="q', page)[1:]:
        position, kind, choose = re.match(
            r'(\d+)".*?data-type="(\w+)".*?data-choose="(\d*)"', section, re.S
        ).groups()  # type: ignore[union-attr]
        several = list(range(int(choose or 1)))
        prompts = section.split("</section>")[0].count("<select")
        found[int(position)] = {"multiple_choice": 1, "matching": [0] * prompts}.get(kind, several)
    return found


def gather(accounts: list[Account], site: Site, pace: Pace) -> tuple[Watch, list[Visitor]]:
    """Let everybody sit; return what it took and who was there."""
    allow_connections(2 * len(accounts))
    watch = Watch()
    visitors = [
        Visitor(account, site, watch, pace, random.Random(number))
        for number, account in enumerate(accounts)
    ]

    async def all_of_them() -> None:
        await asyncio.gather(*(visitor.sit() for visitor in visitors))

    asyncio.run(all_of_them())
    return watch, visitors


def allow_connections(count: int) -> None:
    """Let this process hold so many connections and a few files, as far as the machine lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 256
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
