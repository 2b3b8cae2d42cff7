"""YAML as plain data in which every mapping knows the lines it stands on.

Pure. Safe types only; repeated keys and aliases are refused.
"""

from datetime import date
from typing import Any

import yaml

PLACE = "__line__"
# Whatever a constructor of values raises for a text that is none.
_BROKEN = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError)
_TEXT = "tag:yaml.org,2002:str"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
# Lists and mappings in each other; ours lie six deep.
MOST_DEPTH = 50
# Texts, lists and mappings in one document; each takes half a kilobyte to read.
MOST_PARTS = 300_000


class Place(int):
    """The line a mapping starts on, and in `fields` the line of each of its keys."""

    fields: dict[str, int]


class Unreadable(ValueError):
    """Text that is not YAML as it is used here; says the line and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"{line}: {reason}")


def read(text: str) -> Any:
    """Return the data of one YAML document; raises Unreadable."""
    try:
        _refuse_what_has_no_bounds(text)
        return yaml.load(text, Loader=_LineLoader)  # noqa: S506  (a SafeLoader that knows its lines)
    except Unreadable:
        raise
    except UnicodeEncodeError:
        raise Unreadable(1, "not readable as YAML: half of a character stands there") from None
    except yaml.YAMLError as error:
        position = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        # What is missing at the end is marked on the line after the last.
        line = min(position.line + 1, len(text.splitlines()) or 1) if position else 1
        raise Unreadable(line, f"not readable as YAML: {reason}") from None
    except _BROKEN:
        raise Unreadable(1, "not readable as YAML: a value in it cannot be made") from None


def _refuse_what_has_no_bounds(text: str) -> None:
    """Raise for what a loader in C must not be given: its own bounds are those of its stack."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(line, "not readable as YAML: aliases are not used here")
        if getattr(event, "tag", None) is not None:
            raise Unreadable(line, "not readable as YAML: tags, as !!int, are not used here")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            reason = f"lists and mappings lie in each other more than {MOST_DEPTH} deep"
            raise Unreadable(line, f"not readable as YAML: {reason}")
        if count > MOST_PARTS:
            raise Unreadable(line, f"there are more than {MOST_PARTS} values; divide the file")


class _LineLoader(yaml.CSafeLoader):
    """A safe loader that notes each mapping's line and refuses repeated keys."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return a value's tag; `12:30` is text, not a number in sixties."""
        tag = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        return _TEXT if tag in _NUMBERS and ":" in value else tag

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except _BROKEN as error:
            raise yaml.MarkedYAMLError(
                problem=f"{str(node.value)[:40]!r} has no value; quote it to make it text",
                problem_mark=node.start_mark,
            ) from error

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(name)
        lines = Place(node.start_mark.line + 1)
        lines.fields = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
        return {**super().construct_mapping(node, deep=True), PLACE: lines}


def day_of(value: object) -> date:
    """Return a day that YAML read as one, or as text; raises ValueError."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no day; write it like 2026-01-31") from None
