"""Costs: CPU milliseconds that a request takes of all server processes, and memory when idle.

    python -m benchmarks.costs [--candidates 60] [--saves 20] [--idle] [--json FILE]

Candidates come one after the other. The operating system's accounts of every process of the site
(web, database, worker) are read before and after each group of requests: CPU and not the clock, so
that other programs on the machine change little. Bare requests and saves take turns. No worker
runs: what it does ahead of a start, a paper, has a row of its own.
With --idle the whole product is started as `make run` does, left alone for 20 seconds, and its
memory summed up as PSS: pages that processes share are counted once. Ends with status 1 when a bar
is missed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import psutil

from benchmarks.candidate import Candidate, Watch
from benchmarks.site import Site, make_accounts, running_site
from tests.support.processes import environment, free_port, processes_of, wait_for

# What CLASSES promises: CPU milliseconds, times a bare view, MiB.
BAR_START, BAR_END, BAR_SAVE, BAR_IDLE = 40.0, 40.0, 1.6, 300.0
ROUNDS = 4
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What one operation takes, in CPU milliseconds a request, and the bar it is held to."""

    operation: str
    requests: int
    python_ms: float
    database_ms: float
    bar_ms: float | None = None

    @property
    def total_ms(self) -> float:
        return round(self.python_ms + self.database_ms, 2)

    @property
    def holds(self) -> bool:
        return self.bar_ms is None or self.total_ms <= self.bar_ms

    def __str__(self) -> str:
        bar = (
            "" if self.bar_ms is None else f"{self.bar_ms:>9.1f}  {'' if self.holds else 'MISSED'}"
        )
        return (
            f"{self.operation:<24}{self.requests:>9}{self.python_ms:>9.1f}{self.database_ms:>11.1f}"
            f"{self.total_ms:>9.1f}{bar}"
        )


HEADER = f"{'operation':<24}{'requests':>9}{'python':>9}{'database':>11}{'CPU ms':>9}{'bar':>9}"


