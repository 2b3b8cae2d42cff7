"""The broker is away when an exam ends: the score is there at once, the report comes later."""

import shutil
import socket
import time

import pytest

from tests.faults.crowd import Candidate
from tests.faults.oracle import judge, wait_for_reports

# Without bounds of its own a client of a silent broker waits for half a minute and longer.
FINISH_SECONDS = 12


@pytest.fixture
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener.getsockname()[1]


def sit_one(stage):
    candidate = Candidate(stage, stage.accounts[0], seed=1, pause=0)
    candidate.sit()
    assert judge(stage, candidate.acknowledged).is_clean
    return candidate


def scores_and_reports(stage):
    return stage.rows(
        "SELECT (SELECT count(*) FROM exams_score), (SELECT count(*) FROM reports_weakareareport)"
    )


@pytest.mark.nightly
def test_with_the_broker_s_folder_gone_the_score_is_shown_and_the_report_follows(make_stage):
    stage = make_stage()
    stage.start("web", "worker", "beat")
    stage.wait_until_up()
    shutil.rmtree(stage.home / "var" / "broker")
    sit_one(stage)
    assert scores_and_reports(stage)[0][0] == 1
    # What the parent of all does with programs that end: starts them again.
    for name in ("worker", "beat"):
        stage.kill(name)
        stage.start(name)
    wait_for_reports(stage)
    assert scores_and_reports(stage) == [(1, 1)]


@pytest.mark.nightly
def test_a_silent_broker_holds_no_finish_and_the_report_follows(make_stage, silent_port):
    stage = make_stage()
    stage.start("web", BROKER_URL=f"redis://127.0.0.1:{silent_port}/0")
    stage.wait_until_up()
    begun_at = time.monotonic()
    candidate = sit_one(stage)
    assert time.monotonic() - begun_at < 2 * FINISH_SECONDS
    assert candidate.slowest_seconds < FINISH_SECONDS
    assert scores_and_reports(stage) == [(1, 0)]
    stage.start("worker", "beat")
    wait_for_reports(stage)
    assert scores_and_reports(stage) == [(1, 1)]


@pytest.mark.nightly
def test_a_task_that_is_delivered_many_times_makes_one_report(make_stage):
    stage = make_stage()
    stage.start("web")
    stage.wait_until_up()
    candidate = sit_one(stage)
    stage.python(
        "import json, django\n"
        "django.setup()\n"
        "from examapp.exams.tasks import finish_overdue\n"
        "from examapp.reports.tasks import compute, compute_missing\n"
        f"for _ in range(5): compute.delay({candidate.finished[0]!r})\n"
        "for _ in range(3): compute_missing.delay(); finish_overdue.delay()\n"
        "print(json.dumps(None))"
    )
    stage.start("worker")
    stage.start("worker")
    wait_for_reports(stage)
    assert scores_and_reports(stage) == [(1, 1)]
