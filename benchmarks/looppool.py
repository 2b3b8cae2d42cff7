"""The shipped bank as the simulation of the loop sees it: which facts each question asks."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import yaml

from benchmarks.weakpool import BANK, Pool, form_plan
from examapp.exams.assembly import optimizer
from examapp.exams.assembly.optimizer import PoolItem
from questions.bank_files.exam_blueprint import ExamPlan, exam_plan
from questions.items.conflicts import conflicts_of
from questions.items.item import LEVELS
from questions.items.kinds.registry import kind_of

# So many fresh mock exams are drawn of what stands in none of the shipped ones.
FRESH = 10
# A question as its file has it: our own format, which the loader of banks checks.
type Text = dict[str, Any]


@dataclass(frozen=True)
class LoopPool:
    """A bank with its five mock exams and a fresh one, which nobody meets before the end.

    `facts_of` holds the facts of each item, the first of which its card is of; `asking` the items
    that name each fact.
    """

    base: Pool
    facts_of: list[list[int]]
    asking: list[set[int]]
    conflicts: list[frozenset[str]]
    level: np.ndarray

    @property
    def forms(self) -> np.ndarray:
        return self.base.forms

    @property
    def scored(self) -> np.ndarray:
        return self.base.scored

    @property
    def length(self) -> int:
        """Questions of a mock exam."""
        return int(self.forms.shape[2])

    @property
    def topic_of(self) -> np.ndarray:
        return self.base.topic_of

    @cached_property
    def floor(self) -> np.ndarray:
        return np.array([kind_of(name).floor for name in self.base.types])

    @cached_property
    def _home(self) -> np.ndarray:
        """An item of each fact, by which the fact lies in its topic."""
        return np.array([min(items) for items in self.asking])

    @property
    def topic_of_fact(self) -> np.ndarray:
        return self.topic_of[self._home]

    @property
    def task_of_fact(self) -> np.ndarray:
        return self.base.task_of[self._home]

    @property
    def domain_of_fact(self) -> np.ndarray:
        return self.base.domain_of_task[self.task_of_fact]

    def fresh(self, way: int) -> frozenset[int]:
        """Return the items of a way's last form."""
        return frozenset(self.forms[way, -1].tolist())


def load_pool() -> LoopPool:
    """Return the shipped bank, and fresh mock exams by the product's own assembly."""
    plan = exam_plan(yaml.safe_load((BANK / "exam.yaml").read_text(encoding="utf-8")))
    items: list[tuple[str, Text]] = [
        (path.stem, item)
        for path in sorted((BANK / "items").glob("*.yaml"))
        for item in yaml.safe_load(path.read_text(encoding="utf-8")) or []
    ]
    forms = _forms(plan, items)
    base = Pool(
        plan,
        tuple(task for task, _ in items),
        tuple(item["topic"] for _, item in items),
        tuple(item["type"] for _, item in items),
        forms=forms[..., 0],
        scored=forms[..., 1].astype(bool),
    )
    numbers: dict[str, int] = {}
    facts_of = [
        [numbers.setdefault(fact, len(numbers)) for fact in item["facts"]] for _, item in items
    ]
    asking: list[set[int]] = [set() for _ in numbers]
    for number, facts in enumerate(facts_of):
        for fact in facts:
            asking[fact].add(number)
    level = np.array([LEVELS.index(item["level"]) for _, item in items])
    return LoopPool(base, facts_of, asking, [_conflicts(item) for _, item in items], level)


def _conflicts(item: Text) -> frozenset[str]:
    return conflicts_of(item["ref"], facts=item["facts"], enemies=item.get("enemies", ()))


def _forms(plan: ExamPlan, items: list[tuple[str, Text]]) -> np.ndarray:
    """Return the forms of each way: the shipped ones, and one of the fresh ones."""
    place = {item["ref"]: number for number, (_, item) in enumerate(items)}
    shipped = [
        [(place[ref], int(ref not in form["unscored"])) for ref in form["items"]]
        for form in yaml.safe_load((BANK / "forms.yaml").read_text(encoding="utf-8"))
    ]
    asked = {item for form in shipped for item, _ in form}
    tasks = [task.number for domain in plan.domains for task in domain.tasks]
    domain_of = {task.number: domain.number for domain in plan.domains for task in domain.tasks}
    left = [
        PoolItem(number, domain_of[task], tasks.index(task), item["type"])
        for number, (task, item) in enumerate(items)
        if number not in asked
    ]
    planned = form_plan(plan)
    return np.array(
        [
            [*shipped, [(seat.key, int(seat.is_scored)) for seat in seats]]
            for seats in (optimizer.assemble(planned, left, seed=way) for way in range(FRESH))
        ]
    )
