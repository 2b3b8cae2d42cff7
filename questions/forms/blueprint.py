"""The forms of a blueprint: an exam's rules, domains and tasks, and a task's outline."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self, TypedDict

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan
from questions.items.kinds.registry import kind_names, kind_of
from questions.models import GradingPolicies
from questions.services.domains import RowOrigins
from questions.services.outline import TopicLine


def _count(**options: Any) -> forms.IntegerField:
    """Return the field of a whole number that its column can hold."""
    return forms.IntegerField(min_value=0, max_value=32_000, **options)


class ExamForm(forms.Form):
    title = forms.CharField(max_length=200, label=gettext_lazy("Title"))
    guide_version = forms.CharField(
        max_length=20, required=False, label=gettext_lazy("Version of the exam guide")
    )
    minutes = _count(label=gettext_lazy("Minutes"))
    scored_count = _count(label=gettext_lazy("Questions that count"))
    unscored_count = _count(label=gettext_lazy("Unscored questions"), initial=0)
    scale_min = _count(label=gettext_lazy("Lowest score"), initial=100)
    scale_cut = _count(label=gettext_lazy("Score that passes"), initial=700)
    scale_max = _count(label=gettext_lazy("Highest score"), initial=1000)
    raw_cut = forms.FloatField(
        label=gettext_lazy("Pass mark as a share of the points"),
        initial=0.7,
        help_text=gettext_lazy("Between 0 and 1."),
    )
    grading_policy = forms.ChoiceField(
        label=gettext_lazy("Points for a partly right answer"), choices=GradingPolicies.choices
    )
    case_count = _count(label=gettext_lazy("Case studies in a mock exam"), initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in kind_names():
            self.fields[f"type_{name}"] = _count(label=gettext(kind_of(name).label), required=False)

    @property
    def type_fields(self) -> list[forms.BoundField]:
        return [self[f"type_{name}"] for name in kind_names()]

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("type_")]


class DomainRow(forms.Form):
    """A domain; `was` is the primary key of an existing one."""

    was = forms.IntegerField(required=False, widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=1, max_value=999, label=gettext_lazy("Number"))
    title = forms.CharField(max_length=200, label=gettext_lazy("Title"))
    weight = forms.FloatField(
        min_value=0.01, max_value=100, label=gettext_lazy("Weight in percent")
    )


class TaskRow(forms.Form):
    """A task; `was` is the primary key of an existing one."""

    was = forms.IntegerField(required=False, widget=forms.HiddenInput)
    domain = forms.IntegerField(min_value=1, max_value=999, label=gettext_lazy("Domain"))
    number = forms.RegexField(
        r"^[\w.-]+$",
        max_length=10,
        error_messages={
            "invalid": gettext_lazy("Write a number like 1.2: letters, digits, dots, hyphens.")
        },
        label=gettext_lazy("Number"),
    )
    title = forms.CharField(max_length=300, label=gettext_lazy("Title"))
    weight = forms.FloatField(
        min_value=0.01, max_value=9999, initial=1, label=gettext_lazy("Weight")
    )

    def has_changed(self) -> bool:
        """Return whether more than the weight, which has a value from the start, was typed."""
        return bool(set(self.changed_data) - {"weight"})


DomainRows = forms.formset_factory(DomainRow, extra=2, max_num=50, absolute_max=60, can_delete=True)
TaskRows = forms.formset_factory(TaskRow, extra=3, max_num=300, absolute_max=320, can_delete=True)


class DomainData(TypedDict):
    """What a DomainRow holds; `was` is the primary key of the domain that it is."""

    was: int | None
    number: int
    title: str
    weight: float


class TaskData(TypedDict):
    """What a TaskRow holds; `was` is the primary key of the task that it is."""

    was: int | None
    domain: int
    number: str
    title: str
    weight: float


# Any: a formset's rows have the type that its form cleans to, which the caller names.
def remaining(rows: "forms.BaseFormSet[Any]") -> list[Any]:
    """Return the data of a valid formset's rows that are neither empty nor to be deleted."""
    return [row for row in rows.cleaned_data if row and not row.get("DELETE")]


