"""The pool that simulated learners sit, and its forms, from the product's own assembly."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml

from examapp.exams.assembly import optimizer
from examapp.exams.assembly.optimizer import DomainQuota, FormPlan, PoolItem
from examapp.reports.measurement.outline import Outline, nested
from questions.bank_files.exam_blueprint import ExamPlan, exam_plan

BANK = Path(__file__).resolve().parent.parent / "questions" / "banks" / "aif-c01"
# A bank below this is filled up to the quotas it is planned for.
FULL_BANK = 600
TYPES = ("multiple_choice", "multiple_response", "matching", "ordering")
# Items of each of TYPES that each task is planned to have.
QUOTAS = {
    "1.1": (31, 5, 4, 0),
    "1.2": (34, 5, 5, 0),
    "1.3": (29, 5, 3, 7),
    "2.1": (48, 8, 4, 4),
    "2.2": (35, 6, 1, 0),
    "2.3": (38, 6, 4, 0),
    "3.1": (42, 8, 3, 5),
    "3.2": (34, 5, 4, 1),
    "3.3": (22, 3, 2, 5),
    "3.4": (33, 6, 3, 2),
    "4.1": (43, 8, 3, 2),
    "4.2": (28, 4, 1, 1),
    "5.1": (42, 7, 2, 3),
    "5.2": (29, 4, 1, 2),
}
# Learners share this many ways through the bank, each of forms drawn one after the other.
WAYS = 200
FORMS = 6


@dataclass(frozen=True)
class Pool:
    """A bank as simulation sees it: the task and type of each item, and ways through its forms.

    `forms` holds items, `scored` whether each counts: ways by forms by places.
    """

    plan: ExamPlan
    tasks: tuple[str, ...]
    topics: tuple[str, ...]
    types: tuple[str, ...]
    forms: np.ndarray
    scored: np.ndarray

    @cached_property
    def task_numbers(self) -> list[str]:
        return [task.number for domain in self.plan.domains for task in domain.tasks]

    @cached_property
    def task_of(self) -> np.ndarray:
        return np.array([self.task_numbers.index(task) for task in self.tasks])

    @cached_property
    def domain_of_task(self) -> np.ndarray:
        return np.array([n for n, domain in enumerate(self.plan.domains) for _ in domain.tasks])

    @cached_property
    def outline(self) -> Outline:
        """Domains and tasks; a task's share is its share of the bank's items."""
        counts = np.bincount(self.task_of, minlength=len(self.task_numbers))
        paths = [(int(domain), task) for task, domain in enumerate(self.domain_of_task)]
        return nested(paths, list(counts / counts.sum()))

    @cached_property
    def topic_of(self) -> np.ndarray:
        """The leaf of `topic_outline` that each item lies in."""
        paths = list(zip(self.task_of.tolist(), self.topics, strict=True))
        order = {path: place for place, path in enumerate(sorted(set(paths)))}
        return np.array([order[path] for path in paths])

    @cached_property
    def topic_outline(self) -> Outline:
        """Domains, tasks and topics; a topic's share is its share of the bank's items."""
        counts = np.bincount(self.topic_of)
        paths = []
        for topic in range(len(counts)):
            task = int(self.task_of[self.topic_of == topic][0])
            paths.append((int(self.domain_of_task[task]), task, topic))
        return nested(paths, list(counts / counts.sum()))


def load(cache: Path) -> Pool:
    """Return the pool of the shipped bank with its forms, which are kept in the folder `cache`."""
    plan = exam_plan(yaml.safe_load((BANK / "exam.yaml").read_text(encoding="utf-8")))
    rows = list(_shipped())
    if len(rows) < FULL_BANK:
        rows = list(_planned())
    tasks, topics, types = zip(*rows, strict=True)
    asked = [(task, kind) for task, _, kind in rows]
    source = Path(optimizer.__file__).read_bytes()
    name = hashlib.sha256(source + repr((plan, asked, WAYS, FORMS)).encode()).hexdigest()[:16]
    kept = cache / f"forms-{name}.json"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(_draw(plan, asked)), encoding="utf-8")
    drawn = np.array(json.loads(kept.read_text(encoding="utf-8")))
    return Pool(plan, tasks, topics, types, forms=drawn[..., 0], scored=drawn[..., 1].astype(bool))


def _planned() -> Iterator[tuple[str, str, str]]:
    """Yield the items that a full bank is planned to have, every five of them a topic."""
    for task, counts in QUOTAS.items():
        types = [kind for kind, count in zip(TYPES, counts, strict=True) for _ in range(count)]
        for number, kind in enumerate(types):
            yield task, f"topic {number // 5}", kind


def _shipped() -> Iterator[tuple[str, str, str]]:
    for path in sorted((BANK / "items").glob("*.yaml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            yield path.stem, item["topic"], item["type"]


def form_plan(plan: ExamPlan) -> FormPlan:
    """Return what a form of an exam holds; its tasks are numbered in their order."""
    numbers = {task.number: n for n, task in enumerate(t for d in plan.domains for t in d.tasks)}
    return FormPlan(
        plan.scored_count,
        plan.unscored_count,
        tuple(
            DomainQuota(
                domain.number,
                domain.title,
                domain.weight,
                {numbers[task.number]: task.weight for task in domain.tasks},
            )
            for domain in plan.domains
        ),
        plan.type_mix,
    )


def _draw(plan: ExamPlan, rows: list[tuple[str, str]]) -> list[list[list[tuple[int, int]]]]:
    """Return ways of forms; as for a candidate, each form prefers what was not seen before."""
    numbers = {task.number: n for n, task in enumerate(t for d in plan.domains for t in d.tasks)}
    domain_of = {task.number: domain.number for domain in plan.domains for task in domain.tasks}
    planned = form_plan(plan)
    ways = []
    for way in range(WAYS):
        seen: dict[int, int] = {}
        forms = []
        for number in range(FORMS):
            pool = [
                PoolItem(key, domain_of[task], numbers[task], kind, seen.get(key, 0))
                for key, (task, kind) in enumerate(rows)
            ]
            seats = optimizer.assemble(planned, pool, seed=FORMS * way + number)
            forms.append([(seat.key, int(seat.is_scored)) for seat in seats])
            seen |= {seat.key: number + 1 for seat in seats}
        ways.append(forms)
    return ways
