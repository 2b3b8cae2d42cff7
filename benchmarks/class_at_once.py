"""A class that starts at one moment, and one that ends at one moment, while others save.

    python -m benchmarks.class_at_once [--starters 300] [--others 100] [--within 10] [--every 5]
        [--workers 2] [--stock 400] [--json FILE]

Others sit an exam already and save an answer every so many seconds. The class presses Start within
so many seconds, waits in line where it must, as the waiting page does, answers every question, and
then ends its exams within as many. Prints the longest wait for a paper and for a result, what
failed, how long saves of others took meanwhile, and how many acknowledged saves are lost. Ends with
status 1 when a bar of the promise is missed: 15 s, no failure, a 95th percentile of saves below
1 s, nothing lost.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.candidate import Watch
from benchmarks.crowd import Pace, Visitor, responses_of
from benchmarks.load import count_lost, percentile
from benchmarks.site import Site, make_accounts, running_site

MOST_SECONDS, MOST_SAVE_SECONDS = 15.0, 1.0
WAITING = "/starting/"


@dataclass(frozen=True)
class Moment:
    """What became of all who did one thing at one moment; times in seconds."""

    what: str
    asked: int
    failed: int
    median: float
    longest: float
    saves: int
    saves_p95: float

    @property
    def holds(self) -> bool:
        is_quick = self.longest <= MOST_SECONDS and self.saves_p95 <= MOST_SAVE_SECONDS
        return is_quick and not self.failed

    def __str__(self) -> str:
        return (
            f"{self.what:<8}{self.asked:>6} asked,{self.failed:>4} failed, median"
            f" {self.median:.2f} s, longest {self.longest:.2f} s; {self.saves} saves of others,"
            f" 95th percentile {self.saves_p95:.3f} s{'' if self.holds else '  MISSED'}"
        )


class Member(Visitor):
    """One of the class, or of the others."""

    async def begin(self) -> bool:
        """Press Start and wait in line until there is a paper."""
        path = f"/exams/{self.site.exam_code}/start/"
        _, self.room = await self.post_form("start", path, {"form": "fresh", "agree": "yes"})
        while self.room.startswith(WAITING):
            status, headers, _ = await self.request("GET", WAITING)
            if status == 302:
                self.room = headers["location"]
            elif status == 200:
                await asyncio.sleep(int(headers["refresh"]))
            else:
                return False
        return self.room.startswith("/sessions/")

    async def answer_everything(self) -> None:
        """Save the whole paper at once: how long that takes is not measured.

        Raises RuntimeError where it is not saved: the end of a blank paper costs half.
        """
        page, _ = await self.ask("room", "GET", self.room)
        if not await self.save_all(responses_of(page.decode())):
            raise RuntimeError(f"not all of {self.room} was saved")

    async def end(self) -> bool:
        """End the exam and read the result."""
        form = {"pending": "[]", "action": "end", "confirm": "yes"}
        await self.post_form("finish", f"{self.room}finish/", form)
        page, _ = await self.ask("result", "GET", f"{self.room}result/")
        return bool(page)

    async def go_on_saving(self, is_over: asyncio.Event) -> None:
        page, _ = await self.ask("room", "GET", self.room)
        responses = responses_of(page.decode())
        await asyncio.sleep(self.random.uniform(0, self.pace.between_saves))
        for seq in itertools.count(1):
            if is_over.is_set() or not responses:
                break
            position = 1 + (seq - 1) % len(responses)
            await self.save("save", position, responses[position], seq)
            await asyncio.sleep(self.pace.between_saves)


async def run(site: Site, starters: int, others: int, pace: Pace) -> tuple[list[Moment], int]:
    """Return what became of the start and of the end, and how many saves are lost."""
    watch, rng = Watch(), random.Random(1)
    people = [
        Member(account, site, watch, pace, random.Random(rng.random()))
        for account in make_accounts(starters + others)
    ]
    sitting, pressing = people[:others], people[others:]
    for one in sitting:
        await one.begin()
    is_over = asyncio.Event()
    saving = [asyncio.create_task(one.go_on_saving(is_over)) for one in sitting]
    await asyncio.sleep(pace.between_saves)
    starts = await at_once("starts", pressing, Member.begin, watch, pace)
    for one in pressing:
        await one.answer_everything()
    ends = await at_once("ends", pressing, Member.end, watch, pace)
    is_over.set()
    await asyncio.gather(*saving)
    return [starts, ends], count_lost([save for one in people for save in one.acknowledged])


async def at_once(
    what: str,
    people: Sequence[Member],
    act: Callable[[Member], Awaitable[bool]],
    watch: Watch,
    pace: Pace,
) -> Moment:
    """Let all do one thing at moments of their own within a short time."""
    watch.seconds["save"].clear()

    async def timed(one: Member) -> tuple[bool, float]:
        await asyncio.sleep(one.random.uniform(0, pace.arrival))
        begun_at = time.perf_counter()
        is_done = await act(one)
        return is_done, time.perf_counter() - begun_at

    done = await asyncio.gather(*(timed(one) for one in people))
    seconds = [taken for _, taken in done]
    saves = watch.seconds["save"] or [0.0]
    return Moment(
        what,
        len(done),
        sum(not is_done for is_done, _ in done),
        round(percentile(seconds, 50), 2),
        round(max(seconds), 2),
        len(watch.seconds["save"]),
        round(percentile(saves, 95), 3),
    )


def _fill_stock(site: Site) -> None:
    """Draw the papers that the worker would have drawn before."""
    from examapp.exams.services import paper_stock
    from questions.models import Exam

    exam = Exam.objects.get(code=site.exam_code)
    while paper_stock.refill(exam):
        pass


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starters", type=int, default=300)
    parser.add_argument("--others", type=int, default=100)
    parser.add_argument("--within", type=float, default=10, help="seconds in which all press")
    parser.add_argument("--every", type=float, default=5, help="seconds between one's saves")
    parser.add_argument("--workers", default="2", help="processes of the web server")
    parser.add_argument("--stock", help="papers drawn ahead; as many as start when not given")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # What is asked of the database here is short.
    stock = options.stock or str(options.starters + options.others)
    with running_site(WEB_WORKERS=options.workers, PAPERS_IN_STOCK=stock) as site:
        _fill_stock(site)
        pace = Pace(sitting=0, arrival=options.within, between_saves=options.every)
        moments, lost = asyncio.run(run(site, options.starters, options.others, pace))
    print(*moments, f"acknowledged saves lost: {lost}", sep="\n")
    if options.json:
        figures = {"moments": [asdict(moment) for moment in moments], "lost": lost}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0 if all(moment.holds for moment in moments) and not lost else 1


if __name__ == "__main__":
    sys.exit(main())
