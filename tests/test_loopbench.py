"""The simulation of the learner's loop: its memory forgets and gains by spacing, and it runs."""

import numpy as np
import pytest

from benchmarks import loopbench, looppool, loopsim
from benchmarks.loopmemory import DECAY, THRESHOLD, Memory, Nature


def recall_at(day, met_on):
    memory = Memory(Nature(THRESHOLD, DECAY, np.array([1e-4]), np.zeros(1)))
    for each in met_on:
        memory.meet(0, each)
    return memory.recall(0, day)


def test_what_was_met_once_is_forgotten_as_the_docs_say():
    assert recall_at(1, [0]) == pytest.approx(0.60, abs=0.02)
    assert recall_at(7, [0]) == pytest.approx(0.28, abs=0.02)
    assert recall_at(60, [0]) < 0.1


def test_what_is_spaced_lasts_longer_than_what_is_crammed():
    assert recall_at(60, [0, 7]) > recall_at(60, [6.99, 7]) + 0.05


def test_every_meeting_helps():
    chances = [recall_at(20, [0, 3, 10][:count]) for count in (1, 2, 3)]
    assert chances == sorted(chances)


def test_a_row_tells_the_paired_difference():
    before = np.array([0.4, 0.5])
    after = {"loop": before + 0.2, "random": before + 0.1, "new": before + 0.2}
    found = loopbench.row(loopsim.Cell(28, 20), loopsim.Outcome(before, after, 21.4))
    assert found[:3] == ["28, 20", "21", "45.0 %"]
    # Learners differ, what each gains does not.
    assert found[-2:] == ["+10.0 ±0.0", "+0.0 ±0.0"]


@pytest.mark.nightly
def test_a_small_run_writes_its_table(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(looppool, "FRESH", 1)
    monkeypatch.setattr(loopbench, "CELLS", (loopsim.Cell(4, 10),))
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- loopbench: begin -->\n<!-- loopbench: end -->\nb\n")
    monkeypatch.setattr("sys.argv", ["loopbench", "--learners", "2", "--docs", str(page)])
    assert loopbench.main() == 0
    assert "| 4, 10 |" in page.read_text()
    assert page.read_text().endswith("b\n")
