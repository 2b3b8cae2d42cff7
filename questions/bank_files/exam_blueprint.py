"""An exam's blueprint as its exam.yaml states it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from questions.bank_files.yaml_lines import PLACE, day_of
from questions.items.kinds.kind import POLICIES
from questions.items.kinds.registry import kind_names

_CODE = re.compile(r"[-\w]{1,40}", re.ASCII)


@dataclass(frozen=True)
class TaskPlan:
    number: str
    title: str
    weight: float
    objectives: dict[str, str]


@dataclass(frozen=True)
class DomainPlan:
    number: int
    title: str
    weight: float
    tasks: tuple[TaskPlan, ...]


@dataclass(frozen=True)
class ExamPlan:
    """An exam's blueprint as its exam.yaml states it. Weights are per cent; cuts are fractions."""

    code: str
    title: str
    guide_version: str
    reviewed_on: date | None
    minutes: int
    scored_count: int
    unscored_count: int
    scale_min: int
    scale_cut: int
    scale_max: int
    raw_cut: float
    grading_policy: str
    type_mix: dict[str, int]
    case_count: int
    domains: tuple[DomainPlan, ...]


def exam_plan(data: Mapping[str, Any]) -> ExamPlan:
    """Return the blueprint; raises KeyError, TypeError, ValueError for what is not one."""
    return ExamPlan(
        code=str(data["code"]),
        title=str(data["title"]),
        guide_version=str(data.get("guide_version", "")),
        reviewed_on=day_of(data["reviewed_on"]) if data.get("reviewed_on") else None,
        minutes=int(data["minutes"]),
        scored_count=int(data["scored"]),
        unscored_count=int(data["unscored"]),
        scale_min=int(data["scale"]["min"]),
        scale_cut=int(data["scale"]["cut"]),
        scale_max=int(data["scale"]["max"]),
        raw_cut=float(data["raw_cut"]),
        grading_policy=str(data["grading_policy"]),
        type_mix={str(name): int(count) for name, count in data["types"].items() if name != PLACE},
        case_count=int(data.get("cases", 0)),
        domains=tuple(
            DomainPlan(
                number=int(domain["number"]),
                title=str(domain["title"]),
                weight=float(domain["weight"]),
                tasks=tuple(
                    TaskPlan(
                        number=str(task["number"]),
                        title=str(task["title"]),
                        weight=float(task["weight"]),
                        objectives={
                            str(k): str(v) for k, v in task["objectives"].items() if k != PLACE
                        },
                    )
                    for task in domain["tasks"]
                ),
            )
            for domain in data["domains"]
        ),
    )


def weights_left(plan: ExamPlan) -> float:
    """Return how many per cent of the exam no domain has yet; below 0 they have too many."""
    return round(100 - sum(domain.weight for domain in plan.domains), 2)


def plan_problems(plan: ExamPlan, *, is_draft: bool = False) -> list[str]:
    """Return what no sitting could be held by; a draft may still have percent to give away."""
    problems = []
    total = sum(domain.weight for domain in plan.domains)
    if not is_draft and abs(total - 100) > 0.01:
        problems.append(f"domain weights add up to {total:g}, not 100")
    if not _CODE.fullmatch(plan.code):
        problems.append("code must be letters, digits, hyphens and underscores, at most 40")
    if not all(domain.weight > 0 for domain in plan.domains):
        problems.append("domain weights must be above 0")
    if not all(domain.tasks for domain in plan.domains):
        problems.append("a domain must have tasks")
    if not all(task.weight > 0 for domain in plan.domains for task in domain.tasks):
        problems.append("task weights must be above 0")
    if plan.type_mix and sum(plan.type_mix.values()) != plan.scored_count + plan.unscored_count:
        problems.append("types must add up to scored plus unscored items")
    if plan.minutes <= 0 or plan.scored_count <= 0 or plan.unscored_count < 0:
        problems.append("minutes and scored must be above 0, unscored not below")
    if plan.case_count < 0:
        problems.append("cases must not be below 0")
    if not 0 <= plan.scale_min < plan.scale_cut < plan.scale_max:
        problems.append("scale must rise from min over cut to max")
    if not 0 < plan.raw_cut < 1:
        problems.append("raw_cut must be a share between 0 and 1")
    if plan.grading_policy not in POLICIES:
        problems.append(f"grading_policy must be one of {', '.join(POLICIES)}")
    for name in sorted(set(plan.type_mix) - set(kind_names())):
        problems.append(f"types: unknown type {name!r}")
    numbers = [domain.number for domain in plan.domains]
    numbers_of_tasks = [task.number for domain in plan.domains for task in domain.tasks]
    if len(set(numbers)) < len(numbers) or len(set(numbers_of_tasks)) < len(numbers_of_tasks):
        problems.append("numbers of domains and of tasks must differ")
    return problems


def plan_differences(stands: ExamPlan, typed: ExamPlan) -> list[tuple[str, str, str]]:
    """Return what differs between two blueprints: its name, what stands, what was typed."""
    one, other = _lines(stands), _lines(typed)
    return [
        (name, one.get(name, "nothing"), other.get(name, "nothing"))
        for name in {**one, **other}
        if one.get(name) != other.get(name)
    ]


def _lines(plan: ExamPlan) -> dict[str, str]:
    """Return every value of a blueprint by a name that readers know it by."""
    lines = {
        field.name.replace("_", " "): str(getattr(plan, field.name))
        for field in fields(plan)
        if field.name not in ("code", "reviewed_on", "domains")
    }
    for domain in plan.domains:
        lines[f"domain {domain.number}"] = f"{domain.title}, {domain.weight:g} %"
        for task in domain.tasks:
            words = f"{task.title}, weight {task.weight:g}, in domain {domain.number}"
            lines[f"task {task.number}"] = words
    return lines
