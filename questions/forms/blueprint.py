"""An exam's blueprint as an owner types it: its rules, its domains, tasks, topics, objectives."""

from collections.abc import Iterable
from typing import Any

from django import forms

from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan
from questions.items.kinds.registry import kind_names, kind_of
from questions.models import GradingPolicies
from questions.services.blueprint import RowOrigins
from questions.services.outline import TopicLine


def _count(**options: Any) -> forms.IntegerField:
    """Return the field of a whole number that its column can hold."""
    return forms.IntegerField(min_value=0, max_value=32_000, **options)


class ExamForm(forms.Form):
    code = forms.SlugField(max_length=40, help_text="In addresses; it cannot be changed later.")
    title = forms.CharField(max_length=200)
    guide_version = forms.CharField(max_length=20, required=False, label="Version of the guide")
    minutes = _count()
    scored_count = _count(label="Questions that count")
    unscored_count = _count(label="Questions that do not count", initial=0)
    scale_min = _count(label="Lowest score", initial=100)
    scale_cut = _count(label="Score that passes", initial=700)
    scale_max = _count(label="Highest score", initial=1000)
    raw_cut = forms.FloatField(
        label="Share of the credit that passes", initial=0.7, help_text="Between 0 and 1."
    )
    grading_policy = forms.ChoiceField(label="Credit", choices=GradingPolicies.choices)
    case_count = _count(label="Case studies in a form", initial=0)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
        for name in kind_names():
            self.fields[f"type_{name}"] = _count(label=kind_of(name).label, required=False)

    @property
    def type_fields(self) -> list[forms.BoundField]:
        return [self[f"type_{name}"] for name in kind_names()]

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("type_")]


class DomainRow(forms.Form):
    """A domain; `was` is the key of the one that it is, none for a new one."""

    was = forms.IntegerField(required=False, widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=1, max_value=999)
    title = forms.CharField(max_length=200)
    weight = forms.FloatField(min_value=0.01, max_value=100, label="Weight, per cent")


class TaskRow(forms.Form):
    """A task; `was` is the key of the one that it is, none for a new one."""

    was = forms.IntegerField(required=False, widget=forms.HiddenInput)
    domain = forms.IntegerField(min_value=1, max_value=999)
    number = forms.RegexField(
        r"^[\w.-]+$",
        max_length=10,
        error_messages={"invalid": "Write a number like 1.2: letters, digits, dots, hyphens."},
    )
    title = forms.CharField(max_length=300)
    weight = forms.FloatField(min_value=0.01, max_value=9999, initial=1)

    def has_changed(self) -> bool:
        """A row with nothing but the weight that stands there from the start is empty."""
        return bool(set(self.changed_data) - {"weight"})


DomainRows = forms.formset_factory(DomainRow, extra=2, max_num=50, absolute_max=60, can_delete=True)
TaskRows = forms.formset_factory(TaskRow, extra=3, max_num=300, absolute_max=320, can_delete=True)


def filled(rows: Any) -> Iterable[dict[str, Any]]:
    """Return the rows of a valid formset that say something and are not to go."""
    return [row for row in rows.cleaned_data if row and not row.get("DELETE")]


def initial_of(
    plan: ExamPlan, keys: RowOrigins
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what the form and the two sets of rows hold for a plan whose parts have keys."""
    rules = {name: getattr(plan, name) for name in ExamForm.base_fields}
    rules |= {f"type_{name}": plan.type_mix.get(name) for name in kind_names()}
    domains = [
        {
            **{"was": keys.domains[d.number], "number": d.number},
            **{"title": d.title, "weight": f"{d.weight:g}"},
        }
        for d in plan.domains
    ]
    tasks = [
        {
            **{"was": keys.tasks[t.number], "domain": d.number, "number": t.number},
            **{"title": t.title, "weight": f"{t.weight:g}"},
        }
        for d in plan.domains
        for t in d.tasks
    ]
    return rules, domains, tasks


def plan_from(code: str, rules: dict[str, Any], domains: Any, tasks: Any) -> ExamPlan:
    """Return the plan that a valid form and its rows state."""
    mix = {name: rules.pop(f"type_{name}") for name in kind_names()}
    rows = list(filled(tasks))
    return ExamPlan(
        **{**rules, "code": code},
        reviewed_on=None,
        type_mix={name: count for name, count in mix.items() if count},
        domains=tuple(
            DomainPlan(
                number=domain["number"],
                title=domain["title"],
                weight=domain["weight"],
                tasks=tuple(
                    TaskPlan(row["number"], row["title"], row["weight"], {})
                    for row in rows
                    if row["domain"] == domain["number"]
                ),
            )
            for domain in filled(domains)
        ),
    )


def were_in(domains: Any, tasks: Any) -> RowOrigins:
    """Return which domain and task of before each row stands for."""
    return RowOrigins(
        domains={row["number"]: row["was"] for row in filled(domains)},
        tasks={row["number"]: row["was"] for row in filled(tasks)},
    )


def strays(domains: Any, tasks: Any) -> list[str]:
    """Return what is said of tasks whose domain is no row."""
    known = {row["number"] for row in filled(domains)}
    return [
        f"task {row['number']}: there is no domain {row['domain']}; add it or change the task"
        for row in filled(tasks)
        if row["domain"] not in known
    ]


class TopicRow(forms.Form):
    """A topic; `pk` is that of one that is there."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(max_length=200, label="Topic")


class ObjectiveRow(forms.Form):
    number = forms.CharField(max_length=20)
    text = forms.CharField(max_length=500, label="Objective")


TopicRows = forms.formset_factory(TopicRow, extra=3, max_num=200, absolute_max=220, can_delete=True)
ObjectiveRows = forms.formset_factory(
    ObjectiveRow, extra=3, max_num=100, absolute_max=120, can_delete=True
)


def topic_lines(rows: Any, *, moved: str = "") -> list[TopicLine]:
    """Return the topics of valid rows in order; `moved`, such as up-2, moves the row of a place."""
    placed = [(place, row) for place, row in enumerate(rows.cleaned_data) if row]
    lines = [(place, row) for place, row in placed if not row.get("DELETE")]
    verb, _, number = moved.partition("-")
    at = next((i for i, (place, _) in enumerate(lines) if str(place) == number), None)
    if at is not None and verb in ("up", "down"):
        to = min(len(lines) - 1, max(0, at + (-1 if verb == "up" else 1)))
        lines.insert(to, lines.pop(at))
    return [TopicLine(row["title"], row["pk"]) for _, row in lines]


def objective_texts(rows: Any) -> dict[str, str]:
    """Return the objectives of valid rows by their number."""
    return {row["number"]: row["text"] for row in filled(rows)}


def twice(rows: Any) -> list[str]:
    """Return the numbers of objectives that stand in more than one row."""
    numbers = [row["number"] for row in filled(rows)]
    return sorted({number for number in numbers if numbers.count(number) > 1})
