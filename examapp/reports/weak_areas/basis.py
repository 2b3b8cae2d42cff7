"""From rows to arrays: the blueprint as an outline, questions as items, answers as evidence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from examapp.reports.measurement.calibration import Calibration as Known
from examapp.reports.measurement.calibration import uncalibrated
from examapp.reports.measurement.evidence import log_chances
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.learner import Bank, bank
from examapp.reports.measurement.outline import Floats, Ints, Outline, nested
from examapp.reports.measurement.posterior import ASSUMED, Spreads
from examapp.reports.models import Calibration
from questions.items.item import LEVELS
from questions.items.kinds.registry import kind_of
from questions.models import Exam, Question, Task, reading_minutes


class CalibrationKey(NamedTuple):
    """Names a calibration, which is never changed.

    When it was made tells it from one of the same number in another database.
    """

    pk: int
    made_at: datetime


@dataclass(frozen=True)
class Blueprint:
    """An exam's areas in the order of the outline: a row of plain values each, by level.

    `leaf_of` gives each topic's place among the leaves. A task without topics has one leaf of its
    own, that no question lies in.
    """

    levels: tuple[list[dict[str, Any]], ...]
    outline: Outline
    leaf_of: dict[int, int]


_LEVEL_INDEX: dict[str, int] = {level: place for place, level in enumerate(LEVELS)}


class BankItem(NamedTuple):
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
    return [BankItem._make(row) for row in rows.order_by("pk")]


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
        minutes = reading_minutes(words) if words is not None else None
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


class ExamBasis(NamedTuple):
    """What every report of an exam stands on, whoever's it is.

    `calibration` names the newest one. `asked` is what a fresh form is drawn from, `place_of` where
    each stands among them, `logs` their log chances, and `bank` what they make of abilities.
    """

    calibration: CalibrationKey | None
    asked: tuple[BankItem, ...]
    plan: Blueprint
    spreads: Spreads
    place_of: dict[BankItem, int]
    logs: Floats
    bank: Bank


# The newest calibration's name, and all that `pool` and `blueprint` read in one short text.
_MARK = """
SELECT calibration.id, calibration.made_at, md5(concat_ws('/',
  (SELECT string_agg(concat_ws(',', id, current_version_id, topic_id), ';' ORDER BY id)
   FROM questions_question WHERE exam_id = %(exam)s AND status = 'published' AND NOT is_sample),
  (SELECT string_agg(concat_ws(',', domain.*::text, task.*::text, topic.*::text, note.word_count),
     ';' ORDER BY task.id, topic.id)
   FROM questions_task task JOIN questions_domain domain ON domain.id = task.domain_id
     LEFT JOIN questions_topic topic ON topic.task_id = task.id
     LEFT JOIN questions_note note ON note.topic_id = topic.id
   WHERE domain.exam_id = %(exam)s)))
FROM (SELECT) exam LEFT JOIN reports_calibration calibration
  ON calibration.exam_id = %(exam)s
ORDER BY calibration.number DESC
LIMIT 1
"""
type Mark = tuple[CalibrationKey | None, str]
_GROUNDS: dict[int, tuple[Mark, ExamBasis]] = {}


def exam_basis(exam: Exam) -> ExamBasis:
    """Return what reports of an exam stand on today.

    It is kept in memory while the database says, in one statement, that nothing of it has changed:
    reading it anew would take as long as all the rest of a report.
    """
    mark = _mark(exam)
    kept = _GROUNDS.get(exam.pk)
    if kept and kept[0] == mark:
        return kept[1]
    made = _ground(exam, mark[0])
    # Unless it changed in the meantime.
    if _mark(exam) == mark:
        _GROUNDS[exam.pk] = mark, made
    return made


def _mark(exam: Exam) -> Mark:
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"exam": exam.pk})
        pk, made_at, text = cursor.fetchone()
    return CalibrationKey(pk, made_at) if pk else None, text


def _ground(exam: Exam, calibration: CalibrationKey | None) -> ExamBasis:
    asked = tuple(pool(exam))
    plan, found = blueprint(exam, asked), known(asked, calibration)
    curves, leaves = found.items.curves(), [plan.leaf_of[item.topic] for item in asked]
    return ExamBasis(
        calibration,
        asked,
        plan,
        found.spreads,
        {item: place for place, item in enumerate(asked)},
        log_chances(curves),
        bank(curves, leaves, plan.outline.sizes[-1]),
    )


def logs_of(items: Sequence[BankItem], calibration: CalibrationKey | None) -> Floats:
    """Return the log chances of items that are asked no more."""
    return log_chances(known(items, calibration).items.curves())


def known(items: Sequence[BankItem], calibration: CalibrationKey | None) -> Known:
    """Return what a calibration says of these items, and of new ones what their level says."""
    levels = level_indexes(items)
    floors = np.array([kind_of(item.type).floor for item in items])
    if calibration is None:
        return uncalibrated(levels, floors, levels=len(LEVELS), spreads=ASSUMED)
    kept = _kept(calibration)
    # Rows of items that no answer tells of stand last: one a level.
    new = len(kept.place_of)
    rows = kept.rows[
        [
            kept.place_of.get(item.version, new + level)
            for item, level in zip(items, levels.tolist(), strict=True)
        ]
    ]
    return Known(
        items=Items(rows[:, 0], rows[:, 1], rows[:, 2], floors),
        spreads=kept.spreads,
        level_means=kept.level_means,
        difficulty_spread=kept.difficulty_spread,
        answers=rows[:, 3],
    )


class CalibrationArrays(NamedTuple):
    """A calibration's parameters as arrays: a row an item, then one for new items of each level."""

    rows: Floats
    place_of: dict[int, int]
    spreads: Spreads
    level_means: tuple[float, ...]
    difficulty_spread: float


@lru_cache(maxsize=8)
def _kept(calibration: CalibrationKey) -> CalibrationArrays:
    pk, made_at = calibration
    kept = Calibration.objects.values_list("parameters", flat=True).get(pk=pk, made_at=made_at)
    means = tuple(float(kept["level_means"].get(level, 0.0)) for level in LEVELS)
    spread = float(kept["difficulty_spread"])
    new = [[mean, spread, 1.0, 0.0] for mean in means]
    return CalibrationArrays(
        rows=np.array([*kept["items"].values(), *new], dtype=float),
        place_of={int(version): place for place, version in enumerate(kept["items"])},
        spreads=Spreads(float(kept["mean"]), tuple(kept["deviations"])),
        level_means=means,
        difficulty_spread=spread,
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
    return np.array([_LEVEL_INDEX[item.level] for item in items], dtype=np.intp)
