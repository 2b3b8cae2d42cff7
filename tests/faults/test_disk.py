"""The disk is full while candidates answer."""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.crowd import Crowd
from tests.faults.oracle import judge
from tests.support.processes import wait_for

DISK = "size=220m"


@pytest.fixture
def small_disk():
    """A folder on a disk of its own, which a test can fill."""
    folder = Path(tempfile.mkdtemp(prefix="faults-disk-"))
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)], capture_output=True
    )
    if mount.returncode:
        pytest.skip("a small disk can only be made where this user may mount one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


def fill(path):
    with path.open("wb") as file, suppress(OSError):
        while True:
            file.write(os.urandom(1 << 20))
            file.flush()


@pytest.mark.nightly
def test_a_full_disk_is_said_so_and_loses_nothing(make_stage, small_disk):
    """Saves are answered 503 while it is full, and go through once there is room again."""
    stage = make_stage(candidates=8, home=small_disk)
    stage.start("web")
    stage.wait_until_up()
    filler = small_disk / "filler"
    with Crowd(stage, seed=3, pause=0) as crowd:
        wait_for(lambda: crowd.saves > 20, what="saves")
        fill(filler)
        wait_for(lambda: crowd.unavailable > 5, seconds=120, what="a save that is answered 503")
        filler.unlink()
        saves = crowd.saves
        wait_for(lambda: crowd.saves > saves + 20, seconds=120, what="saves with room again")
    assert judge(stage, crowd.acknowledged).is_clean
