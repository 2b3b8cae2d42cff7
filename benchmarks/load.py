"""Load: candidates who start, save every answer, finish and read their result, side by side.

    python -m benchmarks.load [--candidates 1,4,16,64] [--saves 65] [--json FILE]

Prints requests a second, median and 95th percentile for every operation, beside a bare
authenticated view of one UPDATE measured in the same run, and counts acknowledged saves that the
database does not hold.
"""

import argparse
import http.client
import json
import statistics
import threading
import time
import urllib.parse
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from benchmarks.site import Account, make_accounts, running_site

CODE = "aif-c01"
OPERATIONS = ("start", "room", "save", "finish", "result", "bare")


@dataclass
class Watch:
    """Seconds of every request by operation, and what went wrong; shared by all candidates."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    spans: dict[str, float] = field(default_factory=dict)
    errors: int = 0
    saved: set[tuple[str, int]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Candidate:
    """One browser: a connection that is kept, and the cookies of an account."""

    def __init__(self, account: Account, port: int, watch: Watch) -> None:
        self.account, self.watch = account, watch
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.room = ""

    def ask(
        self, operation: str, method: str, path: str, body: Any = None
    ) -> http.client.HTTPMessage:
        """Send one request and time it, body included; anything but 200 or 302 is an error."""
        headers = {"Cookie": self.account.cookies, "X-CSRFToken": self.account.token}
        data = None
        if isinstance(body, dict):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            data = urllib.parse.urlencode(body)
        elif body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        begun = time.perf_counter()
        self.connection.request(method, path, data, headers)
        reply = self.connection.getresponse()
        reply.read()
        took = time.perf_counter() - begun
        with self.watch.lock:
            self.watch.seconds[operation].append(took)
            self.watch.errors += reply.status not in (200, 302)
        return reply.headers

    def start(self) -> None:
        form = {"form": "fresh", "agree": "yes"}
        self.room = self.ask("start", "POST", f"/exams/{CODE}/start/", form)["Location"] or ""

    def open_room(self) -> None:
        self.ask("room", "GET", self.room)

    def save_all(self, count: int) -> None:
        client = str(uuid.uuid4())
        for position in range(1, count + 1):
            row = {"position": position, "response": None, "client": client, "seq": position}
            errors = self.watch.errors
            self.ask("save", "POST", f"{self.room}answers/", [{**row, "flagged": True}])
            if self.watch.errors == errors:
                with self.watch.lock:
                    self.watch.saved.add((client, position))

    def finish(self) -> None:
        self.ask("finish", "POST", f"{self.room}finish/", {"pending": "[]", "confirm": "yes"})

    def result(self) -> None:
        self.ask("result", "GET", f"{self.room}result/")

    def bare(self, count: int) -> None:
        for _ in range(count):
            self.ask("bare", "POST", "/bare/", {})


def run(port: int, count: int, saves: int) -> tuple[Watch, list[dict[str, Any]]]:
    """Let `count` candidates go through an exam phase by phase, and measure each phase."""
    watch = Watch()
    candidates = [Candidate(account, port, watch) for account in make_accounts(count)]
    phases = [
        ("bare", lambda candidate: candidate.bare(saves)),
        ("start", Candidate.start),
        ("room", Candidate.open_room),
        ("save", lambda candidate: candidate.save_all(saves)),
        ("finish", Candidate.finish),
        ("result", Candidate.result),
    ]
    with ThreadPoolExecutor(count) as pool:
        for name, phase in phases:
            begun = time.perf_counter()
            list(pool.map(phase, candidates))
            watch.spans[name] = time.perf_counter() - begun
    rows = [_row(count, name, watch) for name in OPERATIONS]
    return watch, rows


def _row(count: int, name: str, watch: Watch) -> dict[str, Any]:
    seconds = sorted(watch.seconds[name])
    bare = statistics.median(watch.seconds["bare"])
    return {
        "candidates": count,
        "operation": name,
        "requests": len(seconds),
        "per_second": round(len(seconds) / watch.spans[name], 1),
        "median_ms": round(1000 * statistics.median(seconds), 1),
        "p95_ms": round(1000 * seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))], 1),
        "times_bare": round(statistics.median(seconds) / bare, 2),
    }


def lost(watch: Watch) -> int:
    """Return how many acknowledged saves are not in the log."""
    from examapp.exams.models import AnswerEvent

    kept = {(str(client), seq) for client, seq in AnswerEvent.objects.values_list("client", "seq")}
    return len(watch.saved - kept)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--candidates", default="1,4,16,64", help="how many at once, in turn")
    parser.add_argument("--saves", type=int, default=65, help="saves of each candidate")
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    figures: list[dict[str, Any]] = []
    print("at once operation  count   per s    median       p95  x bare")
    with running_site() as port:
        run(port, 1, 2)  # the first requests of a process load what it needs
        for count in (int(text) for text in options.candidates.split(",")):
            watch, rows = run(port, count, options.saves)
            for row in rows:
                print(
                    f"{row['candidates']:>7} {row['operation']:<9} {row['requests']:>6}"
                    f" {row['per_second']:>7} {row['median_ms']:>6} ms {row['p95_ms']:>6} ms"
                    f" {row['times_bare']:>7}"
                )
            missing = lost(watch)
            print(
                f"{count:>7} errors {watch.errors}, acknowledged {len(watch.saved)}, lost {missing}"
            )
            figures += [*rows, {"candidates": count, "errors": watch.errors, "lost": missing}]
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
