"""From rows to arrays: the blueprint as an outline, questions as items, answers as evidence."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
from questions.models import Domain, Exam, Note, Question, Topic

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
    """Return the areas of an exam with what each weighs.

    Domains and tasks weigh what the blueprint says; a topic weighs its share of the questions that
    its task draws from, and topics of a task without questions weigh alike.
    """
    domains = list(Domain.objects.filter(exam=exam).prefetch_related("tasks__topics"))
    minutes = {
        note.topic_id: note.minutes for note in Note.objects.filter(topic__task__domain__exam=exam)
    }
    counts = Counter(item.topic for item in asked)
    rows: tuple[list[dict[str, Any]], ...] = ([], [], [])
    paths: list[tuple[int, ...]] = []
    shares: list[float] = []
    leaf_of: dict[int, int] = {}
    for domain in (domain for domain in domains if domain.tasks.all()):
        share = float(domain.weight) / _total(domains)
        rows[0].append(_row(domain.pk, domain.number, domain.title))
        for task in domain.tasks.all():
            task_share = share * float(task.weight) / _total(domain.tasks.all())
            rows[1].append(_row(task.pk, task.number, task.title))
            topics: list[Topic | None] = list(task.topics.all())
            inside = sum(counts[topic.pk] for topic in topics if topic)
            topics = topics or [None]
            for topic in topics:
                part = 1 / len(topics)
                if topic and inside:
                    part = counts[topic.pk] / inside
                if topic:
                    leaf_of[topic.pk] = len(paths)
                    named = _row(topic.pk, task.number, topic.title)
                    named |= {"slug": topic.slug, "read_minutes": minutes.get(topic.pk)}
                    rows[2].append({**named, "place": len(paths)})
                else:
                    rows[2].append({**_row(None, task.number, task.title), "place": len(paths)})
                paths.append((domain.pk, task.pk, len(paths)))
                shares.append(task_share * part)
    total = sum(shares)
    return Blueprint(rows, nested(paths, [each / total for each in shares]), leaf_of)


def _row(pk: int | None, number: object, title: str) -> dict[str, Any]:
    return {"pk": pk, "number": str(number), "title": title, "slug": "", "read_minutes": None}


def _total(weighted: Iterable[Any]) -> float:
    return sum(float(each.weight) for each in weighted)


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
