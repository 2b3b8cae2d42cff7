"""The load driver runs, loses nothing and leaves nothing behind; how fast it is, is not asked."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from benchmarks.candidate import Acknowledged
from benchmarks.load import HEADER, count_lost, percentile, rounds
from examapp.exams.models import SessionItem
from tests.exams.test_services import save
from tests.factories import entry
from tests.runtime.processes import ROOT, processes_of, wait_for

COMMAND = [sys.executable, "-m", "benchmarks.load", "--candidates", "1", "--saves", "3"]
# The bank is not loaded: that takes longer than all the rest.
EMPTY_SITE = """
import time
import django
from benchmarks import site

site._prepare_database = lambda: (django.setup(), 0)
with site.running_site():
    print("up", flush=True)
    time.sleep(60)
"""


def test_a_run_prints_its_table_and_loses_nothing(tmp_path):
    figures = tmp_path / "figures.json"
    result = subprocess.run(
        [*COMMAND, "--json", str(figures)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert HEADER in result.stdout
    assert "acknowledged 3, lost 0" in result.stdout
    (measured,) = json.loads(figures.read_text())
    counts = {row["operation"]: (row["requests"], row["errors"]) for row in measured["rows"]}
    assert counts == {
        **dict.fromkeys(("start", "room", "finish", "result"), (1, {})),
        **dict.fromkeys(("save", "bare"), (3, {})),
    }


def test_ctrl_c_ends_the_server_and_the_database_and_removes_the_home():
    driver = subprocess.Popen(
        [sys.executable, "-c", EMPTY_SITE],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        # A test run in the background hands on that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert driver.stdout.readline() == b"up\n"
        home = Path(web_server_of(driver).environ()["EXAMAPP_HOME"])
        assert len(processes_of(home)) > 2
        driver.send_signal(signal.SIGINT)
        assert driver.wait(120) != 0
    finally:
        driver.kill()
        driver.communicate()
    wait_for(lambda: not processes_of(home), seconds=30, what="nothing left")
    assert not home.exists()


def web_server_of(driver: subprocess.Popen[bytes]) -> psutil.Process:
    children = psutil.Process(driver.pid).children()
    return next(child for child in children if "granian" in child.cmdline())


@pytest.fixture
def acknowledged(session):
    """A save that is stored as it was acknowledged."""
    row = entry(2, None, flagged=True)
    save(session, row)
    return Acknowledged(str(session.pk), 2, None, row["client"], row["seq"])


def test_a_stored_save_is_not_lost(acknowledged):
    assert count_lost([acknowledged]) == 0


@pytest.mark.parametrize("claim", [{"seq": 2}, {"position": 1}, {"response": 1}], ids=str)
def test_a_save_that_the_log_does_not_hold_is_lost(acknowledged, claim):
    assert count_lost([acknowledged, replace(acknowledged, **claim)]) == 1


def test_a_save_whose_question_holds_something_else_is_lost(acknowledged, session):
    SessionItem.objects.filter(session=session, position=2).update(response=3)
    assert count_lost([acknowledged]) == 1


def test_rounds_hold_every_save_once():
    assert [list(each) for each in rounds(3)] == [[1], [2], [3]]
    assert [len(each) for each in rounds(65)] == [13] * 5
    assert [position for each in rounds(7) for position in each] == list(range(1, 8))


def test_a_percentile_is_the_nearest_rank():
    assert percentile([5, 1, 4, 2, 3], 95) == 5
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([7], 95) == 7
