"""Load: candidates who start, save every answer, finish and read their result, side by side.

    python -m benchmarks.load [--candidates 1,4,16,64] [--saves 65] [--json FILE]
    python -m benchmarks.load --crowd 1000 [--minutes 3] [--within 30] [--every 20] [--workers 1]
        [--threads 4] [--json FILE]

Prints requests a second, median, 95th percentile and errors of every operation, and how its median
compares with that of a bare authenticated view of one UPDATE. Bare requests and saves take turns in
rounds at the same concurrency, so that whatever else the machine does meets both. No worker runs.
With --crowd so many start within 30 seconds and then save every 20 seconds (crowd.py); "rush" is
what was saved while they all started. Ends with status 1 after any error or loss.
"""

import argparse
import json
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import crowd
from benchmarks.candidate import Acknowledged, Candidate, Watch
from benchmarks.site import Site, make_accounts, running_site

OPERATIONS = ("start", "room", "save", "finish", "result", "bare")
RUSH = ("save, rush", "bare, rush")
ROUNDS = 5


@dataclass(frozen=True)
class Row:
    """What one operation took at one concurrency."""

    operation: str
    requests: int
    errors: dict[str, int]
    per_second: float
    median_ms: float
    p95_ms: float
    times_bare: float

    def __str__(self) -> str:
        return (
            f"{self.operation:<11}{self.requests:>9}{sum(self.errors.values()):>8}{self.per_second:>10.1f}"
            f"{self.median_ms:>12.1f}{self.p95_ms:>9.1f}{self.times_bare:>9.2f}"
            + "".join(f"  {count} x {what}" for what, count in self.errors.items())
        )


@dataclass(frozen=True)
class Measured:
    """Everything about one concurrency."""

    candidates: int
    rows: list[Row]
    acknowledged: int
    lost: int

    @property
    def is_clean(self) -> bool:
        return self.lost == 0 and not any(row.errors for row in self.rows)


HEADER = (
    f"{'at once':>7}  {'operation':<11}{'requests':>9}{'errors':>8}{'per s':>10}"
    f"{'median ms':>12}{'p95 ms':>9}{'x bare':>9}"
)


def measure(site: Site, count: int, saves: int) -> Measured:
    """Let `count` candidates sit an exam side by side, all at the same step, and time each step."""
    watch, spans = Watch(), Counter[str]()
    candidates = [Candidate(account, site, watch) for account in make_accounts(count)]
    with ThreadPoolExecutor(count) as pool:

        def together(operation: str, step: Callable[[Candidate], None]) -> None:
            begun_at = time.perf_counter()
            for _ in pool.map(step, candidates):
                pass
            spans[operation] += time.perf_counter() - begun_at

        together("start", Candidate.start)
        together("room", Candidate.open_room)
        together("choose", Candidate.choose)
        for positions in rounds(saves):
            together("bare", lambda one, asked=positions: repeat(one.bare, len(asked)))
            together("save", lambda one, asked=positions: each(one.save, asked))
        together("finish", Candidate.finish)
        together("result", Candidate.result)
    bare = statistics.median(watch.seconds["bare"])
    rows = [row(name, watch, spans[name], bare) for name in OPERATIONS]
    acknowledged = [save for one in candidates for save in one.acknowledged]
    return Measured(count, rows, len(acknowledged), count_lost(acknowledged))


def measure_crowd(site: Site, count: int, pace: crowd.Pace) -> Measured:
    """Let a crowd start, answer and end at a pace."""
    begun_at = time.perf_counter()
    watch, visitors = crowd.gather(make_accounts(count), site, pace)
    span = time.perf_counter() - begun_at
    bare = statistics.median(watch.seconds["bare"] or watch.seconds["bare, rush"] or [1.0])
    named = [name for name in (*OPERATIONS, *RUSH) if watch.seconds[name]]
    rows = [row(name, watch, span, bare) for name in named]
    acknowledged = [save for one in visitors for save in one.acknowledged]
    return Measured(count, rows, len(acknowledged), count_lost(acknowledged))


def rounds(saves: int) -> list[range]:
    """Return the positions 1 to `saves`, cut into ROUNDS parts or fewer."""
    size = max(1, -(-saves // ROUNDS))
    return [range(at, min(at + size, saves + 1)) for at in range(1, saves + 1, size)]


def each(act: Callable[[int], None], positions: Iterable[int]) -> None:
    for position in positions:
        act(position)


def repeat(act: Callable[[], None], times: int) -> None:
    for _ in range(times):
        act()


def row(operation: str, watch: Watch, span: float, bare: float) -> Row:
    """Sum up one operation; `span` and `bare` are seconds, of all requests and of a bare one."""
    seconds = watch.seconds[operation]
    median = statistics.median(seconds)
    return Row(
        operation,
        len(seconds),
        dict(watch.errors[operation]),
        per_second=round(len(seconds) / span, 2),
        median_ms=round(1000 * median, 2),
        p95_ms=round(1000 * percentile(seconds, 95), 2),
        times_bare=round(median / bare, 3),
    )


def percentile(values: Sequence[float], per_cent: int) -> float:
    """Return the smallest value that `per_cent` of all values do not exceed (nearest rank)."""
    return sorted(values)[-(-len(values) * per_cent // 100) - 1]


def count_lost(acknowledged: Iterable[Acknowledged]) -> int:
    """Return how many acknowledged saves are missing from the log or from their question."""
    from examapp.exams.models import AnswerEvent

    fields = ("item__session_id", "item__position", "client", "seq")
    kept = {
        (str(session_id), position, str(client), seq): responses
        for session_id, position, client, seq, *responses in AnswerEvent.objects.filter(
            outcome=AnswerEvent.Outcome.SAVED
        ).values_list(*fields, "response", "item__response")
    }
    return sum(
        kept.get((save.session_id, save.position, save.client, save.seq))
        != [save.response, save.response]
        for save in acknowledged
    )


def show(measured: Measured) -> None:
    for one in measured.rows:
        print(f"{measured.candidates:>7}  {one}")
    print(f"{measured.candidates:>7}  acknowledged {measured.acknowledged}, lost {measured.lost}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", default="1,4,16,64", help="how many at once, one by one")
    parser.add_argument("--saves", type=int, default=65, help="how many each candidate sends")
    parser.add_argument("--crowd", type=int, help="so many at their own pace instead")
    parser.add_argument("--minutes", type=float, default=3, help="how long the crowd answers")
    parser.add_argument("--within", type=float, default=30, help="seconds in which it starts")
    parser.add_argument("--every", type=float, default=20, help="seconds between one's saves")
    parser.add_argument("--workers", default="1", help="processes of the web server")
    parser.add_argument("--threads", default="4", help="threads in each of them")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args()
    counts = [int(text) for text in options.candidates.split(",")]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    figures = []
    with running_site(WEB_WORKERS=options.workers, WEB_THREADS=options.threads) as site:
        measure(site, 4, 2)  # the first requests of a server load what it needs
        print(HEADER)
        if options.crowd:
            pace = crowd.Pace(60 * options.minutes, options.within, options.every)
            figures.append(measure_crowd(site, options.crowd, pace))
            show(figures[-1])
        for count in () if options.crowd else counts:
            figures.append(measure(site, count, options.saves))
            show(figures[-1])
    if options.json:
        text = json.dumps([asdict(measured) for measured in figures], indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0 if all(measured.is_clean for measured in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
