"""The web server with a graceful end: first not ready, then no new connections, then gone.

Run as `python -m examapp.runtime.serve`; what follows is passed on to granian, which also reads
GRANIAN_*. Asked to stop, it lets `/readyz` fail for DRAIN_SECONDS while everything is still served,
so that a load balancer sends new requests elsewhere; then granian finishes what it has begun.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from examapp.runtime import supervisor

# Seconds between "not ready" and the end of new connections.
DEFAULT_DRAIN_SECONDS = 5.0


def is_draining() -> bool:
    """Tell whether the server that this process belongs to was asked to stop."""
    flag = os.environ.get("DRAIN_FLAG")
    return bool(flag) and Path(str(flag)).exists()


def main() -> int:
    """Serve until asked to stop; return granian's exit status."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    with tempfile.TemporaryDirectory(prefix="examapp-serve-") as folder:
        flag = Path(folder) / "draining"
        counts = Path(folder) / "metrics"
        counts.mkdir()
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *sys.argv[1:], "examapp.wsgi:application"],
            env={
                **os.environ,
                "DRAIN_FLAG": str(flag),
                "PROMETHEUS_MULTIPROC_DIR": str(counts),
            },
            # A Ctrl-C in the terminal is for us alone.
            process_group=0,
            preexec_fn=lambda: supervisor.end_with_parent(signal.SIGTERM),
        )
        while server.poll() is None and not asked.wait(0.2):
            continue
        if server.poll() is None:
            flag.touch()
            seconds = float(os.environ.get("DRAIN_SECONDS") or DEFAULT_DRAIN_SECONDS)
            with suppress(subprocess.TimeoutExpired):
                server.wait(seconds)
            server.terminate()
        return server.wait()


if __name__ == "__main__":
    sys.exit(main())
