"""A web server that is asked to stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path

import pytest

from examapp.runtime import probe
from tests.support.processes import ROOT, end_all, environment, free_port, wait_for

# Answers its first requests slowly, without anything of ours.
SLOW_SECONDS = 3


@pytest.fixture
def server(tmp_path):
    """A server on a database of nobody, asked for its health alone."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "examapp.runtime.serve"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        cwd=ROOT,
        env=environment(
            tmp_path,
            DRAIN_SECONDS=str(SLOW_SECONDS),
            DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
            SECRET_KEY="of-a-test",
        ),
        process_group=0,
    )
    try:
        wait_for(lambda: ask(port, "/healthz")[0] == 200, seconds=60, what="the server")
        yield process, port
    finally:
        process.kill()
        process.wait()
        end_all(tmp_path)


def ask(port, path):
    return probe.ask(path, port=port, timeout_seconds=5)


def test_readiness_ends_first_and_every_request_is_answered(server):
    """While it drains everything is served; asking never breaks off before the port is closed."""
    process, port = server
    assert "is stopping" not in ask(port, "/readyz")[1]
    process.send_signal(signal.SIGTERM)
    begun_at = time.monotonic()
    wait_for(lambda: "is stopping" in ask(port, "/readyz")[1], seconds=2, what="not ready")
    assert ask(port, "/healthz")[0] == 200
    assert time.monotonic() - begun_at < SLOW_SECONDS
    assert process.wait(30) == 0
    assert time.monotonic() - begun_at >= SLOW_SECONDS
    assert ask(port, "/healthz")[0] == 0


def test_requests_that_have_begun_are_finished(server):
    """`/readyz` waits a second for a database that is not there, across the end of the drain."""
    process, port = server
    replies, is_over = [], threading.Event()

    def keep_asking():
        for number in count():
            if is_over.is_set():
                return
            status, body = ask(port, "/readyz")
            replies.append((number, status, body))

    asking = threading.Thread(target=keep_asking)
    asking.start()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    is_over.set()
    asking.join()
    refused = [body for _, status, body in replies if status == 0]
    answered = {status for _, status, _ in replies} - {0}
    assert answered == {503}
    assert all("refused" in body or "reset" in body.lower() for body in refused), refused


def children_of(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_process_that_is_killed_is_back_within_two_seconds_however_often(server):
    process, port = server
    for _ in range(4):
        (child,) = children_of(process.pid)
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: ask(port, "/healthz")[0] == 200, seconds=2, what="the server again")
    assert process.poll() is None
