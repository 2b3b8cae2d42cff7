"""Claims about figures over seeds, and tables of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

type Figures = dict[str, float]
type Found = dict[str, list[Figures]]


@dataclass(frozen=True)
class Bar:
    """A claim that must hold, how it turned out, and whether it does.

    `is_possible` is False where even the omniscient misses it, by more than chance: answers do not
    say so much, whatever reads them.
    """

    claim: str
    found: str
    holds: bool
    is_possible: bool = True


def bounds(values: np.ndarray) -> tuple[float, float]:
    """Return the mean and the half width of its 95 % confidence interval over seeds."""
    count = len(values)
    if count < 2:
        return float(values.mean()), float("nan")
    half = student.ppf(0.975, count - 1) * values.std(ddof=1) / np.sqrt(count)
    return float(values.mean()), float(half)


def shown(values: np.ndarray, digits: int = 3) -> str:
    mean, half = bounds(values)
    return f"{mean:.{digits}f} ±{half:.{digits}f}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


# --- The cells of weakcells --------------------------------------------------------------------

# How far an error may lie above that of the omniscient.
MOST_RATIO = 1.06
_LEAST_HELD = {"0": 0.88, "0.25": 0.85, "0.5": 0.80}


def mean(found: Found, cell: str, figure: str) -> float:
    return float(np.mean([figures[figure] for figures in found[cell]]))


def cell_bars(found: Found) -> list[Bar]:
    """Return every claim about the cells that were run, judged on the mean over seeds."""
    rules = {
        "growth": _growth,
        "step": _step,
        "last": _left,
        "platform": _platform,
        "other": _other,
        "class": _class,
    }
    return [bar for cell in found for bar in rules[_kind(cell)](found, cell)]


def _kind(cell: str) -> str:
    """Return the first word of a cell's name, which says what it is about."""
    return cell.split()[0].rstrip(",")


def _ratio(found: Found, cell: str) -> Bar:
    ratio = mean(found, cell, "model_rmse") / mean(found, cell, "omniscient_rmse")
    claim = f"{cell}: RMSE <= {MOST_RATIO} of the omniscient's"
    return Bar(claim, f"{ratio:.3f}", ratio <= MOST_RATIO)


def _within(claim: str, value: float, low: float, high: float) -> Bar:
    return Bar(f"{claim} {low:g} to {high:g}", f"{value:.3f}", low <= value <= high)


def _growth(found: Found, cell: str) -> list[Bar]:
    gain = cell.split()[1].rstrip(",")
    held = mean(found, cell, "model_held")
    apart = mean(found, cell, "model_ready") - mean(found, cell, "true")
    return [
        _within(f"{cell}: range of the whole exam holds the truth", held, _LEAST_HELD[gain], 1),
        _within(f"{cell}: readiness less what is true", apart, -0.05, 0.05),
        _ratio(found, cell),
    ]


def _step(found: Found, cell: str) -> list[Bar]:
    told, false = mean(found, cell, "model_step"), mean(found, cell, "model_still")
    return [
        _within(f"{cell}: a step of half a logit is told", told, 0.35, 1),
        _within(f"{cell}: no step is told as one", false, 0, 0.05),
    ]


def _left(found: Found, cell: str) -> list[Bar]:
    apart = mean(found, cell, "told") - mean(found, cell, "true")
    return [_within(f"{cell}: chance to pass less what is true", apart, -0.05, 0.05)]


def _platform(found: Found, cell: str) -> list[Bar]:
    settled = sum(figures["settled"] for figures in found[cell])
    promises = sum(figures["promises"] for figures in found[cell])
    share = settled / max(promises, 1)
    return [
        _within(f"{cell}: topic ranges hold the truth", mean(found, cell, "topics"), 0.86, 0.93),
        _within(f"{cell}: sure after as many questions as were named", share, 0.75, 1),
    ]


def _other(found: Found, cell: str) -> list[Bar]:
    coverage = mean(found, cell, "model_coverage")
    return [_within(f"{cell}: domain ranges hold", coverage, 0.86, 0.93), _ratio(found, cell)]


def _class(found: Found, cell: str) -> list[Bar]:
    held, seconds = mean(found, cell, "topics"), mean(found, cell, "seconds")
    return [
        _within(f"{cell}: topic ranges of the class hold", held, 0.86, 1),
        _within(f"{cell}: seconds of CPU", seconds, 0, 2),
    ]


_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "growth": (
        "Learners who gain so much an exam (logits), after so many exams; first night is the "
        "model before any refresh:",
        {
            "range of the exam holds": "model_held",
            "first night": "first_held",
            "readiness told": "model_ready",
            "first night's": "first_ready",
            "true": "true",
            "domain RMSE": "model_rmse",
            "omniscient's": "omniscient_rmse",
            "percent correct's": "percent_rmse",
            "shrunk percent's": "shrunk_rmse",
        },
    ),
    "step": (
        "Half a logit gained after so many exams, looked at one exam later; the model knows what "
        "others gain, the other two rest on one learner's answers:",
        {
            "told, of those who gained": "model_step",
            "told, of those who did not": "model_still",
            "first night: gained": "first_step",
            "did not": "first_still",
            "omniscient: gained": "omniscient_step",
            "none gained": "omniscient_still",
            "power as stated to one alone": "model_power",
        },
    ),
    "last": (
        "The last questions of every form left unanswered:",
        {
            "chance told": "told",
            "true": "true",
            "with every question answered": "told_answered",
            "true so": "true_answered",
            "Brier": "brier",
            "Brier if blanks were ignored": "brier_answered",
        },
    ),
    "platform": (
        "Platforms of so many learners, their items known from their answers alone; of areas that "
        "were given a number of questions, how many were sure after them:",
        {
            "domain ranges hold": "domains",
            "task ranges": "tasks",
            "topic ranges": "topics",
            "a number was given": "offered",
        },
    ),
    "other": (
        "What the model does not have: correlated domains of unequal spread, heavy tails, a "
        "guessing floor of .2 whatever the type, authors' levels that mislead:",
        {
            "weakest domain first": "model_weakest",
            "domain RMSE": "model_rmse",
            "omniscient's": "omniscient_rmse",
            "percent correct's": "counting_rmse",
            "shrunk percent's": "counting_rmse_shrunk",
            "90 % coverage": "model_coverage",
            "Brier of pass": "model_brier",
            "last verdict's": "counting_brier_verdict",
        },
    ),
    "class": (
        "Classes in which topics were taught unequally, after two exams:",
        {
            "domain ranges hold": "domains",
            "task ranges": "tasks",
            "topic ranges": "topics",
            "RMSE of a topic's mean": "rmse",
            "seconds of CPU": "seconds",
        },
    ),
}


def cell_tables(found: Found) -> list[str]:
    """Return a sentence and a table for each kind of cell that was run."""
    parts = []
    for kind, (sentence, columns) in _TABLES.items():
        cells = [cell for cell in found if _kind(cell) == kind]
        rows = [
            [cell, *(_shown(found, cell, figure) for figure in columns.values())] for cell in cells
        ]
        parts += [sentence, table([kind, *columns], rows)] if rows else []
    return parts


def _shown(found: Found, cell: str, figure: str) -> str:
    return f"{mean(found, cell, figure):.3f}"
