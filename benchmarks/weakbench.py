"""weakbench: does the report name what is truly weak, and is it as sure as it should be?

    python -m benchmarks.weakbench [--seeds 2001-2006] [--learners 1000] [--json FILE] [--docs FILE]

Simulated learners with known weaknesses sit 1, 2, 3 and 5 mock exams drawn by the product's own
assembly; the product's estimator and simpler methods say what is weak, and the truth judges them.
The spreads of the weaknesses are as assumed, and with their variances halved and doubled. Then come
the cells of weakcells: learners who grow, who leave questions, topics, small platforms, learners as
the model does not have them, classes; --cells names those wanted alone by how their names begin.
Prints tables with 95 % confidence bounds over seeds. --docs writes them between the marks of a
Markdown file. Ends with status 1 when a bar is missed, and with 3 when the only ones missed lie
below the Bayes risk, where no estimator comes.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import weakcells, weaksim
from benchmarks.weakbars import (
    MOST_RATIO,
    Bar,
    Figures,
    Found,
    bounds,
    cell_bars,
    cell_tables,
    shown,
    table,
)
from benchmarks.weakpool import BANK, load
from benchmarks.weakworld import Setting, make_world

EXAMS = (1, 2, 3, 5)
VARIANCES = {"as given": 1.0, "halved": 0.5, "doubled": 2.0}
MARKS = ("<!-- weakbench: begin -->", "<!-- weakbench: end -->")
MISSED, BEYOND_REACH = 1, 3


@dataclass(frozen=True)
class Cell:
    """All seeds of one variance and number of exams: for each method, a list of its figures."""

    variance: str
    exams: int
    methods: dict[str, list[Figures]]

    def of(self, method: str, figure: str) -> np.ndarray:
        return np.array([found[figure] for found in self.methods[method]])

    def ratio(self, method: str) -> np.ndarray:
        return self.of(method, "rmse") / self.of("counting", "rmse")

    def recall_gain(self, method: str) -> np.ndarray:
        return self.of(method, "tasks") - self.of("counting", "tasks")

    def calibration_error(self) -> float:
        """Return the expected calibration error (Naeini et al. 2015) over all seeds."""
        told, was = (
            np.array([self.of("model", f"bin_{n}_{kind}").sum() for n in range(10)])
            for kind in ("told", "was")
        )
        learners = sum(found["learners"] for found in self.methods["model"])
        return float(np.abs(told - was).sum() / learners)


# --- Running ----------------------------------------------------------------------------------


def run(
    seeds: Sequence[int], learners: int, cache: Path, say: Callable[[str], None]
) -> tuple[list[Cell], dict[str, dict[str, list[Figures]]]]:
    """Return the cells, and for each variance the figures of practice, chosen and random."""
    pool = load(cache)
    cells = {(v, e): Cell(v, e, {}) for v in VARIANCES for e in EXAMS}
    practice: dict[str, dict[str, list[Figures]]] = {}
    for variance, factor in VARIANCES.items():
        practiced = practice.setdefault(variance, {"random": [], "chosen": []})
        for seed in seeds:
            world = make_world(
                pool, seed, Setting(spread_factor=float(np.sqrt(factor))), learners=learners
            )
            for exams in EXAMS:
                methods = cells[variance, exams].methods
                methods.setdefault("counting", []).append(weaksim.figures_of_counting(world, exams))
                for method in ("model", "first night", "omniscient"):
                    known = weaksim.knowledge(world, method, exams)
                    found = weaksim.figures_of_model(world, known, exams)
                    methods.setdefault(method, []).append({**found, "learners": learners})
                    if method == "model" and exams == 1:
                        for name in practiced:
                            practiced[name].append(
                                weaksim.figures_of_practice(world, known, chosen=name == "chosen")
                            )
            say(f"variances {variance}, seed {seed}")
    return list(cells.values()), practice


def run_cells(
    seeds: Sequence[int],
    learners: int,
    cache: Path,
    wanted: Sequence[str],
    say: Callable[[str], None],
) -> Found:
    """Return the figures of the cells whose names begin as wanted, a list of them by seed."""
    pool = load(cache)
    found: Found = {}
    for name, cell in weakcells.CELLS.items():
        if name.startswith(tuple(wanted)):
            found[name] = [cell(pool, seed, learners) for seed in seeds]
            say(name)
    return found


# --- Judging ----------------------------------------------------------------------------------


def bars(cells: Sequence[Cell], practice: dict[str, dict[str, list[Figures]]]) -> list[Bar]:
    """Return every claim about these figures, judged on the mean over seeds."""
    found: list[Bar] = []
    for cell in cells:
        where = f"variances {cell.variance}, {cell.exams} exam{'s' * (cell.exams > 1)}"
        found += _rmse_bars(cell, where)
        found.append(_recall_bar(cell, where))
        gain = (cell.of("model", "weakest") - cell.of("counting", "weakest")).mean()
        found.append(Bar(f"{where}: weakest domain not less often", f"{gain:+.3f}", gain >= -0.01))
        coverage = cell.of("model", "coverage").mean()
        found.append(
            Bar(f"{where}: coverage 88 to 92 %", f"{coverage:.3f}", 0.88 <= coverage <= 0.92)
        )
        brier, verdict, logistic = (
            cell.of(method, figure).mean()
            for method, figure in (
                ("model", "brier"),
                ("counting", "brier_verdict"),
                ("counting", "brier_logistic"),
            )
        )
        ratio = brier / verdict
        found.append(Bar(f"{where}: Brier <= 0.70 last verdict's", f"{ratio:.3f}", ratio <= 0.70))
        found.append(
            Bar(
                f"{where}: Brier below logistic fit's",
                f"{brier:.4f} < {logistic:.4f}",
                brier < logistic,
            )
        )
        error = cell.calibration_error()
        found.append(Bar(f"{where}: calibration error < 0.03", f"{error:.4f}", error < 0.03))
    gains = [c.of("model", "weakest").mean() - c.of("counting", "weakest").mean() for c in cells]
    found.append(
        Bar("weakest domain more often on average", f"{np.mean(gains):+.3f}", np.mean(gains) > 0)
    )
    for variance, methods in practice.items():
        for figure in ("weakest", "tasks"):
            gains_here = np.array(
                [
                    chosen[figure] - plain[figure]
                    for chosen, plain in zip(methods["chosen"], methods["random"], strict=True)
                ]
            )
            mean, half = bounds(gains_here)
            name = "weakest domain" if figure == "weakest" else "weakest 3 tasks"
            found.append(
                Bar(
                    f"variances {variance}: chosen practice names the {name} more often",
                    shown(gains_here),
                    mean - (0 if np.isnan(half) else half) > 0,
                )
            )
    return found


def _rmse_bars(cell: Cell, where: str) -> list[Bar]:
    """Judge the error beside the omniscient's, and beside percent correct's where that can be met.

    With the variances doubled no estimator comes to those shares of percent correct's error.
    """
    beside = float((cell.of("model", "rmse") / cell.of("omniscient", "rmse")).mean())
    claim = f"{where}: RMSE <= {MOST_RATIO} of the omniscient's"
    found = [Bar(claim, f"{beside:.3f}", beside <= MOST_RATIO)]
    if cell.exams in (1, 5) and cell.variance != "doubled":
        found.append(_rmse_bar(cell, where))
    return found


def _rmse_bar(cell: Cell, where: str) -> Bar:
    limit = 0.58 if cell.exams == 1 else 0.80
    ratio, risk = float(cell.ratio("model").mean()), cell.ratio("omniscient")
    return Bar(
        f"{where}: RMSE <= {limit:.2f} of percent correct's",
        f"{ratio:.3f}, where the omniscient has {shown(risk)}",
        ratio <= limit,
        is_possible=_at_best(risk, -1) <= limit,
    )


def _recall_bar(cell: Cell, where: str) -> Bar:
    gain, best = cell.recall_gain("model").mean(), cell.recall_gain("omniscient")
    return Bar(
        f"{where}: weakest 3 tasks +0.04",
        f"{gain:+.3f}, where the omniscient has {shown(best)}",
        gain >= 0.04,
        is_possible=_at_best(best, 1) >= 0.04,
    )


def _at_best(values: np.ndarray, better: int) -> float:
    """Return the end of the confidence interval on the side that is better, 1 or -1."""
    mean, half = bounds(values)
    return mean + better * (0.0 if np.isnan(half) else half)


# --- Telling ----------------------------------------------------------------------------------

HEADS = (
    "exams",
    "weakest domain first",
    "weakest 3 tasks",
    "RMSE of domain score",
    "ratio (omniscient)",
    "90 % coverage",
    "Brier of pass",
    "calibration error",
)


def figures_table(cells: Sequence[Cell], variance: str) -> str:
    """Return a Markdown table: percent correct or its companions, then the model."""
    rows = []
    for cell in (cell for cell in cells if cell.variance == variance):

        def pair(figure: str, cell: Cell = cell) -> str:
            return (
                f"{bounds(cell.of('counting', figure))[0]:.3f}, {shown(cell.of('model', figure))}"
            )

        verdict, logistic = (
            bounds(cell.of("counting", name))[0] for name in ("brier_verdict", "brier_logistic")
        )
        best = bounds(cell.ratio("omniscient"))[0]
        shrunk = bounds(cell.of("counting", "rmse_shrunk"))[0]
        rows.append(
            (
                str(cell.exams),
                pair("weakest"),
                pair("tasks"),
                f"{bounds(cell.of('counting', 'rmse'))[0]:.3f}, {shrunk:.3f}, "
                f"{shown(cell.of('model', 'rmse'))}",
                f"{shown(cell.ratio('model'))} ({best:.3f})",
                pair("coverage"),
                f"{verdict:.3f}, {logistic:.4f}, {shown(cell.of('model', 'brier'), 4)}",
                f"{cell.calibration_error():.3f}",
            )
        )
    return table(HEADS, rows)


def companions(cells: Sequence[Cell]) -> str:
    """Return a table of what a refresh adds, and whether stated chances hold."""
    heads = (
        "variances, exams",
        "RMSE before any refresh",
        "after it",
        "omniscient",
        "stated chance of the named domain",
        "it was the weakest",
    )
    rows = []
    for cell in cells:
        row = [f"{cell.variance}, {cell.exams}"]
        row += [
            f"{bounds(cell.of(method, 'rmse'))[0]:.4f}"
            for method in ("first night", "model", "omniscient")
        ]
        row += [f"{bounds(cell.of('model', name))[0]:.3f}" for name in ("told", "weakest")]
        rows.append(row)
    return table(heads, rows)


def practice_table(practice: dict[str, dict[str, list[Figures]]]) -> str:
    heads = (
        "variances",
        "weakest domain: 30 random, 30 chosen",
        "weakest 3 tasks: 30 random, 30 chosen",
    )
    rows = []
    for variance, methods in practice.items():
        row = [variance]
        for figure in ("weakest", "tasks"):
            random, chosen = (
                shown(np.array([found[figure] for found in methods[name]]))
                for name in ("random", "chosen")
            )
            row.append(f"{random}, {chosen}")
        rows.append(row)
    return table(heads, rows)


def report(
    cells: Sequence[Cell],
    practice: dict[str, dict[str, list[Figures]]],
    found: Found,
    judged: Sequence[Bar],
    seeds: Sequence[int],
    learners: int,
) -> str:
    parts = [
        f"{len(seeds)} seeds ({seeds[0]} to {seeds[-1]}), {learners} learners each; ± is the half "
        "width of the 95 % confidence interval over seeds."
    ]
    if cells:
        parts.append(
            "Percent correct or its companion first, then the model; for the error percent correct "
            "drawn toward the mean of all stands between them (Kelley 1927), for Brier the last "
            "verdict, a logistic fit on percent correct, the model."
        )
        for variance in VARIANCES:
            sentence = f"Variances of domains and tasks {variance}:"
            parts += [sentence, figures_table(cells, variance)]
        parts += ["What the nightly refresh adds, and what a stated chance is worth:"]
        parts += [companions(cells)]
        parts += ["30 practice items after the first mock exam:", practice_table(practice)]
    return "\n\n".join([*parts, *cell_tables(found), verdict(judged)])


def verdict(judged: Sequence[Bar]) -> str:
    """Return how many bars hold, and each that does not, whether anyone could meet it or not."""
    missed = [bar for bar in judged if not bar.holds and bar.is_possible]
    beyond = [bar for bar in judged if not bar.holds and not bar.is_possible]
    held = len(judged) - len(missed) - len(beyond)
    parts = [f"Bars: {held} of {len(judged)} hold"]
    if beyond:
        parts.append(f"{len(beyond)} are not met, and lie below what these forms can tell anyone")
    if missed:
        parts.append(f"{len(missed)} missed, which could be met")
    lines = [f"- below the Bayes risk: {bar.claim}: {bar.found}" for bar in beyond]
    lines += [f"- missed: {bar.claim}: {bar.found}" for bar in missed]
    return "\n\n".join(["; ".join(parts) + ".", *(["\n".join(lines)] if lines else [])])


def status(judged: Sequence[Bar]) -> int:
    missed = [bar for bar in judged if not bar.holds]
    if any(bar.is_possible for bar in missed):
        return MISSED
    return BEYOND_REACH if missed else 0


def write_between_marks(file: Path, text: str, marks: tuple[str, str] = MARKS) -> None:
    page = file.read_text(encoding="utf-8")
    before, rest = page.split(marks[0])
    after = rest.split(marks[1])[1]
    file.write_text(f"{before}{marks[0]}\n\n{text}\n\n{marks[1]}{after}", encoding="utf-8")


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=_seeds, default=_seeds("2001-2006"), help="first-last")
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--cache", type=Path, default=BANK.parents[2] / "var" / "weakbench")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--docs", type=Path, help="a Markdown file whose marked part is replaced")
    parser.add_argument("--cells", nargs="*", help="how the names of cells wanted alone begin")
    options = parser.parse_args()
    began_at = time.perf_counter()
    progress = lambda text: print(  # noqa: E731
        f"{time.perf_counter() - began_at:5.0f} s  {text}", file=sys.stderr, flush=True
    )
    asked = (options.seeds, options.learners, options.cache)
    cells, practice = ([], {}) if options.cells else run(*asked, progress)
    found = run_cells(*asked, options.cells or [""], progress)
    judged = [*(bars(cells, practice) if cells else []), *cell_bars(found)]
    text = report(cells, practice, found, judged, options.seeds, options.learners)
    print(text)
    if options.json:
        figures = {
            "cells": [vars(cell) for cell in cells],
            "practice": practice,
            "beyond": found,
            "bars": [vars(bar) for bar in judged],
        }
        options.json.write_text(
            json.dumps(figures, indent=1, default=bool) + "\n", encoding="utf-8"
        )
    if options.docs:
        write_between_marks(options.docs, text)
    return status(judged)


if __name__ == "__main__":
    sys.exit(main())
