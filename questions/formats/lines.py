"""YAML as plain data in which every mapping knows the lines it stands on.

Pure. Safe types only; repeated keys and aliases are refused.
"""

from typing import Any

import yaml

PLACE = "__line__"


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
        return yaml.load(text, Loader=_LineLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        raise Unreadable(line, f"not readable as YAML: {reason}") from None
    except RecursionError:
        raise Unreadable(1, "not readable as YAML: lists in lists without end") from None


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
        place = Place(node.start_mark.line + 1)
        place.fields = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
        return {**super().construct_mapping(node, deep=True), PLACE: place}
