"""Real processes for the tests of the runtime: started, waited for, found, and always ended."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


def wait_for(claim: Callable[[], object], *, seconds: float = 60, what: str = "") -> None:
    """Return once `claim` holds; fail when it does not within `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < give_up_at, f"not within {seconds} s: {what or claim}"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port nobody uses, below the range the kernel hands out to clients."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def environment(home: Path, **values: str) -> dict[str, str]:
    """Return an environment in which the product is on its own in `home`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in {
            *("DATABASE_URL", "BROKER_URL", "CACHE_URL", "SITE_URL", "PORT"),
            # Of the browser tests, for their own process.
            "DJANGO_ALLOW_ASYNC_UNSAFE",
        }
        and not name.startswith("PYTEST")
    }
    return {**kept, "EXAMAPP_HOME": str(home), "PYTHONUNBUFFERED": "1", **values}


def run_python(home: Path, code: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(home, **values),
        capture_output=True,
        text=True,
        timeout=120,
    )


def processes_of(home: Path) -> list[psutil.Process]:
    """Return every living process that belongs to `home`: by its environment or its command."""
    found = []
    for process in psutil.process_iter():
        try:
            is_of_home = process.environ().get("EXAMAPP_HOME") == str(home) or any(
                str(home) in part for part in process.cmdline()
            )
            if is_of_home and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def end_all(home: Path) -> None:
    """Kill every process of a home, and what one of them had just begun when it was looked for."""
    while found := processes_of(home):
        for process in found:
            with suppress(psutil.Error):
                process.kill()
