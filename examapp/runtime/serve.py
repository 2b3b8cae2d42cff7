"""The web server: processes that share a socket, are started again when they die, and end gently.

Run as `python -m examapp.runtime.serve [--host HOST] [--port PORT] [--drain SECONDS]`; WEB_WORKERS
says how many processes, <LANE>_THREADS how many threads each lane has (`lanes.py`). Asked to stop,
it lets `/readyz` fail for DRAIN_SECONDS while everything is still served, so that a load balancer
sends new requests elsewhere; then each process finishes what it has begun.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from prometheus_client import values

from examapp.runtime import supervisor
from examapp.runtime.lanes import threads_of

# Seconds between "not ready" and the end of new connections.
DRAIN_SECONDS = 5.0
# Seconds between looks at the processes, and the least life of one that is started again at once.
LOOK_SECONDS = 0.2
QUICK_SECONDS = 2.0
# Connections that wait to be accepted.
BACKLOG = 1024
# Seconds a thread may keep the interpreter while others wait for it: who is in an exam waits less.
SWITCH_SECONDS = 0.001


def is_draining() -> bool:
    """Tell whether the server that this process belongs to was asked to stop."""
    flag = os.environ.get("DRAIN_FLAG")
    return bool(flag) and Path(str(flag)).exists()


def main() -> int:
    """Serve until asked to stop; return 0, or 1 where no process could serve."""
    parser = argparse.ArgumentParser(prog="serve")
    parser.add_argument("--host", default=os.environ.get("WEB_HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument(
        "--drain", type=float, default=float(os.environ.get("DRAIN_SECONDS") or DRAIN_SECONDS)
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="examapp-serve-") as folder:
        flag = Path(folder) / "draining"
        counts = Path(folder) / "metrics"
        counts.mkdir()
        os.environ |= {"DRAIN_FLAG": str(flag), "PROMETHEUS_MULTIPROC_DIR": str(counts)}
        # Settled when it was loaded, which may have been before there was a folder.
        values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
        with listen(options.host, options.port) as sock:
            processes = Processes(sock, int(os.environ.get("WEB_WORKERS") or 1))
            return processes.run(flag, drain_seconds=options.drain)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, to be shared by all processes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=BACKLOG)
    sock.setblocking(False)
    return sock


class Processes:
    """The processes that serve one socket; one that dies is started again."""

    def __init__(self, sock: socket.socket, count: int) -> None:
        # Loaded once, before the processes part: they share its memory, and the first request
        # to one that was started again does not wait for the views to be imported.
        from django.urls import resolve

        from examapp.runtime import web_server
        from examapp.wsgi import application

        resolve("/healthz")
        # What is loaded by now stays: a collection that looked through it would copy its pages.
        gc.collect()
        gc.freeze()
        self._sock = sock
        self._run = partial(web_server.run, application, sock, threads_of(os.environ))
        self._count = count
        self._started_at: dict[int, float] = {}
        self._asked: list[int] = []

    def run(self, flag: Path, *, drain_seconds: float) -> int:
        """Serve until SIGTERM or SIGINT; `flag` is made when the drain begins."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: self._asked.append(number))
        for _ in range(self._count):
            self._start()
        while not self._asked:
            time.sleep(LOOK_SECONDS)
            if not self._replace_dead():
                return 1
        flag.touch()
        self._drain(drain_seconds)
        self._sock.close()
        for pid in self._started_at:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for pid in self._started_at:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        return 0

    def _start(self) -> None:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                supervisor.end_with_parent(signal.SIGTERM)
                sys.setswitchinterval(SWITCH_SECONDS)
                self._run()
                status = 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        self._started_at[pid] = time.monotonic()

    def _replace_dead(self) -> bool:
        """Start those again that died; False where all die as soon as they are started."""
        dead = self._dead()
        now = time.monotonic()
        # One that was killed would have served; it says nothing of the next one.
        quick = [
            pid
            for pid, was_killed in dead.items()
            if not was_killed and now - self._started_at[pid] < QUICK_SECONDS
        ]
        for pid in dead:
            del self._started_at[pid]
            self._start()
        return not quick or len(quick) < self._count

    def _dead(self) -> dict[int, bool]:
        """Return the processes that ended, and whether each was killed by a signal."""
        dead = {}
        for pid in self._started_at:
            with suppress(ChildProcessError):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    dead[pid] = os.WIFSIGNALED(status)
        return dead

    def _drain(self, seconds: float) -> None:
        give_up_at = time.monotonic() + seconds
        while time.monotonic() < give_up_at:
            time.sleep(LOOK_SECONDS)
            self._replace_dead()


if __name__ == "__main__":
    sys.exit(main())
