"""A parent that has everything imported, and forks the programs of a stage.

Run as `python -m tests.faults.nursery`. A program that is killed is then back in a moment, and a
storm spends its time on kills instead of on imports. The programs are the same, word for word: what
follows `python -m` on their command lines. Each line of the standard input orders one, as JSON with
its command and its log; each line of the output is the process id of one, which leads a group.
"""

import ctypes
import json
import os
import runpy
import signal
import sys
from contextlib import suppress
from typing import Any


def main() -> None:
    import_everything()
    # Nobody asks how a child ended, or a child of one that was killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    adopt_orphans()
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
        with suppress(OSError):  # it does so itself, and may have been quicker
            os.setpgid(pid, pid)
        print(pid, flush=True)


def import_everything() -> None:
    """Import what a program would; connections and threads are each program's own."""
    import importlib

    import django
    from django.urls import get_resolver

    django.setup()
    for name in (
        *("examapp.wsgi", "examapp.celery", "examapp.runtime.serve", "examapp.runtime.web_server"),
        *("celery.bin.celery", "celery.apps.worker", "celery.concurrency.prefork"),
        *("examapp.reports.tasks", "scipy.optimize", "scipy.special", "scipy.stats"),
    ):
        importlib.import_module(name)
    get_resolver().url_patterns  # noqa: B018


def adopt_orphans() -> None:
    """Ask the kernel for the children of dead children; on Linux only."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1)


def become(order: dict[str, Any]) -> None:
    """Be the program that is ordered, to its end."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for taken, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(taken, place)
    _, _, module, *arguments = order["command"]
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
