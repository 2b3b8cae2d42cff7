"""A proxy on loopback between Chromium and the server: it delays, loses and reorders requests."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.support.processes import free_port, wait_for


@dataclass(frozen=True)
class Fate:
    """What becomes of a request; without anything said it passes."""

    # Seconds before the server hears it.
    delay: float = 0
    # The server never hears it, and the browser's connection ends.
    is_lost: bool = False
    # The server hears and answers it, and the browser's connection ends instead of the answer.
    is_unanswered: bool = False
    # The browser's connection ends at once; the server hears it later, after what is sent anew.
    is_overtaken: bool = False


PASSES = Fate()


class Proxy:
    """Serves until closed; `fate_of` is asked with method and path of every request."""

    def __init__(self, server_url: str) -> None:
        server = urlsplit(server_url)
        self.upstream = ("127.0.0.1", int(server.port or 80))
        self.port = free_port()
        # The server's own name, so that its cookies are sent.
        self.url = f"http://{server.hostname}:{self.port}"
        self.fate_of: Callable[[str, str], Fate] = lambda method, path: PASSES
        self.fates: list[tuple[str, Fate]] = []
        self.on_their_way = 0
        self.loop = asyncio.new_event_loop()
        self.is_ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.is_ready.wait(10)

    def calm(self) -> None:
        """From here on everything passes; returns once the server has heard what was held."""
        self.fate_of = lambda method, path: PASSES
        wait_for(lambda: not self.on_their_way, seconds=30, what="all requests are through")

    def close(self) -> None:
        self.calm()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self.port)
        )
        self.is_ready.set()
        self.loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request of a connection; what comes next comes on another."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            request, method, path = await _read(reader)
            fate = self.fate_of(method, path)
            self.fates.append((path, fate))
            self.on_their_way += 1
            try:
                await self._deliver(request, fate, writer)
            finally:
                self.on_their_way -= 1
        writer.close()

    async def _deliver(self, request: bytes, fate: Fate, writer: asyncio.StreamWriter) -> None:
        if fate.is_lost:
            return
        if fate.is_overtaken:
            writer.close()
        await asyncio.sleep(fate.delay)
        reply = await self._ask(request)
        if not fate.is_unanswered and not fate.is_overtaken:
            writer.write(reply)
            await writer.drain()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self.upstream)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> tuple[bytes, str, str]:
    """Return a request that asks for its connection to be closed, with its method and path."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")[:-2]
    fields = dict(line.split(": ", 1) for line in lines)
    names = {name.lower(): name for name in fields}
    body = await reader.readexactly(int(fields.get(names.get("content-length", ""), 0)))
    fields[names.get("connection", "Connection")] = "close"
    lines = [first, *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    method, path, _ = first.split(" ")
    return "\r\n".join(lines).encode("latin-1") + body, method, path
