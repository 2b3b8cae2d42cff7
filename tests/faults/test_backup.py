"""A backup, taken while candidates answer, restored into a fresh server."""

import subprocess
import sys

import pytest

from tests.faults.crowd import Crowd
from tests.faults.oracle import judge
from tests.support.processes import ROOT, wait_for

pytestmark = pytest.mark.nightly


def manage(stage, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=stage.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def contents(stage):
    """Return a fingerprint of every row of every table."""
    tables = stage.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {
        name: stage.rows(
            f"SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), ''))"
            f' FROM "{name}" t'
        )[0]
        for (name,) in tables
    }


def test_a_restore_into_a_fresh_server_brings_everything_back(make_stage, tmp_path):
    one = make_stage(candidates=3)
    one.start("web")
    one.wait_until_up()
    with Crowd(one, seed=5, pause=0) as crowd:
        wait_for(lambda: len(crowd.finished) >= 2, what="finished sittings")
    kept = tmp_path / "kept.dump"
    done = manage(one, "backup", str(kept))
    assert done.returncode == 0, done.stderr
    before = contents(one)
    assert before["exams_score"][0] >= 2

    other = make_stage()
    done = manage(other, "restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert contents(other) == before
    assert judge(other, crowd.acknowledged).is_clean
    # It serves, and its triggers and constraints came along.
    other.start("web")
    other.wait_until_up()
    assert other.rows("SELECT 1 FROM pg_trigger WHERE NOT tgisinternal")


def test_nothing_is_overwritten_and_a_bad_file_changes_nothing(make_stage, tmp_path):
    stage = make_stage()
    stage.start("web")
    stage.wait_until_up()
    with Crowd(stage, seed=6, pause=0) as crowd:
        wait_for(lambda: crowd.finished, what="a finished sitting")
    stage.kill("web")
    kept = tmp_path / "kept.dump"
    assert manage(stage, "backup", str(kept)).returncode == 0
    again = manage(stage, "backup", str(kept))
    assert (again.returncode, "nothing is overwritten" in again.stderr) == (1, True)
    before = contents(stage)

    refused = manage(stage, "restore", str(kept))
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    kept.write_bytes(kept.read_bytes()[:-4000])
    broken = manage(stage, "restore", "--replace", str(kept))
    assert broken.returncode == 1
    assert "pg_restore failed" in broken.stderr
    assert contents(stage) == before
