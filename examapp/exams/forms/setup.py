"""The forms by which an exam is set up: its rules, its outline, and who may take it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from examapp.web.numbers import whole_number
from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan
from questions.bank_files.outline_text import read_outline, shared_out
from questions.items.kinds.registry import kind_names, kind_of
from questions.models import Exam, ExamStates, GradingPolicies, StrictnessLevels
from questions.services.domains import RowOrigins

PERCENT, SCALE = "percent", "scale"
# Domains of an exam, and tasks of a domain, that are read.
MOST_DOMAINS, MOST_TASKS = 50, 60
# Empty rows that a new exam's outline begins with.
FIRST_ROWS = 4


def _count(**options: Any) -> forms.IntegerField:
    """Return the field of a whole number that its column can hold."""
    return forms.IntegerField(min_value=0, max_value=32_000, **options)


class RulesForm(forms.Form):
    """An exam's rules in everyday words: a pass mark in per cent, scores in per cent or a scale."""

    title = forms.CharField(max_length=200, label=gettext_lazy("Name"))
    scored_count = _count(label=gettext_lazy("Questions that count"))
    minutes = _count(label=gettext_lazy("Minutes"))
    pass_mark = forms.FloatField(
        min_value=1, max_value=99, label=gettext_lazy("Pass mark in % of points")
    )
    score_as = forms.ChoiceField(
        choices=[(PERCENT, ""), (SCALE, "")], label=gettext_lazy("How the score is shown")
    )
    scale_min = _count(label=gettext_lazy("Lowest score"), required=False)
    scale_cut = _count(label=gettext_lazy("Score that passes"), required=False)
    scale_max = _count(label=gettext_lazy("Highest score"), required=False)
    strictness = forms.ChoiceField(
        choices=StrictnessLevels.choices, label=gettext_lazy("How strictly questions are checked")
    )
    unscored_count = _count(label=gettext_lazy("Trial questions that do not count"), required=False)
    grading_policy = forms.ChoiceField(
        choices=GradingPolicies.choices, label=gettext_lazy("Points for a partly right answer")
    )
    guide_version = forms.CharField(
        max_length=20, required=False, label=gettext_lazy("Version of the exam guide")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in kind_names():
            self.fields[f"type_{name}"] = _count(label=kind_of(name).label, required=False)

    @property
    def type_fields(self) -> list[forms.BoundField]:
        return [self[f"type_{name}"] for name in kind_names()]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        scale = [data.get(name) for name in ("scale_min", "scale_cut", "scale_max")]
        if data.get("score_as") == SCALE and not self.errors:
            low, cut, high = scale
            if low is None or cut is None or high is None or not low < cut < high:
                reason = gettext("The scale must rise: lowest score, score that passes, highest.")
                self.add_error("scale_cut", reason)
        total = (data.get("scored_count") or 0) + (data.get("unscored_count") or 0)
        mix = self._type_mix()
        if mix and sum(mix.values()) != total and not self.errors:
            message = gettext("The types add up to %(sum)d, a mock exam has %(total)d questions.")
            self.add_error(None, message % {"sum": sum(mix.values()), "total": total})
        for name in ("scored_count", "minutes"):
            if data.get(name) == 0:
                self.add_error(name, gettext("Write a number above 0."))
        return data

    def _type_mix(self) -> dict[str, int]:
        counts = {name: self.cleaned_data.get(f"type_{name}") for name in kind_names()}
        return {name: count for name, count in counts.items() if count}

    def plan(self, plan: ExamPlan) -> ExamPlan:
        """Return an exam's plan with the rules of the valid form."""
        data = self.cleaned_data
        raw_cut = data["pass_mark"] / 100
        scale = (data["scale_min"], data["scale_cut"], data["scale_max"])
        if data["score_as"] == PERCENT:
            scale = (0, max(1, min(99, round(data["pass_mark"]))), 100)
        return replace(
            plan,
            **{name: data[name] for name in ("title", "guide_version", "minutes", "scored_count")},
            unscored_count=data["unscored_count"] or 0,
            raw_cut=raw_cut,
            scale_min=scale[0],
            scale_cut=scale[1],
            scale_max=scale[2],
            grading_policy=data["grading_policy"],
            type_mix=self._type_mix(),
        )


def initial_rules(exam: Exam) -> dict[str, object]:
    """Return what the form of an exam's rules holds at first."""
    names = ("title", "scored_count", "minutes", "strictness", "unscored_count", "grading_policy")
    scale = (100, 700, 1000) if exam.is_percent else None
    low, cut, high = scale or (exam.scale_min, exam.scale_cut, exam.scale_max)
    return {
        **{name: getattr(exam, name) for name in (*names, "guide_version")},
        **{f"type_{name}": exam.type_mix.get(name) for name in kind_names()},
        "pass_mark": f"{100 * exam.raw_cut:.2f}".rstrip("0").rstrip("."),
        "score_as": PERCENT if exam.is_percent else SCALE,
        **{"scale_min": low, "scale_cut": cut, "scale_max": high},
    }


@dataclass(frozen=True)
class TaskRow:
    """A task as typed; `was` is the primary key of an existing one."""

    title: str = ""
    was: int | None = None
    number: str = ""


@dataclass(frozen=True)
class DomainRow:
    """A domain as typed, with its tasks; `was` is the primary key of an existing one."""

    title: str = ""
    share: str = ""
    tasks: tuple[TaskRow, ...] = (TaskRow(),)
    was: int | None = None
    number: int | None = None
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.title and not any(task.title for task in self.tasks)

    @property
    def task_count(self) -> int:
        return sum(bool(task.title) for task in self.tasks)


def rows_of(plan: ExamPlan, keys: RowOrigins) -> list[DomainRow]:
    """Return the rows of an exam's outline as it is stored."""
    return [
        DomainRow(
            domain.title,
            f"{domain.weight:g}",
            tuple(
                TaskRow(task.title, keys.tasks[task.number], task.number) for task in domain.tasks
            ),
            keys.domains[domain.number],
            domain.number,
        )
        for domain in plan.domains
    ]


def posted_rows(data: QueryDict) -> list[DomainRow]:
    """Return the rows that were typed, in their order on the page, without empty ones."""
    rows = []
    for index in range(MOST_DOMAINS):
        prefix = f"domain-{index}"
        if f"{prefix}-title" not in data:
            continue
        title = " ".join(data.get(f"{prefix}-title", "").split())[:200]
        share = data.get(f"{prefix}-share", "").strip()[:12]
        tasks = tuple(_posted_tasks(data, prefix))
        row = DomainRow(title, share, tasks, whole_number(data.get(f"{prefix}-was", "")))
        if not row.is_empty or (share and row.was is None and share != "0"):
            rows.append(row)
    return rows


def _posted_tasks(data: QueryDict, prefix: str) -> Sequence[TaskRow]:
    tasks = []
    for index in range(MOST_TASKS):
        name = f"{prefix}-task-{index}"
        title = " ".join(data.get(name, "").split())[:300]
        if title:
            tasks.append(TaskRow(title, whole_number(data.get(f"{name}-was", ""))))
    return tasks


def pasted_rows(text: str) -> list[DomainRow]:
    """Return the rows of an outline that was pasted, with what is left shared out evenly."""
    domains = read_outline(text)[:MOST_DOMAINS]
    shares = shared_out([domain.share for domain in domains])
    return [
        DomainRow(
            domain.title,
            f"{share:g}",
            tuple(TaskRow(task) for task in domain.tasks[:MOST_TASKS]) or (TaskRow(),),
        )
        for domain, share in zip(domains, shares, strict=True)
    ]


def checked_rows(rows: Sequence[DomainRow]) -> list[DomainRow]:
    """Return rows with what is wrong with each, and with shares that were left out filled in."""
    checked = [_checked(row) for row in rows]
    if any(row.error for row in checked):
        return checked
    shares = shared_out([float(row.share) if row.share else None for row in checked])
    return [
        replace(row, share=f"{share:g}", error="" if share > 0 else _no_share())
        for row, share in zip(checked, shares, strict=True)
    ]


def _no_share() -> str:
    return gettext("No share is left for it. Enter its share of the exam in percent.")


def _checked(row: DomainRow) -> DomainRow:
    share = row.share.replace(",", ".").removesuffix("%").strip()
    if not row.title:
        return replace(row, share=share, error=gettext("Give the domain a name."))
    if share and not (re.fullmatch(r"\d{1,3}(\.\d{1,2})?", share) and 0 < float(share) <= 100):
        return replace(row, error=gettext("Write its share as a number from 1 to 100."))
    return replace(row, share=share)


def outline_plan(
    plan: ExamPlan, keys: RowOrigins, rows: Sequence[DomainRow]
) -> tuple[ExamPlan, RowOrigins]:
    """Return an exam's plan with an outline as typed, and which row each part of it was.

    What is there keeps its number; what is new gets the next one. A domain without a task gets one
    of its own name, to put questions under.
    """
    numbers = {pk: number for number, pk in keys.domains.items()}
    old_tasks = {
        pk: next(task for domain in plan.domains for task in domain.tasks if task.number == number)
        for number, pk in keys.tasks.items()
    }
    next_domain = max(keys.domains, default=0) + 1
    used = {task.number for task in old_tasks.values()}
    domains, domain_origins, task_origins = [], {}, {}
    for row in rows:
        number = numbers.get(row.was)
        if number is None:
            number, next_domain = next_domain, next_domain + 1
        tasks = []
        for task in row.tasks if row.task_count else (TaskRow(row.title),):
            old = old_tasks.get(task.was)
            task_number = old.number if old else _next_number(number, used)
            used.add(task_number)
            weight = old.weight if old else 1
            tasks.append(TaskPlan(task_number, task.title, weight, {}))
            task_origins[task_number] = task.was
        domains.append(DomainPlan(number, row.title, float(row.share), tuple(tasks)))
        domain_origins[number] = row.was
    return replace(plan, domains=tuple(domains)), RowOrigins(domain_origins, task_origins)


def _next_number(domain: int, used: set[str]) -> str:
    return next(text for part in range(1, 999) if (text := f"{domain}.{part}") not in used)


class AudienceForm(forms.Form):
    """Who may take an exam, and who approves its questions."""

    state = forms.ChoiceField(
        choices=[choice for choice in ExamStates.choices if choice[0] != ExamStates.DELETED],
        label=gettext_lazy("Who can take this exam"),
    )
    needs_colleague = forms.BooleanField(
        required=False, label=gettext_lazy("Someone other than the author")
    )
