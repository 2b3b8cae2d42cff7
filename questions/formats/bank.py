"""Our own bank files: a blueprint, notes and items as YAML and Markdown text.

Pure: text in, data out. Every problem is a BankProblem with its file, line and reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from questions.grading import POLICIES
from questions.itemtypes import LEVELS, TYPES, Item, ItemType, Level, Option, problems

_LINE = "__line__"
_ITEM_FIELDS = {
    *("ref", "type", "topic", "task", "level", "objective", "facts", "stem", "options", "evidence"),
    *("sources", "enemies"),
}
_OPTION_FIELDS = {"text", "why", "key", "prompt"}
_SLUG = re.compile(r"[^\w\s-]")
_CODE = re.compile(r"[-\w]{1,40}", re.ASCII)
_REF_LENGTH = 80


@dataclass(frozen=True)
class BankProblem:
    """One thing wrong in a bank file: where it is, and what to do."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class BankError(ValueError):
    """A bank that cannot be loaded; `problems` says all that is wrong with it."""

    def __init__(self, problems: list[BankProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


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


@dataclass(frozen=True)
class TopicText:
    slug: str
    title: str
    source: str
    line: int


@dataclass(frozen=True)
class CasePlan:
    ref: str
    title: str
    scenario: str


@dataclass(frozen=True)
class PlacedItem:
    """An item with the place it was read from."""

    item: Item
    file: str
    line: int
    case: CasePlan | None = None


@dataclass
class Reader:
    """Reads the files of one bank and gathers every problem instead of stopping at the first."""

    problems: list[BankProblem] = field(default_factory=list)

    def fail(self, file: str, line: int, reason: str) -> None:
        self.problems.append(BankProblem(file, line, reason))

    def exam(self, text: str, file: str) -> ExamPlan | None:
        """Read exam.yaml."""
        data = self._yaml(text, file)
        if not isinstance(data, dict):
            self.fail(file, 1, "must be a mapping with code, title, minutes, domains")
            return None
        try:
            plan = _exam_plan(data)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            self.fail(file, data.get(_LINE, 1), reason)
            return None
        for reason in _plan_problems(plan):
            self.fail(file, 1, reason)
        return plan

    def notes(self, text: str, file: str) -> list[TopicText]:
        """Read a task's notes: one topic for each `## ` heading."""
        topics: list[TopicText] = []
        lines: list[str] = []
        start, title = 0, ""
        for number, line in enumerate([*text.splitlines(), "## "], 1):
            if not line.startswith("## "):
                lines.append(line)
                continue
            if title:
                source = "\n".join(lines).strip()
                topics.append(TopicText(slugify(title), title, source, start))
                if not source:
                    self.fail(file, start, f"topic {title!r} is empty; write it or delete it")
            start, title, lines = number, line[3:].strip(), []
        return topics

    def items(self, text: str, file: str, task: str) -> list[PlacedItem]:
        """Read a list of items; `task` is theirs unless an item names its own."""
        data = self._yaml(text, file)
        if data is None:
            return []
        if not isinstance(data, list):
            self.fail(file, 1, "must be a list of items")
            return []
        return [placed for row in data if (placed := self._item(row, file, task, None))]

    def case(self, text: str, file: str) -> list[PlacedItem]:
        """Read a case: a scenario and the items that share it."""
        data = self._yaml(text, file)
        if not isinstance(data, dict) or not all(
            data.get(k) for k in ("ref", "title", "scenario", "items")
        ):
            self.fail(file, 1, "a case must have ref, title, scenario and items")
            return []
        if not isinstance(data["items"], list):
            self.fail(file, data[_LINE], "items must be a list")
            return []
        case = CasePlan(str(data["ref"]), str(data["title"]), str(data["scenario"]))
        return [placed for row in data["items"] if (placed := self._item(row, file, "", case))]

    def _yaml(self, text: str, file: str) -> Any:
        try:
            return yaml.load(text, Loader=_LineLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error)
            self.fail(file, mark.line + 1 if mark else 1, f"not readable as YAML: {reason}")
        except RecursionError:
            self.fail(file, 1, "not readable as YAML: lists in lists without end")
        return None

    def _item(self, row: Any, file: str, task: str, case: CasePlan | None) -> PlacedItem | None:
        if not isinstance(row, dict):
            self.fail(file, 1, "an item must be a mapping with ref, type, stem and options")
            return None
        line = row.get(_LINE, 1)
        before = len(self.problems)
        ref = str(row.get("ref") or "")

        def fail(reason: str) -> None:
            self.fail(file, line, f"{ref or 'item'}: {reason}")

        for name in sorted(map(str, set(row) - _ITEM_FIELDS - {_LINE})):
            fail(f"unknown field {name!r}")
        for name in ("ref", "topic", "stem", "objective", "evidence"):
            if not str(row.get(name) or "").strip():
                fail(f"{name} is missing")
        if len(ref) > _REF_LENGTH:
            fail(f"ref is longer than {_REF_LENGTH} characters")
        if not _is_text(row.get("stem")):
            fail("stem must be text; put it in quotes")
        for name in ("facts", "sources", "enemies"):
            if not isinstance(row.get(name) or [], list):
                fail(f"{name} must be a list")
        if row.get("type") not in TYPES:
            fail(f"type must be one of {', '.join(TYPES)}")
        if row.get("level") not in LEVELS:
            fail(f"level must be one of {', '.join(LEVELS)}")
        options = row.get("options")
        if not isinstance(options, list) or not all(isinstance(o, dict) for o in options):
            fail("options must be a list of mappings with text and why")
            return None
        for number, option in enumerate(options, 1):
            for name in sorted(map(str, set(option) - _OPTION_FIELDS - {_LINE})):
                fail(f"option {number}: unknown field {name!r}")
            for reason in _option_problems(option):
                fail(f"option {number}: {reason}")
        if len(self.problems) > before:
            return None
        item = _item(row, options, task)
        for reason in problems(item):
            fail(reason)
        return PlacedItem(item, file, line, case) if len(self.problems) == before else None


def _is_text(value: object) -> bool:
    """Tell whether YAML read text, or nothing; it reads an unquoted Yes as true, 010 as 8."""
    return value is None or isinstance(value, str)


def _option_problems(option: Mapping[str, Any]) -> list[str]:
    found = [
        f"{name} must be text; put it in quotes"
        for name in ("text", "why")
        if not _is_text(option.get(name))
    ]
    prompt = option.get("prompt")
    if not all(map(_is_text, prompt if isinstance(prompt, list) else [prompt])):
        found.append("prompt must be text; put it in quotes")
    if not isinstance(option.get("key", False), bool):
        found.append("key must be true or false")
    return found


def slugify(title: str) -> str:
    """Return a heading's slug: lower case, hyphens for spaces, no punctuation."""
    return re.sub(r"[-\s]+", "-", _SLUG.sub("", title.casefold())).strip("-_")


def _item(row: Mapping[str, Any], options: list[dict[str, Any]], task: str) -> Item:
    item_type = cast(ItemType, row["type"])
    prompts: list[str] = []
    right: list[int] = []
    for index, option in enumerate(options):
        if item_type == "matching":
            given = option.get("prompt")
            for prompt in given if isinstance(given, list) else [given] if given else []:
                prompts.append(str(prompt))
                right.append(index)
        elif option.get("key", item_type == "ordering"):
            right.append(index)
    return Item(
        ref=str(row["ref"]),
        type=item_type,
        level=cast(Level, row["level"]),
        stem=str(row["stem"]).strip(),
        options=tuple(
            Option(str(o.get("text") or "").strip(), str(o.get("why") or "").strip())
            for o in options
        ),
        right=tuple(right),
        prompts=tuple(prompts),
        topic=str(row["topic"]),
        task=str(row.get("task") or task),
        objective=str(row["objective"]),
        facts=tuple(str(fact) for fact in row.get("facts") or ()),
        evidence=str(row["evidence"]).strip(),
        sources=tuple(str(source) for source in row.get("sources") or ()),
        enemies=tuple(str(enemy) for enemy in row.get("enemies") or ()),
    )


def _exam_plan(data: Mapping[str, Any]) -> ExamPlan:
    return ExamPlan(
        code=str(data["code"]),
        title=str(data["title"]),
        guide_version=str(data.get("guide_version", "")),
        minutes=int(data["minutes"]),
        scored_count=int(data["scored"]),
        unscored_count=int(data["unscored"]),
        scale_min=int(data["scale"]["min"]),
        scale_cut=int(data["scale"]["cut"]),
        scale_max=int(data["scale"]["max"]),
        raw_cut=float(data["raw_cut"]),
        grading_policy=str(data["grading_policy"]),
        type_mix={str(name): int(count) for name, count in data["types"].items() if name != _LINE},
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
                            str(k): str(v) for k, v in task["objectives"].items() if k != _LINE
                        },
                    )
                    for task in domain["tasks"]
                ),
            )
            for domain in data["domains"]
        ),
    )