@dataclass(frozen=True)
class BlueprintForms:
    """The forms of a blueprint's page: the exam's rules, and the rows of its domains and tasks."""

    rules: ExamForm
    domains: "forms.BaseFormSet[DomainRow]"
    tasks: "forms.BaseFormSet[TaskRow]"

    @classmethod
    def of(cls, posted: QueryDict | None, plan: ExamPlan, ids: RowOrigins) -> Self:
        """Return what was posted, or the forms of an exam's plan."""
        domains, initial = plan.domains, _initial_rules(plan)
        return cls(
            ExamForm(posted, initial=initial),
            DomainRows(posted, initial=_initial_domains(domains, ids), prefix="domain"),
            TaskRows(posted, initial=_initial_tasks(domains, ids), prefix="task"),
        )

    def is_valid(self) -> bool:
        """Return whether all of them are; each says what it lacks."""
        results = [form.is_valid() for form in (self.rules, self.domains, self.tasks)]
        return all(results)

    @property
    def has_row_errors(self) -> bool:
        return self.rules.is_bound and not (self.domains.is_valid() and self.tasks.is_valid())

    def plan(self, code: str) -> ExamPlan:
        """Return the plan that the valid forms state for the exam of a code."""
        rules = dict(self.rules.cleaned_data)
        mix = {name: rules.pop(f"type_{name}") for name in kind_names()}
        domains: list[DomainData] = remaining(self.domains)
        return ExamPlan(
            **{**rules, "code": code},
            reviewed_on=None,
            type_mix={name: count for name, count in mix.items() if count},
            domains=tuple(
                DomainPlan(
                    number=domain["number"],
                    title=domain["title"],
                    weight=domain["weight"],
                    tasks=self._tasks_of(domain["number"]),
                )
                for domain in domains
            ),
        )

    def _tasks_of(self, domain: int) -> tuple[TaskPlan, ...]:
        tasks: list[TaskData] = remaining(self.tasks)
        return tuple(
            TaskPlan(task["number"], task["title"], task["weight"], {})
            for task in tasks
            if task["domain"] == domain
        )

    def origins(self) -> RowOrigins:
        """Return which existing domain and task each row is."""
        return RowOrigins(
            domains={row["number"]: row["was"] for row in remaining(self.domains)},
            tasks={row["number"]: row["was"] for row in remaining(self.tasks)},
        )

    def orphans(self) -> list[str]:
        """Return a problem for each task whose domain is no row."""
        numbers = {row["number"] for row in remaining(self.domains)}
        return [
            gettext("task %(number)s: there is no domain %(domain)s; add it or change the task")
            % {"number": row["number"], "domain": row["domain"]}
            for row in remaining(self.tasks)
            if row["domain"] not in numbers
        ]


def _initial_rules(plan: ExamPlan) -> dict[str, object]:
    rules = {name: getattr(plan, name) for name in ExamForm.base_fields}
    return rules | {f"type_{name}": plan.type_mix.get(name) for name in kind_names()}


def _initial_domains(domains: Iterable[DomainPlan], ids: RowOrigins) -> list[dict[str, object]]:
    return [
        {
            "was": ids.domains[domain.number],
            "number": domain.number,
            "title": domain.title,
            "weight": f"{domain.weight:g}",
        }
        for domain in domains
    ]


def _initial_tasks(domains: Iterable[DomainPlan], ids: RowOrigins) -> list[dict[str, object]]:
    return [
        {
            "was": ids.tasks[task.number],
            "domain": domain.number,
            "number": task.number,
            "title": task.title,
            "weight": f"{task.weight:g}",
        }
        for domain in domains
        for task in domain.tasks
    ]


class TopicRow(forms.Form):
    """A topic; `pk` is that of an existing one."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(max_length=200, label=gettext_lazy("Topic"))


class ObjectiveRow(forms.Form):
    number = forms.CharField(max_length=20, label=gettext_lazy("Number"))
    text = forms.CharField(max_length=500, label=gettext_lazy("Objective"))


TopicRows = forms.formset_factory(TopicRow, extra=3, max_num=200, absolute_max=220, can_delete=True)
ObjectiveRows = forms.formset_factory(
    ObjectiveRow, extra=3, max_num=100, absolute_max=120, can_delete=True
)


def topic_lines(rows: "forms.BaseFormSet[TopicRow]", *, moved: str = "") -> list[TopicLine]:
    """Return the topics of valid rows in order; `moved`, such as "up-2", moves row 2 up."""
    numbered = [(number, row) for number, row in enumerate(rows.cleaned_data) if row]
    lines = [(number, row) for number, row in numbered if not row.get("DELETE")]
    verb, _, moved_number = moved.partition("-")
    position = next((i for i, (number, _) in enumerate(lines) if str(number) == moved_number), None)
    if position is not None and verb in ("up", "down"):
        target = min(len(lines) - 1, max(0, position + (-1 if verb == "up" else 1)))
        lines.insert(target, lines.pop(position))
    return [TopicLine(row["title"], row["pk"]) for _, row in lines]


def objective_texts(rows: "forms.BaseFormSet[ObjectiveRow]") -> dict[str, str]:
    """Return the objectives of valid rows by their number."""
    return {row["number"]: row["text"] for row in remaining(rows)}


def duplicate_numbers(rows: "forms.BaseFormSet[ObjectiveRow]") -> list[str]:
    """Return the numbers of objectives that are in more than one row."""
    counts = Counter(row["number"] for row in remaining(rows))
    return sorted(number for number, count in counts.items() if count > 1)
