"""Items and cases as YAML text. Pure: text in, items with their places out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from questions.bank_files import yaml_lines
from questions.bank_files.exam_blueprint import a_day
from questions.bank_files.problems import BankProblem
from questions.bank_files.yaml_lines import PLACE, Place
from questions.items.item import LEVELS, TYPES, Item, ItemType, Level, Option, problems

_ITEM_FIELDS = {
    *("ref", "type", "topic", "task", "level", "objective", "facts", "stem", "options", "evidence"),
    *("sources", "enemies", "acknowledged", "uses_correction", "numeric_ok", "fixed_order"),
    *("guide_version", "reviewed_on"),
}
_REQUIRED = ("ref", "topic", "stem", "objective", "evidence")
_OPTION_FIELDS = {"text", "why", "key", "prompt"}
_REF_LENGTH = 80


@dataclass(frozen=True)
class CasePlan:
    ref: str
    title: str
    scenario: str


@dataclass(frozen=True)
class PlacedItem:
    """An item with the place it was read from; `lines` has the line of each field.

    Fields of an option are named `options[2].why`, counted from 0.
    """

    item: Item
    file: str
    line: int
    case: CasePlan | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        """Return the line of a field, or of what it is part of."""
        whole, dot, _ = name.partition(".")
        if name in self.lines or not dot:
            return self.lines.get(name, self.line)
        return self.lines.get(whole, self.line)


@dataclass
class Reader:
    """Reads a bank's YAML and gathers every problem instead of stopping at the first.

    With `takes_drafts` an item needs no more than what makes it one: its stem, type and options.
    """

    takes_drafts: bool = False
    problems: list[BankProblem] = field(default_factory=list)

    def fail(self, file: str, line: int, reason: str) -> None:
        self.problems.append(BankProblem(file, line, reason))

    def data(self, text: str, file: str) -> Any:
        """Return the data of a file, None when there is none."""
        try:
            return yaml_lines.read(text)
        except yaml_lines.Unreadable as error:
            self.fail(file, error.line, error.reason)
        return None

    def rows(self, text: str, file: str, what: str) -> list[dict[str, Any]]:
        """Return a file's list of mappings; `what` names them in a problem."""
        data = self.data(text, file)
        if data is None:
            return []
        if not isinstance(data, list):
            self.fail(file, 1, f"must be a list of {what}")
            return []
        rows = [row for row in data if isinstance(row, dict)]
        if len(rows) < len(data):
            self.fail(file, 1, f"{what} must be mappings of fields to values")
        return rows

    def items(self, text: str, file: str, task: str) -> list[PlacedItem]:
        """Read a list of items; `task` is theirs unless an item names its own."""
        data = self.data(text, file)
        if data is None:
            return []
        if not isinstance(data, list):
            self.fail(file, 1, "must be a list of items")
            return []
        return [placed for row in data if (placed := self._item(row, file, task, None))]

    def case(self, text: str, file: str) -> list[PlacedItem]:
        """Read a case: a scenario and the items that share it."""
        data = self.data(text, file)
        if not isinstance(data, dict) or not all(
            data.get(k) for k in ("ref", "title", "scenario", "items")
        ):
            self.fail(file, 1, "a case must have ref, title, scenario and items")
            return []
        if not isinstance(data["items"], list):
            self.fail(file, data[PLACE], "items must be a list")
            return []
        case = CasePlan(str(data["ref"]), str(data["title"]), str(data["scenario"]))
        return [placed for row in data["items"] if (placed := self._item(row, file, "", case))]

    def _item(self, row: Any, file: str, task: str, case: CasePlan | None) -> PlacedItem | None:
        if not isinstance(row, dict):
            self.fail(file, 1, "an item must be a mapping with ref, type, stem and options")
            return None
        line = row[PLACE]
        before = len(self.problems)
        ref = str(row.get("ref") or "")

        def fail(reason: str) -> None:
            self.fail(file, line, f"{ref or 'item'}: {reason}")

        for name in sorted(map(str, set(row) - _ITEM_FIELDS - {PLACE})):
            fail(f"unknown field {name!r}")
        required = ("stem",) if self.takes_drafts else _REQUIRED
        for name in required:
            if not str(row.get(name) or "").strip():
                fail(f"{name} is missing")
        if len(ref) > _REF_LENGTH:
            fail(f"ref is longer than {_REF_LENGTH} characters")
        if not _is_text(row.get("stem")):
            fail("stem must be text; put it in quotes")
        for name in ("facts", "sources", "enemies"):
            if not isinstance(row.get(name) or [], list):
                fail(f"{name} must be a list")
        for name in ("uses_correction", "numeric_ok", "fixed_order"):
            if not isinstance(row.get(name, False), bool):
                fail(f"{name} must be true or false")
        for reason in _review_problems(row):
            fail(reason)
        if row.get("type") not in TYPES:
            fail(f"type must be one of {', '.join(TYPES)}")
        if row.get("level", "apply" if self.takes_drafts else None) not in LEVELS:
            fail(f"level must be one of {', '.join(LEVELS)}")
        options = row.get("options")
        if not isinstance(options, list) or not all(isinstance(o, dict) for o in options):
            fail("options must be a list of mappings with text and why")
            return None
        for number, option in enumerate(options, 1):
            for name in sorted(map(str, set(option) - _OPTION_FIELDS - {PLACE})):
                fail(f"option {number}: unknown field {name!r}")
            for reason in _option_problems(option):
                fail(f"option {number}: {reason}")
        if len(self.problems) > before:
            return None
        item = _item(row, options, task)
        for reason in () if self.takes_drafts else problems(item):
            fail(reason)
        if len(self.problems) > before:
            return None
        return PlacedItem(item, file, line, case, _lines(row))


