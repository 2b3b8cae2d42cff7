"""The load driver runs; what it measures is nobody's business here."""

import json
import subprocess
import sys

from tests.runtime.processes import ROOT


def test_the_load_driver_loses_nothing(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks.load", "--candidates", "2", "--saves", "3"]
    result = subprocess.run(
        [*command, "--json", str(figures)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    *rows, end = json.loads(figures.read_text())
    assert (end["errors"], end["lost"]) == (0, 0)
    counts = {row["operation"]: row["requests"] for row in rows}
    assert counts == {"bare": 6, "start": 2, "room": 2, "save": 6, "finish": 2, "result": 2}
