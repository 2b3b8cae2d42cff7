"""The parent process of the embedded PostgreSQL; it stops the server when its last user is gone.

Run as `python -m examapp.runtime.postgres_parent` by `postgres.ensure()`, in a session of its own
so that Ctrl-C in a terminal does not reach it.
"""

import contextlib
import signal
import subprocess
import sys
import time

from filelock import Timeout

from examapp.runtime import home, postgres, supervisor
from examapp.runtime.shared_lock import SharedLock

LOOK_SECONDS = 0.2
STOP_SECONDS = 30
QUICK_DEATHS = 6
LOG_BYTES = 10_000_000
# Of postmaster.pid, counted from 0.
_STATUS_LINE = 7


def main() -> int:
    """Keep the server running until nobody uses it; 1 when it cannot be started.

    One that has served is started again however often it dies: whoever uses it can but wait.
    """
    lock = postgres.parent_lock(timeout_seconds=5)
    try:
        lock.acquire()
    except Timeout:
        return 0  # another parent was quicker
    users = SharedLock(home.postgres() / "users.lock")
    asked_to_stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.append(True))
    deaths, has_served = 0, False
    while True:
        started_at = time.monotonic()
        server = _start_server()
        while server.poll() is None:
            if asked_to_stop or users.is_last():
                _stop_server(server)
                return 0
            has_served = has_served or _serves()
            time.sleep(LOOK_SECONDS)
        deaths = min(deaths + 1, QUICK_DEATHS) if time.monotonic() - started_at < 10 else 1
        if deaths == QUICK_DEATHS and not has_served:
            return 1
        time.sleep(0.1 * 2 ** min(deaths, 5))


def _serves() -> bool:
    """Whether the server says in its pid file that it takes connections."""
    with contextlib.suppress(OSError, IndexError):
        lines = (postgres.data_folder() / "postmaster.pid").read_text().splitlines()
        return lines[_STATUS_LINE].strip() == "ready"
    return False


def _start_server() -> subprocess.Popen[bytes]:
    log_path = home.postgres() / "server.log"
    mode = "ab" if log_path.exists() and log_path.stat().st_size < LOG_BYTES else "wb"
    settings = {
        "listen_addresses": "",
        "port": str(postgres.PORT),
        "unix_socket_directories": str(postgres.socket_folder()),
        "synchronous_commit": "on",
        "fsync": "on",
        "full_page_writes": "on",
    }
    with log_path.open(mode) as log:
        return subprocess.Popen(
            [
                str(postgres.binary("postgres")),
                *("-D", str(postgres.data_folder())),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.postgres().anchor,
            # SIGINT is PostgreSQL's fast shutdown.
            preexec_fn=lambda: supervisor.end_with_parent(signal.SIGINT),
            **postgres.as_server_user(),
        )


def _stop_server(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)  # at once; the next start recovers from the log
        server.wait()
    with contextlib.suppress(OSError):  # not empty, or gone: it is made anew at the next start
        postgres.socket_folder().rmdir()


if __name__ == "__main__":
    sys.exit(main())
