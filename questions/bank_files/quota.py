"""How many items a bank holds for each task, and what its bars and fixed forms ask. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from questions.bank_files.item_reader import Reader
from questions.bank_files.yaml_lines import PLACE
from questions.items.item import LEVELS
from questions.items.kinds.registry import kind_names

# Least and most, both ends included: counts of items, or shares from 0 to 1.
type Span = tuple[float, float]


@dataclass(frozen=True)
class TaskQuota:
    """Items of a task by type and by level; those of each fixed form, and how many of them count"""

    types: Mapping[str, int]
    levels: Mapping[str, int]
    per_form: int
    scored: int

    @property
    def items(self) -> int:
        return sum(self.types.values())


@dataclass(frozen=True)
class BarQuota:
    """What a bank asks of its items as a whole; None is not judged.

    `free_of_topic` items of each topic stand in no fixed form. `naming` is the share of items that
    name a service in stem or options, `naming_options` that of items two or more of whose options
    do. `two_constraints` counts items whose clue joins two constraints and whose stem has as many
    words as `two_constraint_words` allows. `capitals` is the share of multiple choice with a
    qualifier in capitals. `of_objective` items test each objective. `expected` is the mean share of
    well prepared candidates whom raters expect to answer right (`prepared`); `hard` and `easy`
    items have one of .55 or less, and over .90; each is rated for who only just passes, too.
    `is_dated` asks for the clue, the subjects of distractors and the day of a check.
    """

    free_of_topic: int | None = None
    naming: Span | None = None
    naming_options: Span | None = None
    two_constraints: int | None = None
    two_constraint_words: Span = (0, 100)
    capitals: Span | None = None
    of_objective: Span | None = None
    expected: Span | None = None
    hard: Span = (0, 1)
    easy: Span = (0, 1)
    is_dated: bool = False


@dataclass(frozen=True)
class FormQuota:
    """What a bank asks of each fixed form beside its tasks and types; None is not judged.

    `naming` items name a service. `scored` bounds those that count, by level or type. The expected
    share right of those that count lies within `expected_within` of that of the bank, both ways.
    """

    naming: Span | None = None
    scored: Mapping[str, Span] = field(default_factory=dict)
    expected_within: float | None = None


@dataclass(frozen=True)
class Quota:
    """The bank's plan: its tasks, its fixed forms, and its case studies of so many items.

    `known_misses` gives, by the name of a bar that the bank is known to miss, the reason why;
    `trials` what solvers and raters found who saw no keys.
    """

    tasks: Mapping[str, TaskQuota]
    forms: int = 0
    cases: int = 0
    case_items: int = 0
    bars: BarQuota = field(default_factory=BarQuota)
    form: FormQuota = field(default_factory=FormQuota)
    known_misses: Mapping[str, str] = field(default_factory=dict)
    trials: Mapping[str, str] = field(default_factory=dict)

    @property
    def per_form(self) -> dict[str, int]:
        """The items of each task in every fixed form."""
        return {task: quota.per_form for task, quota in self.tasks.items()}


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
                per_form=int(row["per_form"]),
                scored=int(row["scored"]),
            )
            for number, row in data["tasks"].items()
            if number != PLACE
        }
        forms, cases, case_items = (
            int(data.get(name, 0)) for name in ("forms", "cases", "case_items")
        )
        bars = BarQuota(**_values(BarQuota, data.get("bars")))
        form = FormQuota(**_values(FormQuota, data.get("form")))
        known, trials = (
            {str(name): str(text) for name, text in _rows(data.get(words)).items()}
            for words in ("known_misses", "trials")
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reader.fail(
            file,
            1,
            "a task needs numbers by type and level, per_form and scored; bars and form need "
            f"numbers, or [least, most]: {error!r}",
        )
        return None
    for number, quota in tasks.items():
        if quota.items != sum(quota.levels.values()):
            reader.fail(file, 1, f"task {number}: its types and its levels do not add up alike")
    return Quota(tasks, forms, cases, case_items, bars, form, known, trials)


def _rows(data: Any) -> dict[str, Any]:  # rows as YAML has them
    return {str(name): value for name, value in (data or {}).items() if name != PLACE}


def _values(of: type, data: Any) -> dict[str, Any]:  # rows as YAML has them
    """Return the fields of a part of the plan; raises for an unknown one, and for no number."""
    known = {one.name for one in fields(of)}
    rows = _rows(data)
    if set(rows) - known:
        raise ValueError(f"unknown field {min(set(rows) - known)!r}")
    return {name: _value(value) for name, value in rows.items()}


def _value(value: Any) -> Any:  # a number, a claim, a span, or spans by name
    if isinstance(value, dict):
        return {str(name): _value(each) for name, each in value.items() if name != PLACE}
    if isinstance(value, list):
        low, high = map(float, value)
        return low, high
    if not isinstance(value, (int, float)):
        raise ValueError(f"{value!r} is no number")
    return value