def _plan_problems(plan: ExamPlan) -> list[str]:
    """Return what no sitting could be held by."""
    found = []
    total = sum(domain.weight for domain in plan.domains)
    if abs(total - 100) > 0.01:
        found.append(f"domain weights add up to {total:g}, not 100")
    if not _CODE.fullmatch(plan.code):
        found.append("code must be letters, digits, hyphens and underscores, at most 40")
    if not all(domain.weight > 0 for domain in plan.domains):
        found.append("domain weights must be above 0")
    if not all(domain.tasks for domain in plan.domains):
        found.append("a domain must have tasks")
    if not all(task.weight > 0 for domain in plan.domains for task in domain.tasks):
        found.append("task weights must be above 0")
    if plan.type_mix and sum(plan.type_mix.values()) != plan.scored_count + plan.unscored_count:
        found.append("types must add up to scored plus unscored items")
    if plan.minutes <= 0 or plan.scored_count <= 0 or plan.unscored_count < 0:
        found.append("minutes and scored must be above 0, unscored not below")
    if plan.case_count < 0:
        found.append("cases must not be below 0")
    if not 0 <= plan.scale_min < plan.scale_cut < plan.scale_max:
        found.append("scale must rise from min over cut to max")
    if not 0 < plan.raw_cut < 1:
        found.append("raw_cut must be a share between 0 and 1")
    if plan.grading_policy not in POLICIES:
        found.append(f"grading_policy must be one of {', '.join(POLICIES)}")
    for name in sorted(set(plan.type_mix) - set(TYPES)):
        found.append(f"types: unknown type {name!r}")
    numbers = [domain.number for domain in plan.domains]
    numbers_of_tasks = [task.number for domain in plan.domains for task in domain.tasks]
    if len(set(numbers)) < len(numbers) or len(set(numbers_of_tasks)) < len(numbers_of_tasks):
        found.append("numbers of domains and of tasks must differ")
    return found


class _LineLoader(yaml.SafeLoader):
    """A safe loader that notes each mapping's line and refuses repeated keys and aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases are not used here", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, KeyError, AttributeError) as error:
            raise yaml.MarkedYAMLError(
                problem=f"{str(node.value)[:40]!r} has no value; quote it to make it text",
                problem_mark=node.start_mark,
            ) from error

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for index, (key, _) in enumerate(node.value):
            if key.value in names[:index]:
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} stands twice", problem_mark=key.start_mark
                )
        return {**super().construct_mapping(node, deep=True), _LINE: node.start_mark.line + 1}
