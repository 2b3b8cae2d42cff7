"""How many items a bank holds for each task, by type and level, and each of its forms. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from questions.bank_files.item_reader import Reader
from questions.bank_files.yaml_lines import PLACE
from questions.items.item import LEVELS
from questions.items.kinds.registry import kind_names


@dataclass(frozen=True)
class TaskQuota:
    """Items of a task by type and by level; `per_form` is for forms of odd and of even number."""

    types: Mapping[str, int]
    levels: Mapping[str, int]
    per_form: tuple[int, int]

    @property
    def items(self) -> int:
        return sum(self.types.values())


@dataclass(frozen=True)
class Quota:
    """The bank's plan: its tasks, its fixed forms, and its case studies of so many items."""

    tasks: Mapping[str, TaskQuota]
    forms: int = 0
    cases: int = 0
    case_items: int = 0

    def per_form(self, number: int) -> dict[str, int]:
        """Return the items of each task in form `number`, counted from 1."""
        return {task: quota.per_form[(number - 1) % 2] for task, quota in self.tasks.items()}


def read_quota(reader: Reader, text: str, file: str) -> Quota | None:
    """Read quota.yaml, None when there is none."""
    data = reader.data(text, file)
    if data is None:
        return None
    try:
        tasks = {
            str(number): TaskQuota(
                types={name: int(row.get(name, 0)) for name in kind_names()},
                levels={name: int(row.get(name, 0)) for name in LEVELS},
                per_form=(int(row["per_form"][0]), int(row["per_form"][-1])),
            )
            for number, row in data["tasks"].items()
            if number != PLACE
        }
        counts = [int(data.get(name, 0)) for name in ("forms", "cases", "case_items")]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        reader.fail(file, 1, f"a task needs numbers by type and level, and per_form: {error!r}")
        return None
    for number, quota in tasks.items():
        if quota.items != sum(quota.levels.values()):
            reader.fail(file, 1, f"task {number}: its types and its levels do not add up alike")
    return Quota(tasks, *counts)
