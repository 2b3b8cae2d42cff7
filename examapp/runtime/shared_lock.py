"""A lock on a file that many hold at once; the kernel releases it when its holder ends."""

import fcntl
import os
import time
from pathlib import Path


class SharedLock:
    """One `flock` on one file, which `filelock` offers for one holder alone; never inherited."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def join(self, *, timeout_seconds: float) -> None:
        """Hold the lock beside others; raise TimeoutError when one holds it alone for too long."""
        give_up_at = time.monotonic() + timeout_seconds
        while not self._flock(fcntl.LOCK_SH):
            if time.monotonic() >= give_up_at:
                raise TimeoutError(self.path)
            time.sleep(0.05)

    def is_last(self) -> bool:
        """Hold the lock alone from now on if nobody else holds it; tell whether that is so."""
        return self._flock(fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go; harmless when nothing is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _flock(self, mode: int) -> bool:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
