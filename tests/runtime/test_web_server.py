"""A web process under bad treatment: slow senders, large bodies, busy threads, foreign headers."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from examapp.runtime import probe
from examapp.runtime.lanes import EXAM, LANES, WEB
from examapp.runtime.web_server import LaneDispatcher, WebServer, make_server

SAVE = "/sessions/5b4c0f0a-0000-4000-8000-000000000000/answers/"


class Site:
    """Answers with the names of headers; `/slow/` waits until the test lets it go."""

    def __init__(self):
        self.goes_on = threading.Event()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/slow/":
            self.goes_on.wait(30)
        body = "\n".join(sorted(name for name in environ if name.startswith("HTTP_"))).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


@contextmanager
def serving(site, threads=None):
    sock = socket.create_server(("127.0.0.1", 0), backlog=256)
    sock.setblocking(False)
    port, is_over = sock.getsockname()[1], threading.Event()
    threads = threads or dict.fromkeys(LANES, 2)
    server = make_server(site, sock, threads)
    loop = threading.Thread(target=server.serve, args=[is_over.is_set])
    loop.start()
    try:
        yield port
    finally:
        site.goes_on.set()
        is_over.set()
        loop.join(20)


def ask(port, path="/", timeout=5):
    return probe.ask(path, port=port, timeout_seconds=timeout)


def begin_a_body(port, path="/", length=100_000):
    """Send the head of a request and no more than a byte of its body."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nx".encode()
    )
    return connection


def test_a_hundred_stalled_bodies_hold_no_thread():
    with serving(Site()) as port, ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(begin_a_body(port))
        assert [ask(port)[0] for _ in range(5)] == [200] * 5
        assert ask(port, SAVE)[0] == 200


def test_a_body_that_never_ends_is_closed(monkeypatch):
    monkeypatch.setattr("examapp.runtime.web_server.WEB", quick := quick_lane())
    monkeypatch.setattr("examapp.runtime.web_server.lane_of", lambda method, path: quick)
    threads = dict.fromkeys([*LANES, quick], 1)
    with serving(Site(), threads) as port, begin_a_body(port) as connection:
        for _ in range(40):  # It goes on sending, a byte at a time.
            time.sleep(0.25)
            try:
                connection.sendall(b"x")
            except OSError:
                return
        pytest.fail("the connection stayed open")


def test_without_the_deadline_it_stays_open(monkeypatch):
    monkeypatch.setattr(WebServer, "maintenance", lambda self, now: None)
    monkeypatch.setattr("examapp.runtime.web_server.WEB", quick := quick_lane())
    monkeypatch.setattr("examapp.runtime.web_server.lane_of", lambda method, path: quick)
    threads = dict.fromkeys([*LANES, quick], 1)
    with serving(Site(), threads) as port, begin_a_body(port) as connection:
        for _ in range(12):
            time.sleep(0.25)
            connection.sendall(b"x")


def quick_lane():
    return type(WEB)("quick", 1, 1_000_000, 1.0)


@pytest.mark.parametrize(("path", "length"), [(SAVE, EXAM.body_bytes), ("/", WEB.body_bytes)])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(path, length):
    with serving(Site()) as port, begin_a_body(port, path, length + 1) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_save_is_served_while_every_other_thread_is_busy():
    site = Site()
    with serving(site) as port:
        busy = [threading.Thread(target=ask, args=[port, "/slow/", 30]) for _ in range(6)]
        for thread in busy:
            thread.start()
        time.sleep(0.5)
        assert ask(port, SAVE)[0] == 200
        assert ask(port, "/", timeout=1)[0] == 0
        site.goes_on.set()
        for thread in busy:
            thread.join()


def test_without_lanes_the_save_waits_with_the_others(monkeypatch):
    site = Site()
    monkeypatch.setattr("examapp.runtime.web_server.lane_of", lambda method, path: WEB)
    with serving(site) as port:
        busy = [threading.Thread(target=ask, args=[port, "/slow/", 30]) for _ in range(6)]
        for thread in busy:
            thread.start()
        time.sleep(0.5)
        assert ask(port, SAVE, timeout=1)[0] == 0
        site.goes_on.set()
        for thread in busy:
            thread.join()


def test_headers_with_underscores_never_arrive():
    """`X_Forwarded_For` would replace the proxy's `X-Forwarded-For` in WSGI's names."""
    with serving(Site()) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 6.6.6.6\r\nX-Other: 1\r\n"
            b"X_Forwarded_Proto: https\r\nConnection: close\r\n\r\n"
        )
        reply = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
    assert "HTTP_X_OTHER" in reply
    assert "FORWARDED" not in reply


def test_every_lane_has_threads():
    dispatcher = LaneDispatcher(dict.fromkeys(LANES, 1))
    assert dispatcher.shutdown(timeout=2)
