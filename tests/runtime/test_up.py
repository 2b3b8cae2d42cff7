"""`manage.py up`, run for real: one command, one Ctrl-C, and a sentence for what can go wrong."""

import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import pytest

from examapp.runtime import probe
from tests.support.processes import (
    ROOT,
    end_all,
    environment,
    free_port,
    processes_of,
    wait_for,
)

UP = [sys.executable, "manage.py", "up"]


class Site:
    """One home and what runs in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def start(self) -> None:
        with (self.home / "log").open("w") as log:
            self.process = subprocess.Popen(
                UP,
                cwd=ROOT,
                env=environment(
                    self.home,
                    PORT=str(self.port),
                    DEMO_PASSWORD="a-demo-word",
                    METRICS_TOKEN="a-word-of-a-scraper",
                ),
                stdout=log,
                stderr=log,
            )
        wait_for(
            lambda: "The site is up" in self.log or self.process.poll() is not None, seconds=120
        )
        assert self.process.poll() is None, self.log
        # The first look at the migrations on disk takes a while on a machine that does much else.
        wait_for(self.is_ready, seconds=30, what="ready once it is up")

    def refused(self, **values: str) -> str:
        """Start once more, which must fail with status 1; return the one sentence it says."""
        result = subprocess.run(
            UP,
            cwd=ROOT,
            env=environment(self.home, **{"PORT": str(self.port), **values}),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 1, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        return result.stderr

    def ask(self, path: str) -> tuple[int, str]:
        return probe.ask(path, port=self.port)

    def metrics(self) -> str:
        address = f"http://localhost:{self.port}/metrics"
        headers = {"Authorization": "Bearer a-word-of-a-scraper"}
        with urlopen(Request(address, headers=headers), timeout=30) as reply:
            return reply.read().decode()

    def is_ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def child(self, name: str) -> psutil.Process | None:
        """Return the parent's child of that name."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it just ended
                if child.name() == name:
                    return child
        return None


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    end_all(tmp_path)
    if site.process:
        site.process.wait(60)


def test_up_serves_is_alone_and_one_ctrl_c_stops_it_all(site):
    site.start()
    status, body = site.ask("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ready")
    assert site.ask("/healthz")[0] == 200
    for email in ("candidate@example.com", "instructor@example.com", "admin@example.com"):
        assert re.search(rf"{email}\s+password a-demo-word", site.log)
    # What children inherited would be one connection for all of them.
    assert not psutil.Process(site.process.pid).net_connections("unix")
    # Counted by a child of the web server, which was loaded before it had a folder for that.
    assert site.metrics().count('view="healthz"') > 0

    assert "already runs from" in site.refused(PORT=str(free_port()))

    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(60) == 0, site.log
    wait_for(lambda: not processes_of(site.home), seconds=30, what="nothing left")

    site.start()
    assert "Loading the bank" not in site.log


def test_a_killed_child_is_replaced_and_a_killed_parent_leaves_no_orphan(site):
    site.start()
    for name in ("web", "worker", "files", "beat"):
        wait_for(lambda name=name: site.child(name), what=f"{name} runs")
        killed = site.child(name)
        killed.kill()
        wait_for(
            lambda name=name, killed=killed: site.child(name) not in (None, killed),
            what=f"{name} started again",
        )
    wait_for(site.is_ready, what="ready again")

    site.process.kill()
    wait_for(lambda: not processes_of(site.home), seconds=25, what="no orphan")
    assert not (site.home / "var/postgres/data/postmaster.pid").exists()

    site.start()  # what a killed parent leaves does not stand in the way


def test_a_taken_port_is_named_with_another_to_choose(site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        assert f"Port {site.port} is taken" in site.refused()


def test_a_port_that_is_no_number_is_refused(site):
    assert "set it to a number" in site.refused(PORT="http")
    assert "set it to a number" in site.refused(PORT="²")


def test_a_home_that_cannot_be_written_is_named(site):
    (site.home / "file").write_text("not a folder")
    assert "Make the folder writable" in site.refused(EXAMAPP_HOME=str(site.home / "file"))
