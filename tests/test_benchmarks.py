"""The load driver runs, loses nothing and leaves nothing behind; how fast it is, is not asked."""

import json
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from benchmarks import class_at_once, costs, weakbars, weakbench, weakcells, weakpool, weakworld
from benchmarks.candidate import Acknowledged
from benchmarks.load import HEADER, count_lost, percentile, rounds
from examapp.exams.models import SessionItem
from tests.support.builders import entry
from tests.support.processes import ROOT, processes_of, wait_for
from tests.support.sittings import save

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


@pytest.mark.nightly
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


@pytest.mark.nightly
def test_a_crowd_sits_from_start_to_end(tmp_path):
    figures = tmp_path / "figures.json"
    pace = ("--crowd", "3", "--minutes", "0.05", "--within", "1", "--every", "1")
    command = [*COMMAND[:3], *pace, "--workers", "2", "--json", str(figures)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert result.returncode == 0, result.stdout + result.stderr
    (measured,) = json.loads(figures.read_text())
    counts = {row["operation"]: row["requests"] for row in measured["rows"]}
    assert {name: counts[name] for name in ("start", "room", "finish", "result")} == dict.fromkeys(
        ("start", "room", "finish", "result"), 3
    )
    saves = sum(counts.get(name, 0) for name in ("save", "save, rush"))
    assert measured["acknowledged"] == saves >= 3
    assert measured["lost"] == 0


@pytest.mark.nightly
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
    return next(child for child in children if "examapp.runtime.serve" in child.cmdline())


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


# --- weakbench --------------------------------------------------------------------------------


@pytest.fixture
def small_pool(monkeypatch, tmp_path):
    """Three ways through the bank's blueprint, instead of two hundred."""
    for module in (weakpool, weakworld):
        monkeypatch.setattr(module, "WAYS", 3)
    return tmp_path


def test_forms_of_the_simulation_hold_the_blueprint(small_pool):
    pool = weakpool.load(small_pool)
    form = pool.forms[0, 0]
    types = Counter(pool.types[item] for item in form)
    assert dict(types) == pool.plan.type_mix
    assert pool.scored[0, 0].sum() == pool.plan.scored_count
    # A second form of the same way repeats nothing while the bank holds enough.
    assert set(form).isdisjoint(pool.forms[0, 1])
    before = list(small_pool.iterdir())
    assert (weakpool.load(small_pool).forms == pool.forms).all()
    assert list(small_pool.iterdir()) == before


@pytest.mark.nightly
def test_weakbench_runs_judges_and_writes_its_table(small_pool, monkeypatch, capsys):
    page, figures = small_pool / "page.md", small_pool / "figures.json"
    page.write_text(f"before\n{weakbench.MARKS[0]}\nof last year\n{weakbench.MARKS[1]}\nafter\n")
    monkeypatch.setattr(
        sys,
        "argv",
        [
            *("weakbench", "--seeds", "5-6", "--learners", "40", "--cache", str(small_pool)),
            *("--json", str(figures), "--docs", str(page)),
        ],
    )
    few = ("growth 0.25, 2", "step after 1", "last 8 left, 1", "platform of 20, 1", "class of 30")
    monkeypatch.setattr(weakcells, "CELLS", {name: weakcells.CELLS[name] for name in few})
    status = weakbench.main()
    found = json.loads(figures.read_text())
    assert len(found["cells"]) == 12
    assert status == weakbench.status([weakbench.Bar(**bar) for bar in found["bars"]])
    text = page.read_text()
    assert text.startswith("before")
    assert text.rstrip().endswith("after")
    assert "of last year" not in text
    assert "Variances of domains and tasks doubled" in text
    assert set(found["beyond"]) == set(few)
    assert all(name in text for name in few)
    assert f" of {len(found['bars'])} hold" in capsys.readouterr().out


def test_a_bar_that_is_missed_is_missed():
    """The model of this cell is no better than counting, and its ranges hold half the truth."""
    counting = {"weakest": 0.4, "tasks": 0.4, "rmse": 0.1, "coverage": 0.9}
    counting |= {"brier_verdict": 0.2, "brier_logistic": 0.15}
    edges = {
        f"bin_{n}_{kind}": float(kind == "told") for n in range(10) for kind in ("told", "was")
    }
    model = {**counting, "coverage": 0.5, "brier": 0.2, "learners": 100, **edges}
    best = {**model, "rmse": 0.05, "tasks": 0.5}
    cell = weakbench.Cell(
        "as given", 1, {"counting": [counting], "model": [model], "omniscient": [best]}
    )
    missed = [bar.claim for bar in weakbench.bars([cell], {}) if not bar.holds]
    words = (
        *("omniscient", "percent correct", "3 tasks", "coverage", "0.70"),
        *("logistic", "calibration", "on average"),
    )
    assert len(missed) == len(words)
    for word, claim in zip(words, missed, strict=True):
        assert word in claim


def test_cells_are_judged_by_the_bars_of_their_kind():
    found = {
        "growth 0.25, 5": [
            {"model_held": 0.8, "model_ready": 0.6, "true": 0.74, "model_rmse": 0.06}
            | {"omniscient_rmse": 0.05}
        ],
        "step after 1": [{"model_step": 0.4, "model_still": 0.06}],
        "last 8 left, 1": [{"told": 0.4, "true": 0.17}],
        "platform of 1, 1": [{"topics": 0.8, "settled": 7, "promises": 10}],
        "other, 1": [{"model_coverage": 0.9, "model_rmse": 0.05, "omniscient_rmse": 0.05}],
        "class of 500": [{"topics": 0.9, "seconds": 3.0}],
    }
    missed = [bar.claim for bar in weakbars.cell_bars(found) if not bar.holds]
    words = ("holds the truth", "readiness", "RMSE", "no step", "chance to pass", "topic", "sure")
    assert len(missed) == len(words) + 1
    for word, claim in zip((*words, "seconds"), missed, strict=True):
        assert word in claim


def test_with_the_variances_doubled_the_omniscient_is_the_measure():
    (only,) = weakbench._rmse_bars(_cell_of(1, model=0.65, omniscient=(0.63, 0.64)), "here")
    assert (only.holds, "omniscient" in only.claim) == (True, True)
    (missed,) = weakbench._rmse_bars(_cell_of(5, model=0.70, omniscient=(0.63, 0.64)), "here")
    assert not missed.holds


def _cell_of(exams: int, *, model: float, omniscient: tuple[float, ...]) -> weakbench.Cell:
    """Return a cell of which only the errors are told, percent correct's being 1."""
    seeds = len(omniscient)
    return weakbench.Cell(
        "doubled",
        exams,
        {
            "counting": [{"rmse": 1.0}] * seeds,
            "model": [{"rmse": model}] * seeds,
            "omniscient": [{"rmse": each} for each in omniscient],
        },
    )


@pytest.mark.parametrize(
    ("omniscient", "is_possible"),
    # Of the last, chance alone may have put the mean above the bar.
    [((0.63, 0.64, 0.65), False), ((0.55, 0.56, 0.57), True), ((0.50, 0.60, 0.70), True)],
)
def test_a_bar_below_the_bayes_risk_is_not_met_and_said_to_be_out_of_reach(omniscient, is_possible):
    bar = weakbench._rmse_bar(_cell_of(1, model=0.65, omniscient=omniscient), "here")
    assert (bar.holds, bar.is_possible) == (False, is_possible)
    held = weakbench.Bar("another", "fine", True)
    text = weakbench.verdict([held, bar])
    assert "1 of 2 hold" in text
    assert (
        "1 are not met, and lie below what these forms can tell anyone" in text
    ) is not is_possible
    assert weakbench.status([held, bar]) == (1 if is_possible else 3)
    assert weakbench.status([held]) == 0


def test_the_model_comes_near_a_bar_and_misses_it_all_the_same():
    bar = weakbench._rmse_bar(_cell_of(1, model=0.581, omniscient=(0.579, 0.579)), "here")
    assert (bar.holds, bar.is_possible) == (False, True)


def test_a_cost_above_its_bar_is_missed():
    cost = costs.Cost("start", 3, python_ms=25.0, database_ms=15.5, bar_ms=40.0)
    assert (cost.total_ms, cost.holds) == (40.5, False)
    assert "MISSED" in str(cost)
    assert replace(cost, python_ms=24.5).holds
    assert replace(cost, bar_ms=None).holds


def test_memory_above_its_bar_is_missed():
    memory = costs.Memory({"serve": 200.0, "database": 100.5})
    assert (memory.total, memory.holds) == (300.5, False)
    assert "MISSED" in str(memory)


@pytest.mark.parametrize(
    ("change", "holds"),
    [({}, True), ({"longest": 15.1}, False), ({"failed": 1}, False), ({"saves_p95": 1.1}, False)],
)
def test_a_class_that_waits_too_long_misses_the_promise(change, holds):
    moment = class_at_once.Moment("starts", 300, 0, 4.0, 14.9, 900, 0.9)
    assert replace(moment, **change).holds is holds
