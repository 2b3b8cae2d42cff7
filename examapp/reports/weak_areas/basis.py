"""What every report of an exam rests on: its blueprint, its questions, its newest calibration."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from examapp.reports.measurement.evidence import log_chances
from examapp.reports.measurement.learner import Bank, bank
from examapp.reports.measurement.outline import Floats, Outline, nested
from examapp.reports.measurement.posterior import Spreads
from examapp.reports.weak_areas.calibrated_items import BankItem, CalibrationKey, calibrated
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


def pool(exam: Exam) -> list[BankItem]:
    """Return what a fresh form would be drawn from."""
    rows = Question.objects.pool(exam).values_list(
        "current_version", "topic", "current_version__type", "current_version__level"
    )
    return [BankItem._make(row) for row in rows.order_by("pk")]


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


class ExamBasis(NamedTuple):
    """What every report of an exam rests on, whoever's it is.

    `calibration` names the newest one. `asked` is what a fresh form is drawn from, `index_of` the
    index of each among them, `logs` their log chances, and `bank` the chances by ability.
    """

    calibration: CalibrationKey | None
    asked: tuple[BankItem, ...]
    plan: Blueprint
    spreads: Spreads
    index_of: dict[BankItem, int]
    logs: Floats
    bank: Bank


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
    plan, parameters = blueprint(exam, asked), calibrated(asked, calibration)
    curves, leaves = parameters.items.curves(), [plan.leaf_of[item.topic] for item in asked]
    return ExamBasis(
        calibration,
        asked,
        plan,
        parameters.spreads,
        {item: index for index, item in enumerate(asked)},
        log_chances(curves),
        bank(curves, leaves, plan.outline.sizes[-1]),
    )
