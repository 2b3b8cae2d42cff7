"""What every report of an exam rests on: its blueprint, its questions, its newest calibration."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from django.db import connection

from examapp.reports.measurement.effort import thresholds
from examapp.reports.measurement.growth import Walk
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.learner import Bank, bank_of
from examapp.reports.measurement.outline import Ints, Outline, nested
from examapp.reports.measurement.pooling import Pooled
from examapp.reports.measurement.posterior import Spreads
from examapp.reports.weak_areas.calibrated_items import (
    BankItem,
    CalibrationKey,
    calibrated,
    growth_of,
    least_seconds_of,
)
from questions.items.content import words_in
from questions.items.kinds.parts import ContentText
from questions.models import Exam, Question, Task, reading_minutes


class Area(NamedTuple):
    """A domain, task or topic of the blueprint; `leaf` is a topic's index among the leaves.

    The leaf of a task without topics has no `pk`.
    """

    pk: int | None
    number: str
    title: str
    slug: str = ""
    read_minutes: int | None = None
    leaf: int = -1


@dataclass(frozen=True)
class Blueprint:
    """An exam's areas by level, in the order of the outline: domains, tasks, topics.

    `leaf_of` gives each topic's index among the leaves. A task without topics has one leaf of its
    own, that no question lies in.
    """

    levels: tuple[tuple[Area, ...], ...]
    outline: Outline
    leaf_of: dict[int, int]


class PoolItem(NamedTuple):
    """An item that a fresh form may hold, and what its authors and raters say of it.

    `rating` is the share of just-qualified candidates expected to answer it right, NaN where it is
    not rated; `abouts` what each option stands for, () where none says; `words` how many there are
    to read.
    """

    item: BankItem
    rating: float
    abouts: tuple[str, ...]
    words: int


def pool(exam: Exam) -> list[PoolItem]:
    """Return what a fresh form would be drawn from."""
    version = "current_version"
    rows = Question.objects.pool(exam).values_list(
        *(version, "topic", f"{version}__type", f"{version}__level"),
        *(f"{version}__key__angoff", f"{version}__key__abouts", f"{version}__content"),
    )
    return [_pool_item(*row) for row in rows.order_by("pk")]


def _pool_item(
    version: int,
    topic: int,
    kind: str,
    level: str,
    rating: float | None,
    abouts: list[str] | None,
    content: ContentText,
) -> PoolItem:
    return PoolItem(
        BankItem(version, topic, kind, level),
        float("nan") if rating is None else float(rating),
        tuple(abouts or ()),
        words_in(content),
    )


class _TopicRow(NamedTuple):
    """A topic with the task and domain around it; without a topic, a task that has none."""

    domain: int
    domain_number: int
    domain_title: str
    domain_weight: float
    task: int
    task_number: str
    task_title: str
    task_weight: float
    topic: int | None
    slug: str | None
    topic_title: str | None
    words: int | None


def blueprint(exam: Exam, asked: Sequence[BankItem]) -> Blueprint:
    """Return the areas of an exam with what each weighs, from one statement.

    Domains and tasks weigh what the blueprint says; a topic weighs its share of the questions that
    its task draws from, and topics of a task without questions weigh alike.
    """
    rows = _topic_rows(exam)
    paths = [(row.domain, row.task, leaf) for leaf, row in enumerate(rows)]
    weights = _weights(rows, Counter(item.topic for item in asked))
    total = sum(weights)
    return Blueprint(
        levels=(
            tuple({row.domain: _domain(row) for row in rows}.values()),
            tuple({row.task: _task(row) for row in rows}.values()),
            tuple(_topic(row, leaf) for leaf, row in enumerate(rows)),
        ),
        outline=nested(paths, [weight / total for weight in weights]),
        leaf_of={row.topic: leaf for leaf, row in enumerate(rows) if row.topic},
    )


def _topic_rows(exam: Exam) -> list[_TopicRow]:
    fields = (
        *("domain", "domain__number", "domain__title", "domain__weight"),
        *("pk", "number", "title", "weight"),
        *("topics", "topics__slug", "topics__title", "topics__note__word_count"),
    )
    order = ("domain__number", "domain", "number", "pk", "topics__position", "topics")
    rows = Task.objects.filter(domain__exam=exam).order_by(*order).values_list(*fields)
    return [_TopicRow._make(row) for row in rows]


def _domain(row: _TopicRow) -> Area:
    return Area(row.domain, str(row.domain_number), row.domain_title)


def _task(row: _TopicRow) -> Area:
    return Area(row.task, row.task_number, row.task_title)


def _topic(row: _TopicRow, leaf: int) -> Area:
    minutes = reading_minutes(row.words) if row.words is not None else None
    title = row.topic_title or row.task_title
    return Area(row.topic, row.task_number, title, row.slug or "", minutes, leaf)


def _weights(rows: Sequence[_TopicRow], questions: Counter[int]) -> list[float]:
    """Return what each leaf weighs; `questions` counts those of each topic."""
    task_weights: dict[int, dict[int, float]] = {}
    topics: dict[int, list[int | None]] = {}
    for row in rows:
        task_weights.setdefault(row.domain, {})[row.task] = float(row.task_weight)
        topics.setdefault(row.task, []).append(row.topic)
    weights = []
    for row in rows:
        inside = sum(questions[topic] for topic in topics[row.task] if topic)
        of_topic = questions[row.topic] if row.topic else 0
        part = of_topic / inside if inside else 1 / len(topics[row.task])
        around = task_weights[row.domain]
        share = float(row.domain_weight) * around[row.task] / sum(around.values())
        weights.append(share * part)
    return weights


@dataclass(frozen=True)
class ExamBasis:
    """What every report of an exam rests on, whoever's it is.

    `calibration` names the newest one. `pool` is what a fresh form is drawn from, `index_of` the
    index of each item among them, `items` what is known of each, and `bank` the chances by ability
    with their doubts. `least_seconds` is how long each version takes to read at least, `abouts`
    what the options of a version stand for.
    """

    calibration: CalibrationKey | None
    pool: tuple[PoolItem, ...]
    plan: Blueprint
    spreads: Spreads
    walk: Walk
    usual_steps: tuple[Pooled, ...]
    index_of: dict[BankItem, int]
    items: Items
    bank: Bank
    least_seconds: dict[int, float]
    abouts: dict[int, tuple[str, ...]]

    @property
    def asked(self) -> tuple[BankItem, ...]:
        return tuple(each.item for each in self.pool)

    @cached_property
    def leaves(self) -> Ints:
        """The leaf of each item of the pool."""
        leaf_of = self.plan.leaf_of
        return np.array([leaf_of[each.item.topic] for each in self.pool], dtype=np.intp)

    @cached_property
    def counts(self) -> Ints:
        """How many items of the pool each leaf has."""
        return np.bincount(self.leaves, minlength=self.plan.outline.sizes[-1])

    @cached_property
    def standard(self) -> float | None:
        """The share of a whole exam's credit that just passes by its ratings; None where any lacks.

        A form at the blueprint's weights asks so much on average.
        """
        ratings = np.array([each.rating for each in self.pool])
        if not len(ratings) or np.isnan(ratings).any():
            return None
        sums = np.bincount(self.leaves, weights=ratings, minlength=len(self.counts))
        weights = np.where(self.counts > 0, np.array(self.plan.outline.shares), 0.0)
        return float((weights * sums / np.maximum(self.counts, 1)).sum() / weights.sum())


# The newest calibration's name, and all that `pool` and `blueprint` read in one short text.
_FINGERPRINT = """
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
type _Fingerprint = tuple[CalibrationKey | None, str]
_CACHE: dict[int, tuple[_Fingerprint, ExamBasis]] = {}


