"""The parent of web, worker and beat: restarts, gives up, stops, leaves nothing."""

import signal
import subprocess
import sys

import pytest

from tests.support.processes import ROOT, end_all, environment, processes_of, wait_for

PARENT = """
import os, sys
from examapp.runtime.supervisor import Child, Supervisor
forks = sys.argv[1] == "forked"
run = [sys.executable, *(["-m", "tests.runtime.run_code"] if forks else ["-u", "-c"])]
children = [Child(f"c{i}", [*run, code]) for i, code in enumerate(sys.argv[2:])]
ready = lambda: print("ready", flush=True)
sys.exit(Supervisor(children, os.environ, announce=ready, forks=forks).run())
"""
STAY = "import time; print('started'); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('started', flush=True); time.sleep(60)"
)
WITH_CHILD = (
    "import subprocess, sys, time;"
    " subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    " print('started'); time.sleep(60)"
)


@pytest.fixture(params=["forked", "executed"])
def supervise(tmp_path, request):
    started = []

    def start(*codes):
        log = (tmp_path / "log").open("w")
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", PARENT, request.param, *codes],
                cwd=ROOT,
                env=environment(tmp_path),
                stdout=log,
                stderr=log,
            )
        )
        return started[-1]

    yield start
    end_all(tmp_path)
    for process in started:
        process.wait(60)


def log_of(tmp_path):
    return (tmp_path / "log").read_text()


def test_each_line_is_printed_under_its_childs_name(supervise, tmp_path):
    supervise("print('one'); print('two', end=''); import time; time.sleep(60)", STAY)
    wait_for(lambda: "c1 | started" in log_of(tmp_path) and "c0 | one" in log_of(tmp_path))


def test_a_child_that_dies_is_started_again(supervise, tmp_path):
    parent = supervise(STAY)
    wait_for(lambda: "c0 | started" in log_of(tmp_path))
    children = [p for p in processes_of(tmp_path) if "started" in " ".join(p.cmdline()[-1:])]
    next(p for p in children if p.ppid() == parent.pid).kill()
    wait_for(lambda: log_of(tmp_path).count("c0 | started") == 2)
    assert "was killed by signal 9" in log_of(tmp_path)


def test_a_child_that_cannot_live_ends_the_parent_with_a_status(supervise, tmp_path):
    parent = supervise("import sys; print('no luck'); sys.exit(3)", STAY)
    assert parent.wait(30) == 1
    assert "c0 ended with status 3" in log_of(tmp_path)
    assert "giving up" in log_of(tmp_path)
    wait_for(lambda: not processes_of(tmp_path), what="nothing left")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything(supervise, tmp_path, number):
    parent = supervise(STAY, WITH_CHILD)
    wait_for(lambda: log_of(tmp_path).count("started") == 2)
    parent.send_signal(number)
    assert parent.wait(60) == 0
    wait_for(lambda: not processes_of(tmp_path), seconds=30, what="nothing left")


def test_a_second_signal_does_not_wait_for_the_stubborn(supervise, tmp_path):
    parent = supervise(STUBBORN)
    wait_for(lambda: "started" in log_of(tmp_path))
    parent.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        parent.wait(1)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(5) == 0
    wait_for(lambda: not processes_of(tmp_path), seconds=30, what="nothing left")


def test_killing_the_parent_leaves_no_orphan(supervise, tmp_path):
    parent = supervise(STUBBORN, WITH_CHILD)
    wait_for(lambda: log_of(tmp_path).count("started") == 2)
    parent.kill()
    wait_for(lambda: not processes_of(tmp_path), seconds=20, what="no orphan")
