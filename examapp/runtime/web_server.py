"""One web process: waitress, with a lane of threads for each group of requests.

Waitress reads a request whole before a thread is taken, so that a slow sender holds none.
"""

import signal
import socket
import time
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from examapp.runtime.lanes import WEB, Lane, lane_of

# Seconds that requests which have begun may take once the process is asked to stop.
FINISH_SECONDS = 30
# Connections of one process that may be open, most of them idle.
CONNECTIONS = 1000


class RequestParser(HTTPRequestParser):
    """Knows the lane of its request, and bounds the body as that lane does."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.lane = WEB
        self.give_up_at = time.monotonic() + WEB.body_seconds

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.lane = lane_of(self.command, self.path)
        self.give_up_at += self.lane.body_seconds - WEB.body_seconds
        self.adj: Adjustments = copy(self.adj)
        self.adj.max_request_body_size = self.lane.body_bytes


class Channel(HTTPChannel):
    parser_class = RequestParser


class LaneDispatcher:
    """Gives each request to the threads of its lane."""

    def __init__(self, threads: Mapping[Lane, int]) -> None:
        self._dispatchers = {lane: ThreadedTaskDispatcher() for lane in threads}
        for lane, count in threads.items():
            self._dispatchers[lane].set_thread_count(count)

    def add_task(self, channel: Channel) -> None:
        request = channel.requests[0]
        lane = WEB if request.error else request.lane
        self._dispatchers[lane].add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        stopped = [
            dispatcher.shutdown(cancel_pending, timeout)
            for dispatcher in self._dispatchers.values()
        ]
        return all(stopped)


class WebServer(TcpWSGIServer):
    """Serves one socket until it is asked to stop, then finishes what has begun."""

    channel_class = Channel

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, and those whose request does not become whole."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            request = channel.request
            if request is not None and time.monotonic() > request.give_up_at:
                channel.will_close = True

    def serve(self, is_stopping: Callable[[], bool]) -> None:
        while not is_stopping():
            self._step(0.5)
        self.accepting = False
        self.del_channel()
        self.socket.close()
        give_up_at = time.monotonic() + FINISH_SECONDS
        while self._is_busy() and time.monotonic() < give_up_at:
            self._step(0.05)
        self.task_dispatcher.shutdown(timeout=1)

    def _step(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, map=self._map, use_poll=True, count=1)

    def _is_busy(self) -> bool:
        return any(
            channel.requests or channel.request or channel.total_outbufs_len
            for channel in self.active_channels.values()
        )


def make_server(
    application: Callable[..., Any],
    sock: socket.socket,
    threads: Mapping[Lane, int],
) -> WebServer:
    """Return a server on a listening socket, which other processes may share.

    Args:
        application: of WSGI.
        threads: how many each lane has.
    """
    return WebServer(
        application,
        {},
        True,
        sock,
        dispatcher=LaneDispatcher(threads),
        adj=Adjustments(
            sockets=[sock],
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            cleanup_interval=1,
            channel_timeout=60,
            clear_untrusted_proxy_headers=False,
            ident=None,
        ),
        bind_socket=False,
        sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
    )


def run(application: Callable[..., Any], sock: socket.socket, threads: Mapping[Lane, int]) -> None:
    """Serve a listening socket in this process until SIGTERM."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    make_server(application, sock, threads).serve(lambda: bool(asked))