def exam_basis(exam: Exam) -> ExamBasis:
    """Return what reports of an exam rest on today.

    It stays in memory while the database says, in one statement, that nothing of it has changed:
    reading it anew would take as long as all the rest of a report.
    """
    fingerprint = _fingerprint(exam)
    cached = _CACHE.get(exam.pk)
    if cached and cached[0] == fingerprint:
        return cached[1]
    basis = _read(exam, fingerprint[0])
    # Unless it changed in the meantime.
    if _fingerprint(exam) == fingerprint:
        _CACHE[exam.pk] = fingerprint, basis
    return basis


def _fingerprint(exam: Exam) -> _Fingerprint:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, {"exam": exam.pk})
        pk, made_at, digest = cursor.fetchone()
    return CalibrationKey(pk, made_at) if pk else None, digest


def _read(exam: Exam, calibration: CalibrationKey | None) -> ExamBasis:
    asked = tuple(pool(exam))
    items = [each.item for each in asked]
    plan = blueprint(exam, items)
    found = calibrated(items, calibration, ratings=[each.rating for each in asked])
    growth = growth_of(calibration)
    leaves = [plan.leaf_of[item.topic] for item in items]
    return ExamBasis(
        calibration,
        asked,
        plan,
        found.spreads,
        growth.walk,
        growth.usual_steps,
        {item: index for index, item in enumerate(items)},
        found.items,
        bank_of(found.items, leaves, plan.outline.sizes[-1]),
        _least_seconds(asked, calibration),
        {each.item.version: each.abouts for each in asked if each.abouts},
    )


def _least_seconds(
    asked: Sequence[PoolItem], calibration: CalibrationKey | None
) -> dict[int, float]:
    """Return how long each version takes to read at least: by its times, else by its words."""
    words = np.array([each.words for each in asked], dtype=float)
    nobody = np.zeros(0)
    by_words = thresholds(nobody.astype(np.intp), nobody, words).tolist()
    told = {each.item.version: least for each, least in zip(asked, by_words, strict=True)}
    return told | least_seconds_of(calibration)
