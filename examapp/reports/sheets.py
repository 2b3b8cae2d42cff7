"""From rows to arrays: the blueprint as an outline, questions as items, answers as evidence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from examapp.reports.measurement.calibration import Calibration as Known
from examapp.reports.measurement.calibration import uncalibrated
from examapp.reports.measurement.items import FLOORS, Items
from examapp.reports.measurement.outline import Ints, Outline, nested
from examapp.reports.measurement.posterior import ASSUMED, Spreads
from examapp.reports.models import Calibration
from questions.itemtypes import LEVELS
from questions.models import Exam, Note, Question, Task

# domain, task, topic
DEPTH = 3


@dataclass(frozen=True)
class Blueprint:
    """An exam's areas in the order of the outline: a row of plain values each, by level.

    `leaf_of` gives each topic's place among the leaves. A task without topics has one leaf of its
    own, that no question lies in.
    """

    levels: tuple[list[dict[str, Any]], ...]
    outline: Outline
    leaf_of: dict[int, int]


@dataclass(frozen=True)
class BankItem:
    """A version that may be asked, or was answered."""

    version: int
    topic: int
    type: str
    level: str


def pool(exam: Exam) -> list[BankItem]:
    """Return what a fresh form would be drawn from."""
    rows = Question.objects.pool(exam).values_list(
        "current_version", "topic", "current_version__type", "current_version__level"
    )
    return [BankItem(*row) for row in rows.order_by("pk")]


def blueprint(exam: Exam, asked: Sequence[BankItem]) -> Blueprint:
    """Return the areas of an exam with what each weighs, from one statement.

    Domains and tasks weigh what the blueprint says; a topic weighs its share of the questions that
    its task draws from, and topics of a task without questions weigh alike.
    """
    fields = (
        *("domain", "domain__number", "domain__title", "domain__weight"),
        *("pk", "number", "title", "weight"),
        *("topics", "topics__slug", "topics__title", "topics__note__word_count"),
    )
    order = ("domain__number", "domain", "number", "pk", "topics__position", "topics")
    listed = list(Task.objects.filter(domain__exam=exam).order_by(*order).values_list(*fields))
    counts = Counter(item.topic for item in asked)
    domain_weights = {row[0]: float(row[3]) for row in listed}
    task_weights: dict[int, dict[int, float]] = {}
    topics: dict[int, list[int | None]] = {}
    for row in listed:
        task_weights.setdefault(row[0], {})[row[4]] = float(row[7])
        topics.setdefault(row[4], []).append(row[8])
    rows: tuple[list[dict[str, Any]], ...] = ([], [], [])
    paths: list[tuple[int, ...]] = []
    shares: list[float] = []
    leaf_of: dict[int, int] = {}
    for domain, number, title, _, task, *rest in listed:
        task_number, task_title, _, topic, slug, topic_title, words = rest
        if not rows[0] or rows[0][-1]["pk"] != domain:
            rows[0].append(_row(domain, number, title))
        if not rows[1] or rows[1][-1]["pk"] != task:
            rows[1].append(_row(task, task_number, task_title))
        named = _row(topic, task_number, topic_title or task_title)
        minutes = Note(word_count=words).minutes if words is not None else None
        rows[2].append(named | {"slug": slug or "", "read_minutes": minutes, "place": len(paths)})
        if topic:
            leaf_of[topic] = len(paths)
        inside = sum(counts[each] for each in topics[task] if each)
        part = counts[topic] / inside if inside else 1 / len(topics[task])
        paths.append((domain, task, len(paths)))
        shares.append(
            domain_weights[domain]
            * task_weights[domain][task]
            / sum(task_weights[domain].values())
            * part
        )
    total = sum(shares)
    return Blueprint(rows, nested(paths, [each / total for each in shares]), leaf_of)


def _row(pk: int | None, number: object, title: str) -> dict[str, Any]:
    return {"pk": pk, "number": str(number), "title": title, "slug": "", "read_minutes": None}


def known(items: Sequence[BankItem], calibration: Calibration | None) -> Known:
    """Return what a calibration says of these items, and of new ones what their level says."""
    levels = level_indexes(items)
    floors = np.array([FLOORS[item.type] for item in items])
    start = uncalibrated(levels, floors, levels=len(LEVELS), spreads=ASSUMED)
    if calibration is None:
        return start
    kept = calibration.parameters
    means = tuple(float(kept["level_means"].get(level, 0.0)) for level in LEVELS)
    rows = np.array(
        [
            kept["items"].get(
                str(item.version), [means[level], kept["difficulty_spread"], 1.0, 0.0]
            )
            for item, level in zip(items, levels, strict=True)
        ],
        dtype=float,
    ).reshape(-1, 4)
    return Known(
        items=Items(rows[:, 0], rows[:, 1], rows[:, 2], floors),
        spreads=Spreads(float(kept["mean"]), tuple(kept["deviations"])),
        level_means=means,
        difficulty_spread=float(kept["difficulty_spread"]),
        answers=rows[:, 3],
    )


def parameters(items: Sequence[BankItem], found: Known) -> dict[str, Any]:
    """Return a calibration as its row keeps it; items that no answer tells of are left out."""
    columns = zip(
        items,
        found.items.difficulty,
        found.items.error,
        found.items.slope,
        found.answers,
        strict=True,
    )
    return {
        "mean": found.spreads.mean,
        "deviations": list(found.spreads.deviations),
        "difficulty_spread": found.difficulty_spread,
        "level_means": dict(zip(LEVELS, found.level_means, strict=True)),
        "items": {
            str(item.version): [*(round(float(figure), 5) for figure in figures), int(answers)]
            for item, *figures, answers in columns
            if answers
        },
    }


def level_indexes(items: Sequence[BankItem]) -> Ints:
    return np.array([LEVELS.index(item.level) for item in items], dtype=np.intp)
