"""One parent for several long-running programs: start, log, restart, stop.

A single-threaded loop. Each child leads a process group of its own, so that a Ctrl-C in the
terminal reaches the parent alone and what a dead child leaves behind can be cleared. Should the
parent itself be killed, `orphan_reaper.py` ends the children.
"""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from examapp.runtime import forked, orphan_reaper
from examapp.runtime.home import PROJECT

LOOK_SECONDS = 0.2
STOP_SECONDS = 15
# A child that lived this long before it died is not failing at its start.
STEADY_SECONDS = 20
QUICK_DEATHS = 5
LONGEST_PAUSE_SECONDS = 2
_COLOURS = ("36", "35", "33", "32", "34")


def end_with_parent(number: int) -> None:
    """Ask the kernel for a signal when this process's parent ends; on Linux only."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None, use_errno=True).prctl(set_parent_death_signal, int(number))


@dataclass
class Child:
    """One program and what became of it."""

    name: str
    command: Sequence[str]
    # Started once the product answers, so that what answers has the machine to itself until then.
    waits: bool = False
    process: subprocess.Popen[bytes] | forked.ForkedProcess | None = None
    started_at: float = 0
    start_again_at: float = 0
    quick_deaths: int = 0
    unfinished_line: bytes = b""

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs children until asked to stop, or until one of them cannot be kept up."""

    children: Sequence[Child]
    environment: Mapping[str, str]
    # Asked now and then until it is true; then `announce` is called once.
    is_ready: Callable[[], bool] = lambda: True
    announce: Callable[[], None] = lambda: None
    # Whether children are forks of this process, of which each command must name a Python module.
    forks: bool = False
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _reaper: subprocess.Popen[str] | None = None
    _stop_signals: int = 0
    _is_announced: bool = False

    def run(self) -> int:
        """Start everything and stay until a signal or a child given up; return the exit status."""
        handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in handled}
        status = 0
        try:
            while not self._stop_signals and status == 0:
                status = self._tend()
                self._copy_output(LOOK_SECONDS)
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)
        return status

    def _on_signal(self, number: int, frame: object) -> None:
        self._stop_signals += 1

    def _tend(self) -> int:
        """Restart what died, announce when ready; 1 when a child is given up."""
        if self._reaper is None or self._reaper.poll() is not None:
            self._start_reaper()
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and not child.is_running:
                self._bury(child, now)
                if child.quick_deaths >= QUICK_DEATHS:
                    self._write("up", f"{child.name} died {QUICK_DEATHS} times in a row; giving up")
                    return 1
            may_start = self._is_announced or not child.waits
            if child.process is None and may_start and now >= child.start_again_at:
                self._start(child)
        if not self._is_announced and self.is_ready():
            self._is_announced = True
            self.announce()
        return 0

    def _start(self, child: Child) -> None:
        start = self._forked if self.forks else self._executed
        child.process = start(child)
        child.started_at = time.monotonic()
        assert child.process.stdout is not None
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self._tell_reaper(f"+{child.process.pid}")

    def _executed(self, child: Child) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            env=dict(self.environment),
            process_group=0,
        )

    def _forked(self, child: Child) -> forked.ForkedProcess:
        return forked.run(child.name, child.command, self.environment, folder=str(PROJECT))

    def _bury(self, child: Child, now: float) -> None:
        """Clear what a dead child left and set when it starts again, later each time."""
        assert child.process is not None
        status = child.process.returncode
        assert status is not None
        self._copy_output(0)
        self._forget(child)
        lived = now - child.started_at
        child.quick_deaths = child.quick_deaths + 1 if lived < STEADY_SECONDS else 1
        pause = min(0.25 * 2**child.quick_deaths, LONGEST_PAUSE_SECONDS)
        child.start_again_at = now + pause
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        if child.quick_deaths < QUICK_DEATHS:
            self._write("up", f"{child.name} {how}; starting it again in {pause:g} s")
        else:
            self._write("up", f"{child.name} {how}")

    def _forget(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        orphan_reaper.signal_groups({child.process.pid}, signal.SIGKILL)
        self._tell_reaper(f"-{child.process.pid}")
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.process.stdout)
        child.process.stdout.close()
        child.process = None

    def _stop(self) -> None:
        """Ask every child to stop and wait, copying its last lines; kill after that."""
        asked = self._stop_signals
        running = [child for child in self.children if child.process is not None]
        for child in running:
            assert child.process is not None
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(signal.SIGTERM)
        give_up_at = time.monotonic() + STOP_SECONDS
        while any(child.is_running for child in running) and time.monotonic() < give_up_at:
            self._copy_output(0.05)
            if self._stop_signals > max(asked, 1):
                break  # asked again: at once
        for child in running:
            process = child.process
            assert process is not None
            if process.poll() is None:
                self._write("up", f"{child.name} did not stop in time; killing it")
            orphan_reaper.signal_groups({process.pid}, signal.SIGKILL)
            process.wait()
            self._copy_output(0)
            self._forget(child)
        if self._reaper is not None and self._reaper.stdin is not None:
            with contextlib.suppress(OSError):
                self._reaper.stdin.close()
            self._reaper.wait()
        self._selector.close()

    # --- The reaper of orphans ------------------------------------------------------------------

    def _start_reaper(self) -> None:
        self._reaper = subprocess.Popen(
            [sys.executable, "-m", "examapp.runtime.orphan_reaper"],
            stdin=subprocess.PIPE,
            cwd=PROJECT,
            text=True,
            start_new_session=True,
        )
        for child in self.children:
            if child.process is not None:
                self._tell_reaper(f"+{child.process.pid}")

    def _tell_reaper(self, line: str) -> None:
        if self._reaper is None:
            self._start_reaper()
        assert self._reaper is not None
        assert self._reaper.stdin is not None
        with contextlib.suppress(OSError):  # a dead reaper is replaced, and told all, by _tend
            self._reaper.stdin.write(line + "\n")
            self._reaper.stdin.flush()

    # --- Log lines ------------------------------------------------------------------------------

    def _copy_output(self, seconds: float) -> None:
        """Wait up to `seconds` for output and copy it, each line under its child's name."""
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            child: Child = key.data
            try:
                chunk = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            if not chunk:
                self._selector.unregister(key.fileobj)
            *lines, child.unfinished_line = (child.unfinished_line + chunk).split(b"\n")
            if child.unfinished_line and (not chunk or len(child.unfinished_line) > 65536):
                lines, child.unfinished_line = [*lines, child.unfinished_line], b""
            for line in lines:
                self._write(child.name, line.decode(errors="replace").rstrip())

    def _write(self, name: str, text: str) -> None:
        label = name.ljust(max(len(child.name) for child in self.children))
        if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
            names = [child.name for child in self.children]
            colour = _COLOURS[names.index(name) % len(_COLOURS)] if name in names else "1"
            label = f"\033[{colour}m{label}\033[0m"
        with contextlib.suppress(OSError):  # a terminal that closed must not stop the rest
            print(f"{label} | {text}", flush=True)
