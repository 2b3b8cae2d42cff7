"""What measurement costs, its database included: a learner's report, and a refresh from nothing.

    python -m benchmarks.weakcost [--docs FILE]

Makes a database of its own with the shipped bank filled up to 1,000 questions, lets a crowd give
100,000 responses and one learner 1,000, and leaves nothing behind. CPU is told, not time, so that a
busy machine does not blur it. Ends with status 1 when something costs more than it may. --docs
writes what was found between the marks of a Markdown file.
"""

import argparse
import itertools
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import psutil

from benchmarks import weakcrowd
from benchmarks.site import running_database
from benchmarks.weakbench import write_between_marks
from examapp.reports.measurement import tables

MARKS = ("<!-- weakcost: begin -->", "<!-- weakcost: end -->")
QUESTIONS, RESPONSES, ANSWERS = 1000, 100_000, (65, 1000)
MOST_REPORT_MS, MOST_REFRESH_SECONDS, MOST_MB = 20.0, 20.0, 1000.0
ROUNDS = 30
# Persons by items.
TABLE = (10_000, 1000)


@dataclass(frozen=True)
class Work:
    """Seconds of CPU, of the process that asks and of the database, and seconds on the clock."""

    python: float
    database: float
    clock: float

    def __str__(self) -> str:
        return f"{self.python:.1f} s of CPU and {self.database:.1f} s of the database's"


@dataclass(frozen=True)
class Cost:
    """Work of a report by number of answers, in seconds, and of a refresh with its memory."""

    reports: dict[int, Work]
    refresh: Work
    peak_mb: float
    again: Work
    table_seconds: float
    table_mb: float

    def __str__(self) -> str:
        reports = "; ".join(
            f"with {count:,} answers {1000 * work.python:.1f} ms, and "
            f"{1000 * work.database:.1f} ms of the database's"
            for count, work in self.reports.items()
        )
        return (
            f"CPU of the whole task that makes one learner's report: {reports}. Refresh of "
            f"{RESPONSES:,} responses on {QUESTIONS:,} questions from nothing: {self.refresh}, "
            f"{self.refresh.clock:.1f} s on the clock, the process at most {self.peak_mb:.0f} MB; "
            f"a second one, with a learner's {QUESTIONS:,} answers more, {self.again}. "
            f"`item_analysis` of a table of {TABLE[0]:,} persons by {TABLE[1]:,} items: "
            f"{self.table_seconds:.1f} s of CPU, at most {self.table_mb:.0f} MB. Of a report's CPU "
            f"the least of {ROUNDS} is told: whatever else runs can only add to it."
        )

    def missed(self) -> list[str]:
        """Return each bar that does not hold."""
        bars = {
            f"report under {MOST_REPORT_MS:.0f} ms of CPU": 1000 * self.reports[ANSWERS[-1]].python
            < MOST_REPORT_MS,
            f"refresh under {MOST_REFRESH_SECONDS:.0f} s": self.refresh.python
            + self.refresh.database
            < MOST_REFRESH_SECONDS,
            f"refresh under {MOST_MB:.0f} MB": self.peak_mb < MOST_MB,
        }
        return [claim for claim, holds in bars.items() if not holds]


def measure() -> Cost:
    """Make the database, and measure."""
    with running_database() as (code, _):
        from questions.models import Exam

        exam = Exam.objects.get(code=code)
        asked = weakcrowd.fill_bank(exam, QUESTIONS)[:QUESTIONS]
        weakcrowd.sit_all(exam, asked, RESPONSES, seed=5)
        refresh, peak_mb = _in_a_process(code)
        sittings = {count: weakcrowd.sit_often(exam, asked[:count], seed=6) for count in ANSWERS}
        again, _ = _in_a_process(code)
        reports = {count: _report(ids) for count, ids in sittings.items()}
        return Cost(reports, refresh, peak_mb, again, *_alone().submit(_table).result())


def _alone() -> ProcessPoolExecutor:
    """Return a process that did nothing before, as a worker's."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _in_a_process(code: str) -> tuple[Work, float]:
    """Refresh in a process of its own; return the work, and the most memory it took."""
    with _alone() as worker:
        before = _database_seconds()
        python, clock, peak_mb = worker.submit(_refresh, code).result()
    return Work(python, _database_seconds() - before, clock), peak_mb


def _refresh(code: str) -> tuple[float, float, float]:
    import django

    django.setup()
    from examapp.reports.weak_areas import report
    from questions.models import Exam

    exam = Exam.objects.get(code=code)
    busy, began_at = time.process_time(), time.perf_counter()
    report.refresh(exam)
    return time.process_time() - busy, time.perf_counter() - began_at, _peak_mb()


def _table() -> tuple[float, float]:
    """Return what reading and analysing the largest promised table takes: seconds and memory."""
    persons, items = TABLE
    rng = np.random.default_rng(7)
    difficulty = rng.normal(0, 1, items)
    ability = rng.normal(0, 1, persons)
    names = ",".join(f"item-{number}" for number in range(items))
    rows = (
        ",".join(
            "01"[int(hit)] for hit in rng.random(items) < 1 / (1 + np.exp(difficulty - person))
        )
        for person in ability
    )
    table = tables.read(itertools.chain([names], rows))
    busy = time.process_time()
    tables.analyse(table)
    return time.process_time() - busy, _peak_mb()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _report(sessions: list[UUID]) -> Work:
    """Return the least work on the last sitting's report, after that of the one before.

    The first, which loads modules, is left out. Of the database's the mean is told.
    """
    from examapp.reports import tasks
    from examapp.reports.models import WeakAreaReport

    for earlier in sessions[-2:-1]:
        tasks.compute(str(earlier))
    session = sessions[-1]

    def once() -> tuple[float, float]:
        WeakAreaReport.objects.filter(session=session).delete()
        busy, began_at = time.process_time(), time.perf_counter()
        tasks.compute(str(session))
        return time.process_time() - busy, time.perf_counter() - began_at

    once()
    before = _database_seconds()
    python, clock = zip(*(once() for _ in range(ROUNDS)), strict=True)
    # The kernel counts the database's work in hundredths of a second.
    database = (_database_seconds() - before) / ROUNDS
    return Work(min(python), database, min(clock))


def _database_seconds() -> float:
    """Return the CPU that the database's processes took so far, ended ones included."""
    from examapp.runtime import postgres

    pid = int((postgres.data_folder() / "postmaster.pid").read_text().split()[0])
    server = psutil.Process(pid)
    times = server.cpu_times()
    return sum(times[:4]) + sum(sum(each.cpu_times()[:2]) for each in server.children())


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--docs", type=Path, help="a Markdown file whose marked part is replaced")
    options = parser.parse_args()
    cost = measure()
    missed = cost.missed()
    text = "\n\n".join([str(cost), *(f"- missed: {claim}" for claim in missed)])
    print(text)
    if options.docs:
        write_between_marks(options.docs, text, MARKS)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
