"""The whole product as processes on this machine, each of which can be killed and comes back.

One home holds it: the embedded PostgreSQL with its keeper, the broker's folder, and the programs
that `manage.py up` runs. There is no parent here that restarts them: the tests decide.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from examapp.management.commands.up import QUIET, children
from examapp.runtime import probe
from examapp.runtime.orphan_reaper import is_alive
from tests.support.processes import (
    ROOT,
    end_all,
    environment,
    free_port,
    processes_of,
    run_python,
    wait_for,
)

START_SECONDS = 90

_HOLD = """
import sys
from examapp.runtime import postgres
print(postgres.ensure(), flush=True)
sys.stdin.read()
"""

_PREPARE = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from benchmarks.site import make_accounts
from tests.support.builders import make_exam
exam = make_exam("storm", forms=3)
accounts = [[a.user_id, a.cookies, a.csrf_token] for a in make_accounts({candidates})]
print(json.dumps({{"exam": exam.code, "accounts": accounts}}))
"""


@dataclass(frozen=True)
class Account:
    """A signed-in candidate."""

    user_id: int
    cookies: str
    csrf_token: str


class Nursery:
    """The other end of nursery.py, which forks programs that have nothing left to import."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**environment, "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        assert self._said() == "ready"

    def start(self, command: Sequence[str], log: Path) -> "Forked":
        assert self.parent.stdin is not None
        order = {"command": list(command), "log": str(log)}
        print(json.dumps(order), file=self.parent.stdin, flush=True)
        return Forked(int(self._said()))

    def close(self) -> None:
        self.parent.kill()
        self.parent.wait()

    def _said(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline().strip()


@dataclass(frozen=True)
class Forked:
    """A program that the nursery started."""

    pid: int

    def wait(self) -> None:
        """Return once it is gone, with all its children."""
        wait_for(lambda: not is_alive(self.pid), seconds=START_SECONDS, what="a program's end")


class Stage:
    """Web, worker, beat and database of one home."""

    def __init__(
        self, *, candidates: int, home: Path | None = None, is_quick: bool = False, **values: str
    ) -> None:
        """Prepare a database with a small exam and its candidates; `values` add to the environment.

        Nothing but the database runs yet. Programs of a quick one come from a nursery.
        """
        self.home = home or Path(tempfile.mkdtemp(prefix="faults-"))
        self.home.chmod(0o711)
        self.port = free_port()
        self.environment = environment(
            self.home,
            **{
                "DJANGO_SETTINGS_MODULE": "examapp.settings",
                "PYTHONWARNINGS": QUIET,
                # Of one candidate here, more comes than of a hand.
                "SAVES_PER_MINUTE": "1000000000",
                "STARTS_PER_DAY": "1000000000",
                **values,
            },
        )
        self.commands = {child.name: child.command for child in children(self.port)}
        schedule = self.commands["beat"].index("--schedule") + 1
        beat = list(self.commands["beat"])
        beat[schedule] = str(self.home / "beat-schedule")
        self.commands["beat"] = beat
        self.running: dict[str, subprocess.Popen[bytes] | Forked] = {}
        self.logs = {name: self.home / f"{name}.log" for name in self.commands}
        self._holder = subprocess.Popen(
            [sys.executable, "-c", _HOLD],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        self.url = self._holder.stdout.readline().strip()
        assert self.url, "the database did not start"
        prepared = self.python(_PREPARE.format(candidates=candidates))
        self.exam_code: str = prepared["exam"]
        self.accounts = [Account(*row) for row in prepared["accounts"]]
        self.nursery = Nursery(self.environment) if is_quick else None

    def python(self, code: str) -> Any:
        """Run code against the stage's database and return what its last line says as JSON."""
        kept = {k: v for k, v in self.environment.items() if k not in os.environ}
        done = run_python(self.home, code, **kept)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    # --- Programs -------------------------------------------------------------------------------

    def start(self, *names: str, **values: str) -> None:
        for name in names:
            if self.nursery:
                self.running[name] = self.nursery.start(self.commands[name], self.logs[name])
                continue
            with self.logs[name].open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.commands[name],
                    cwd=ROOT,
                    env={**self.environment, **values},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    process_group=0,
                )

    def kill(self, name: str) -> None:
        """End a program and its children at once, as a power cut does."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ask_to_stop(self, name: str) -> subprocess.Popen[bytes]:
        """Ask a program to stop in its own time; wait for it by what is returned."""
        process = self.running.pop(name)
        assert isinstance(process, subprocess.Popen)
        process.send_signal(signal.SIGTERM)
        return process

    def kill_database(self) -> None:
        """End the server's first process at once; its keeper starts another one."""
        pid_file = self.home / "var" / "postgres" / "data" / "postmaster.pid"
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

    def is_up(self) -> bool:
        return probe.ask("/healthz", port=self.port, timeout_seconds=1)[0] == 200

    def wait_until_up(self) -> None:
        wait_for(self.is_up, seconds=START_SECONDS, what=f"web; see {self.logs['web']}")

    def condition(self) -> str:
        """Return how everything is, for who reads why a test failed."""
        lines = [f"health: {probe.ask('/healthz', port=self.port, timeout_seconds=5)}"]
        for process in processes_of(self.home):
            with suppress(psutil.Error):
                command = " ".join(process.cmdline())[:120]
                lines.append(f"{process.pid} of {process.ppid()} {process.status()}: {command}")
        for name, log in self.logs.items():
            if log.exists():
                lines.append(f"--- {name}, {self.running.get(name)}")
                lines += log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join(lines)

    # --- Database -------------------------------------------------------------------------------

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a statement finds, however long the database needs to come back."""
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(self.url, autocommit=True, connect_timeout=3) as connection:
                    found = connection.execute(statement, values)
                    return found.fetchall() if found.description else []
            except psycopg.OperationalError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.1)

    def close(self) -> None:
        """End everything and leave nothing behind."""
        for name in list(self.running):
            self.kill(name)
        if self.nursery:
            self.nursery.close()
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._holder.wait(30)
        end_all(self.home)
        shutil.rmtree(self.home, ignore_errors=True)