def server_processes(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Find the processes of a site: "database", whose processes hide their command, or "python"."""
    pid_file = home / "var" / "postgres" / "data" / "postmaster.pid"
    first = psutil.Process(int(pid_file.read_text(encoding="utf-8").split()[0]))
    database = {each.pid: each for each in (first, *first.children(recursive=True))}
    yield from (("database", each) for each in database.values())
    for process in processes_of(home):
        if process.pid not in database and process.pid != os.getpid():
            yield "python", process


class Accounts:
    """CPU seconds of the site's processes so far: of PostgreSQL, and of all others."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._known = dict[int, tuple[str, float]]()

    def read(self) -> Counter[str]:
        """Return seconds by kind; a process that is gone keeps what it had."""
        for kind, process in server_processes(self._home):
            with suppress(psutil.Error, OSError):
                self._known[process.pid] = kind, _cpu_seconds(process.pid)
        total = Counter[str]()
        for kind, seconds in self._known.values():
            total[kind] += seconds
        return total


def _cpu_seconds(pid: int) -> float:
    """Return user and system time of a process, all its threads together."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


class Meter:
    """Charges what the site's processes take to what was asked of them meanwhile."""

    def __init__(self, home: Path) -> None:
        self._accounts = Accounts(home)
        self._spent: dict[str, Counter[str]] = {}
        self._requests = Counter[str]()

    def charge(self, operation: str, requests: int, work: Callable[[], object]) -> None:
        """Do some work and charge it to an operation."""
        before = self._accounts.read()
        work()
        spent = self._accounts.read()
        spent.subtract(before)
        self._spent.setdefault(operation, Counter()).update(spent)
        self._requests[operation] += requests

    def cost(self, operation: str, *, bar_ms: float | None = None) -> Cost:
        count = self._requests[operation] or 1
        spent = self._spent.get(operation, Counter())
        python, database = (1000 * spent[kind] / count for kind in ("python", "database"))
        return Cost(operation, count, round(python, 2), round(database, 2), bar_ms)


def measure_requests(candidates: int, saves: int) -> list[Cost]:
    """Let candidates sit one after the other, each step by all before the next one."""
    with running_site(WEB_WORKERS="1", STARTS_PER_DAY="1000") as site:
        watch = Watch()
        _sit([Candidate(account, site, watch) for account in make_accounts(4)], 2, None)
        people = [Candidate(account, site, watch) for account in make_accounts(candidates)]
        meter = Meter(Path(os.environ["EXAMAPP_HOME"]))
        ahead = _draw_ahead(site, meter, candidates)
        _sit(people, saves, meter)
        if any(watch.errors.values()):
            raise RuntimeError(f"not answered as they should be: {dict(watch.errors)}")
        bare = meter.cost("bare")
        return [
            bare,
            meter.cost("save", bar_ms=round(BAR_SAVE * bare.total_ms, 2)),
            meter.cost("start", bar_ms=BAR_START),
            ahead,
            meter.cost("room"),
            meter.cost("end", bar_ms=BAR_END),
            meter.cost("result"),
        ]


def _draw_ahead(site: Site, meter: Meter, count: int) -> Cost:
    """Draw the papers that the worker would, here; return what one costs."""
    from examapp.exams.models import StockedPaper
    from examapp.exams.services import paper_stock
    from questions.models import Exam

    exam, begun_at = Exam.objects.get(code=site.exam_code), time.process_time()

    def draw() -> None:
        while StockedPaper.objects.count() < count and paper_stock.refill(exam):
            pass

    meter.charge("draw ahead", count, draw)
    own_ms = 1000 * (time.process_time() - begun_at) / count
    return replace(meter.cost("draw ahead"), python_ms=round(own_ms, 2))


def _sit(people: list[Candidate], saves: int, meter: Meter | None) -> None:
    def charge(operation: str, requests: int, work: Callable[[], object]) -> None:
        if meter:
            meter.charge(operation, requests, work)
        else:
            work()

    count = len(people)
    charge("start", count, lambda: _each(Candidate.start, people))
    charge("room", count, lambda: _each(Candidate.open_room, people))
    _each(Candidate.choose, people)
    for part in range(ROUNDS):
        positions = range(1 + part, saves + 1, ROUNDS)
        asked = count * len(positions)
        charge("bare", asked, partial(_repeat, Candidate.bare, people, len(positions)))
        charge("save", asked, partial(_save, people, positions))
    charge("end", count, lambda: _each(Candidate.finish, people))
    charge("result", count, lambda: _each(Candidate.result, people))


def _each(step: Callable[[Candidate], None], people: Iterable[Candidate]) -> None:
    for one in people:
        step(one)


def _repeat(step: Callable[[Candidate], None], people: Iterable[Candidate], times: int) -> None:
    for one in people:
        for _ in range(times):
            step(one)


def _save(people: Iterable[Candidate], positions: range) -> None:
    for one in people:
        for position in positions:
            one.save(position)


@dataclass(frozen=True)
class Memory:
    """What the idle product holds, in MiB of PSS, by program."""

    by_program: dict[str, float]

    @property
    def total(self) -> float:
        return round(sum(self.by_program.values()), 1)

    @property
    def holds(self) -> bool:
        return self.total <= BAR_IDLE

    def __str__(self) -> str:
        lines = [f"  {name:<28}{size:>9.1f}" for name, size in sorted(self.by_program.items())]
        verdict = "" if self.holds else "  MISSED"
        total = f"  {'all, MiB of PSS':<28}{self.total:>9.1f}{BAR_IDLE:>9.1f}{verdict}"
        return "\n".join([*lines, total])


def measure_idle(seconds: float) -> Memory:
    """Start the whole product with its bank and leave it alone, then sum up its memory."""
    with tempfile.TemporaryDirectory(prefix="idle-", ignore_cleanup_errors=True) as folder:
        home, port = Path(folder), free_port()
        home.chmod(0o711)
        log = home / "up.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                env=environment(home, PORT=str(port), DEMO_COURSE="false"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )
        try:
            wait_for(lambda: b"The site is up" in log.read_bytes(), seconds=600, what=str(log))
            time.sleep(seconds)
            return Memory(_pss_by_program(home))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _pss_by_program(home: Path) -> dict[str, float]:
    sizes = Counter[str]()
    for kind, process in server_processes(home):
        with suppress(psutil.Error, OSError):
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
            pss = next(line for line in text.splitlines() if line.startswith("Pss:"))
            name = kind if kind == "database" else _program(process)
            sizes[name] += int(pss.split()[1]) / 1024
    return {name: round(size, 1) for name, size in sizes.items()}


def _program(process: psutil.Process) -> str:
    """Return which part of the product a process is: the name it was given, or its command."""
    if not process.name().startswith("python"):
        return process.name()
    words = process.cmdline()
    named = [word for word in words if word == "up" or word.startswith("examapp.runtime.")]
    return named[0].rpartition(".")[2] if named else " ".join(words)[:28]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--saves", type=int, default=20, help="how many each candidate sends")
    parser.add_argument("--idle", action="store_true", help="measure idle memory instead")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.idle:
        memory = measure_idle(20)
        print(memory)
        figures, is_held = asdict(memory) | {"total": memory.total}, memory.holds
    else:
        costs = measure_requests(options.candidates, options.saves)
        print(HEADER, *costs, sep="\n")
        rows = [asdict(cost) | {"total_ms": cost.total_ms} for cost in costs]
        figures, is_held = {"costs": rows}, all(cost.holds for cost in costs)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
