"""Programs that begin as a fork: alone with what they are given, and as good as started anew."""

import json
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from examapp.runtime import forked
from tests.support.processes import ROOT, environment, wait_for

# Forks once for each argument, prints what each child wrote and how it ended, as JSON.
PARENT = """
import json, os, random, signal, sys, tempfile
from examapp.runtime import forked
from tests.runtime import run_code
random.random()
signal.signal(signal.SIGTERM, lambda *_: None)
held = tempfile.TemporaryFile()
os.environ["OF_THE_PARENT"] = "1"
command = [sys.executable, "-m", "tests.runtime.run_code"]
values = {"PATH": os.environ["PATH"], "OF_THE_CHILD": "1"}
children = [
    forked.run("a child", [*command, code], values, folder=os.getcwd()) for code in sys.argv[1:]
]
ends = [[child.stdout.read().decode(), child.wait()] for child in children]
print(json.dumps(ends))
"""


def run(tmp_path, *codes):
    result = subprocess.run(
        [sys.executable, "-c", PARENT, *codes],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_siblings_draw_differently(tmp_path):
    draw = "import random, secrets; print(random.random(), secrets.randbits(62))"
    (one, _), (other, _) = run(tmp_path, draw, draw)
    assert not set(one.split()) & set(other.split())


def test_nothing_is_open_in_a_child_but_its_input_and_output(tmp_path):
    """Else it would hold the locks of its parent, and the pipe by which the reaper sees it end."""
    look = (
        "import os; from contextlib import suppress\n"
        "for number in range(64):\n"
        "    with suppress(OSError): os.fstat(number); print(number)"
    )
    for text, _ in run(tmp_path, look, look):
        assert text.split() == ["0", "1", "2"]


def test_a_child_shares_what_is_loaded_and_has_an_environment_and_a_group_of_its_own(tmp_path):
    (text, _), *_ = run(
        tmp_path,
        "import os, sys;"
        " print('examapp.runtime.forked' in sys.modules, os.environ.get('OF_THE_CHILD'),"
        " os.environ.get('OF_THE_PARENT'), os.getpgid(0) == os.getpid())",
    )
    assert text.split() == ["True", "1", "None", "True"]


@pytest.mark.parametrize(
    ("code", "status", "text"),
    [
        ("print('whole')", 0, "whole\n"),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('no luck')", 1, "no luck\n"),
        ("import atexit; atexit.register(print, 'last')", 0, "last\n"),
        # That of the parent does nothing.
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM, ""),
    ],
)
def test_a_child_ends_as_a_program_of_its_own_would(tmp_path, code, status, text):
    assert run(tmp_path, code) == [[text, status]]


def test_an_error_is_told_and_ends_the_child_alone(tmp_path):
    [text, status], other = run(tmp_path, "raise RuntimeError('oh')", "print('fine')")
    assert status == 1
    assert "RuntimeError: oh" in text
    assert other == ["fine\n", 0]


def test_there_is_no_fork_beside_a_thread(tmp_path):
    code = "import threading; threading.Timer(9, print).start()"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{PARENT}", "print('forked')"],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "cannot fork beside" in result.stderr


def test_a_list_of_processes_shows_the_name(tmp_path):
    stay = "import time; print('started'); time.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, stay],
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
    )
    try:
        children = psutil.Process(parent.pid).children
        wait_for(lambda: [each.name() for each in children()] == ["a child"], seconds=30)
    finally:
        for process in (*psutil.Process(parent.pid).children(), parent):
            process.kill()
        parent.wait(30)


def test_a_fork_that_fails_leaves_signals_and_files_as_they_were(monkeypatch):
    def fail():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fail)
    open_before = os.listdir("/proc/self/fd")
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    with pytest.raises(BlockingIOError):
        forked.run("a child", [sys.executable, "-m", "this"], {}, folder=".")
    assert os.listdir("/proc/self/fd") == open_before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == blocked