def _is_text(value: object) -> bool:
    """Tell whether YAML read text, or nothing; it reads an unquoted Yes as true, 010 as 8."""
    return value is None or isinstance(value, str)


def _review_problems(row: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the fields that say how an item was reviewed."""
    found = []
    reasons = row.get("acknowledged") or {}
    if not isinstance(reasons, dict):
        found.append("acknowledged must map rules to reasons, as in {S3: why it stands}")
    elif any(not isinstance(reason, str) for rule, reason in reasons.items() if rule != PLACE):
        found.append("acknowledged: a reason must be text; put it in quotes")
    if row.get("reviewed_on") is not None:
        try:
            a_day(row["reviewed_on"])
        except ValueError as error:
            found.append(f"reviewed_on: {error}")
    return found


def _lines(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the line of each field of an item and of its options."""
    found: dict[str, int] = dict(_place(row).fields)
    for index, option in enumerate(row["options"]):
        place = _place(option)
        found[f"options[{index}]"] = int(place)
        found |= {f"options[{index}].{name}": line for name, line in place.fields.items()}
    return found


def _place(row: Mapping[str, Any]) -> Place:
    return cast(Place, row[PLACE])


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
        ref=str(row.get("ref") or ""),
        type=item_type,
        level=cast(Level, row.get("level", "apply")),
        stem=str(row["stem"]).strip(),
        options=tuple(
            Option(str(o.get("text") or "").strip(), str(o.get("why") or "").strip())
            for o in options
        ),
        right=tuple(right),
        prompts=tuple(prompts),
        topic=str(row.get("topic") or ""),
        task=str(row.get("task") or task),
        objective=str(row.get("objective") or ""),
        facts=tuple(str(fact) for fact in row.get("facts") or ()),
        evidence=str(row.get("evidence") or "").strip(),
        sources=tuple(str(source) for source in row.get("sources") or ()),
        enemies=tuple(str(enemy) for enemy in row.get("enemies") or ()),
        acknowledged={
            str(rule): reason
            for rule, reason in (row.get("acknowledged") or {}).items()
            if rule != PLACE
        },
        uses_correction=row.get("uses_correction", False),
        numeric_ok=row.get("numeric_ok", False),
        fixed_order=row.get("fixed_order", False),
        guide_version=str(row.get("guide_version") or ""),
        reviewed_on=str(row.get("reviewed_on") or ""),
    )
