"""Items and cases as YAML text. Pure: text in, items with their places out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from questions.bank_files import yaml_lines
from questions.bank_files.item_rows import item_of_row, option_problems, row_problems
from questions.bank_files.problems import BankProblem
from questions.bank_files.yaml_lines import PLACE, Place
from questions.items.item import Item
from questions.items.validation import problems


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
        reasons = [*row_problems(row, is_draft=self.takes_drafts)]
        options = row.get("options")
        if not isinstance(options, list) or not all(isinstance(o, dict) for o in options):
            reasons.append("options must be a list of mappings with text and why")
        else:
            reasons += [
                f"option {number}: {reason}"
                for number, option in enumerate(options, 1)
                for reason in option_problems(option)
            ]
        item = None if reasons else item_of_row(row, task)
        if item and not self.takes_drafts:
            reasons += problems(item)
        for reason in reasons:
            self.fail(file, line, f"{row.get('ref') or 'item'}: {reason}")
        return PlacedItem(item, file, line, case, _lines(row)) if item and not reasons else None


def _lines(row: Mapping[str, Any]) -> dict[str, int]:  # a row as YAML has it
    """Return the line of each field of an item and of its options."""
    lines: dict[str, int] = dict(_place(row).fields)
    for index, option in enumerate(row["options"]):
        option_lines = _place(option)
        lines[f"options[{index}]"] = int(option_lines)
        lines |= {f"options[{index}].{name}": line for name, line in option_lines.fields.items()}
    return lines


def _place(row: Mapping[str, Any]) -> Place:  # a row as YAML has it
    return cast(Place, row[PLACE])
