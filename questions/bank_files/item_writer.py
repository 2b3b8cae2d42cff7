"""Items as the text of our bank files. Pure; `bank.Reader.items` reads what this writes."""

from collections.abc import Iterable, Mapping

import yaml

from questions.items.item import FIELDS, Item, is_empty
from questions.items.kinds.registry import kind_of


def items_text(items: Iterable[Item]) -> str:
    """Return items as a YAML list, each with its task, in the order of the files' fields."""
    rows = [_row(item) for item in items]
    text: str = yaml.dump(
        rows, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, indent=2
    )
    return text if rows else ""


def _row(item: Item) -> dict[str, object]:
    """Return an item as YAML has it, without what it does not say."""
    above = [field.name for field in FIELDS if not field.is_below]
    below = [field.name for field in FIELDS if field.is_below]
    order = ["ref", "type", *above[:2], "level", *above[2:], "stem", "options", *below]
    options = kind_of(item.type).file_options(item)
    values = {name: _plain(getattr(item, name)) for name in order} | {"options": options}
    return {name: value for name, value in values.items() if not is_empty(value)}


def _plain(value: object) -> object:
    """Return a field's value as YAML has it."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


class _Dumper(yaml.SafeDumper):
    """Writes lists indented, as our files have them, and texts of more lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_block = "\n" in text and not any(line != line.rstrip() for line in text.splitlines())
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if is_block else None)


_Dumper.add_representer(str, _text)
