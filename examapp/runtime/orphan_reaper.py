"""Ends a supervisor's children when the supervisor is gone, however it ended.

Run as `python -m examapp.runtime.orphan_reaper`; its standard input is a pipe from the supervisor,
with a line `+PGID` for each process group started and `-PGID` for each that ended. The end of the
pipe is the end of the supervisor: what is still listed is asked to stop, then killed.
"""

import contextlib
import os
import signal
import sys
import time

STOP_SECONDS = 5


def main() -> int:
    """Follow the pipe to its end, then leave nothing behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        groups.add(group) if line[0] == "+" else groups.discard(group)
    end_groups(groups, STOP_SECONDS)
    return 0


def end_groups(groups: set[int], seconds: float) -> None:
    """Ask process groups to stop and kill what is left of them after `seconds`."""
    signal_groups(groups, signal.SIGTERM)
    give_up_at = time.monotonic() + seconds
    while any(map(is_alive, groups)) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    signal_groups(groups, signal.SIGKILL)


def signal_groups(groups: set[int], number: int) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def is_alive(group: int) -> bool:
    """Whether a process of the group exists (one that ended and was not waited for counts)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main())
