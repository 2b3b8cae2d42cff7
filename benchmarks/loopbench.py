"""loopbench: what the learner's loop is worth, with learners who forget.

    python -m benchmarks.loopbench [--learners 20] [--seed 1] [--docs FILE]

The same simulated learners prepare for an exam three times: led by the product's queue and plan, by
random practice, and without review, by new questions only; each day with as many questions as the
product asked of them. What counts is the expected share correct on a fresh mock exam on the exam's
day. Learners forget by a model of memory that is not the scheduler's (loopmemory). Prints a table
with 95 % confidence intervals over learners, of paired differences; --docs writes it between the
marks of a Markdown file. It judges nothing: it shows.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.looppool import LoopPool, load_pool
from benchmarks.loopsim import Cell, Outcome, simulate
from benchmarks.weakbars import bounds, table
from benchmarks.weakbench import write_between_marks

CELLS = (Cell(28, 10), Cell(28, 20), Cell(56, 20), Cell(28, 20, is_graded=True))
MARKS = ("<!-- loopbench: begin -->", "<!-- loopbench: end -->")
HEADS = (
    "days, minutes a day",
    "questions a day",
    "before",
    "queue and plan",
    "random practice",
    "new questions only",
    "plan less random",
    "plan less new only",
)


def row(cell: Cell, found: Outcome) -> list[str]:
    """Return a line of the table; differences are a learner's own, in percentage points."""
    loop = found.after["loop"]
    shares = [found.before, loop, found.after["random"], found.after["new"]]
    differences = [loop - found.after["random"], loop - found.after["new"]]
    name = f"{cell.days}, {cell.minutes}" + (", known more or less" if cell.is_graded else "")
    return [
        name,
        f"{found.questions_a_day:.0f}",
        *(f"{100 * share.mean():.1f} %" for share in shares),
        *(f"{100 * mean:+.1f} ±{100 * half:.1f}" for mean, half in map(bounds, differences)),
    ]


def report(pool: LoopPool, cells: Sequence[Cell], *, seed: int, learners: int) -> str:
    """Simulate all cells and return what the page says of them."""
    rows = []
    for cell in cells:
        began_at = time.perf_counter()
        rows.append(row(cell, simulate(pool, cell, seed, learners)))
        took = time.perf_counter() - began_at
        print(f"{took:5.0f} s  {rows[-1][0]}", file=sys.stderr, flush=True)
    intro = (
        f"{learners} learners (seed {seed}) in each line; ± is the half width of the 95 % "
        "confidence interval over learners of the difference that each makes."
    )
    return f"{intro}\n\n{table(HEADS, rows)}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docs", type=Path, help="a Markdown file whose marked part is replaced")
    options = parser.parse_args()
    text = report(load_pool(), CELLS, seed=options.seed, learners=options.learners)
    print(text)
    if options.docs:
        write_between_marks(options.docs, text, MARKS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
