"""Whoever is in an exam is served first, whatever others do to the site at the same time."""

import sys

import pytest

from tests.faults.oracle import judge
from tests.faults.rush import Size, percentile, saves_during
from tests.faults.storm import TABLE

SMALL = Size(stalled=20, previews=2, sign_ins=10, floods=4, seconds=10)
FULL = Size(stalled=100, previews=4, sign_ins=60, floods=16, seconds=45)
# Enough pages and sign-ins at once that a save behind them waits in line.
CROWDED = Size(stalled=20, previews=0, sign_ins=30, floods=24, seconds=12)
# Seconds below which 95 of 100 saves are answered, on two cores that do nothing else.
BOUND_SECONDS = 1.0

# One lane for all requests, as a server has that knows nothing of exams.
WITHOUT_LANES = """
import sys
from examapp.runtime import lanes, serve, web_server
web_server.lane_of = lambda method, path: lanes.WEB
sys.argv[0] = "serve"
sys.exit(serve.main())
"""


class Line:
    """A line of the table at the end of a run."""

    def __init__(self, name, seconds, done):
        figures = [percentile(seconds, share) for share in (0.5, 0.95, 1.0)]
        self.line = (
            f"{name}: {len(seconds)} saves, median {figures[0]:.3f} s, 95th percentile"
            f" {figures[1]:.3f} s, slowest {figures[2]:.3f} s; {done.share:.2f} of the cores"
            f" left by others; {done.counts}"
        )


def ready(make_stage, count, **values):
    return make_stage(candidates=count, WEB_WORKERS="1", **values)


def start(stage, *names):
    stage.start(*names)
    stage.wait_until_up()
    return stage


@pytest.fixture
def size(counts):
    return FULL if counts["candidates"] >= 50 else SMALL


def test_saves_are_answered_while_others_rush_in_and_none_is_lost(make_stage, counts, size):
    stage = start(ready(make_stage, counts["candidates"]), "web", "worker", "files", "beat")
    seconds, crowd, done = saves_during(stage, size, seed=counts["storm_seed"])
    TABLE.append(Line("rush", seconds, done))
    assert done.counts["stalled"] == size.stalled
    assert done.counts.get("previews", 0) + done.counts.get("previews refused", 0) == size.previews
    assert any(name.startswith("pages") for name in done.counts)
    assert len(seconds) > counts["candidates"]
    assert not judge(stage, crowd.acknowledged).lost
    # Of a machine that others use too, the bound holds for the part that is left.
    assert percentile(seconds, 0.95) < BOUND_SECONDS / done.share


@pytest.mark.nightly
def test_control_without_lanes_saves_wait_behind_the_rush(make_stage, counts):
    """The twin: the same rush, the same candidates, and no threads of the exam's own."""
    quiet = start(ready(make_stage, counts["candidates"]), "web")
    with_lanes, _, calm = saves_during(quiet, CROWDED, seed=1)
    TABLE.append(Line("rush with lanes", with_lanes, calm))
    quiet.kill("web")
    stage = ready(make_stage, counts["candidates"], PAGE_SECONDS_PER_MINUTE="1000")
    arguments = stage.commands["web"][3:]
    stage.commands["web"] = [sys.executable, "-c", WITHOUT_LANES, *arguments]
    start(stage, "web")
    without, _, done = saves_during(stage, CROWDED, seed=1)
    TABLE.append(Line("rush without lanes", without, done))
    assert percentile(without, 0.95) > 2 * percentile(with_lanes, 0.95)
