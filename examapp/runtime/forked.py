"""Python programs that begin as a fork of this process, and share with it what is loaded already.

Only a process of one thread may fork, and one that holds no connection: what is open is closed in
the child, except for its output. Each child has a process group, an environment and signals of its
own, as if it had been started by `subprocess`.
"""

import atexit
import ctypes
import os
import runpy
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ForkedProcess:
    """A child of this process, with as much of `subprocess.Popen` as a supervisor needs."""

    def __init__(self, pid: int, stdout: IO[bytes]) -> None:
        self.pid = pid
        self.stdout = stdout
        # As that of Popen: less than zero where a signal ended it.
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the status of one that ended, None while it runs."""
        return self._wait(os.WNOHANG)

    def wait(self) -> int:
        status = self._wait(0)
        assert status is not None
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def run(
    name: str, command: Sequence[str], environment: Mapping[str, str], *, folder: str
) -> ForkedProcess:
    """Run `python -m module argument...` in a fork; output and errors go to the pipe `stdout`.

    `name` is what lists of processes show, in 15 bytes. Raises RuntimeError where a thread of ours
    runs, whose locks the child would inherit.
    """
    if threading.active_count() > 1:
        raise RuntimeError(f"cannot fork beside {threading.enumerate()}")
    module, *arguments = _module_of(command)
    output, end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal that comes before the child has handlers of its own must not run ours there.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        pid = os.fork()
        if pid == 0:
            try:
                _become(name, end, environment, folder)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            _run(module, arguments)
    except OSError:
        os.close(output)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(end)
    # The child does the same; whoever is first, the group is there before it is needed.
    with suppress(OSError):
        os.setpgid(pid, pid)
    return ForkedProcess(pid, os.fdopen(output, "rb", buffering=0))


def _module_of(command: Sequence[str]) -> Sequence[str]:
    if list(command[:2]) != [sys.executable, "-m"]:
        raise ValueError(f"{command} is no module of this Python")
    return command[2:]


def _become(name: str, output: int, environment: Mapping[str, str], folder: str) -> None:
    """Leave in the child what was the parent's: group, signals, files, environment."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # Locks, the pipe to the reaper, the output of others. Objects of the parent that name these
    # files are never deleted here, for this frame is never left.
    os.closerange(3, max(int(number) for number in os.listdir("/proc/self/fd")) + 1)
    sys.stdout.reconfigure(line_buffering=True, write_through=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    set_name = 15
    ctypes.CDLL(None).prctl(set_name, name.encode()[:15])


def _run(module: str, arguments: Sequence[str]) -> NoReturn:
    """Run a module as a program and end with its status, whatever it raises."""
    status = 1
    # runpy's word on a module that was loaded before: to share what is loaded is why we fork.
    warnings.filterwarnings("ignore", r".*found in sys\.modules", RuntimeWarning)
    try:
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as error:
        status = _status_of(error)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(status)


def _status_of(error: SystemExit) -> int:
    """Return the status that Python would end with."""
    if isinstance(error.code, str):
        print(error.code, file=sys.stderr)
        return 1
    return int(error.code or 0)
