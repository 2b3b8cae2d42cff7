"""Items as the text of our bank files. Pure; `bank.Reader.items` reads what this writes."""

from collections.abc import Iterable
from typing import Any

import yaml

from questions.items.item import Item


def items_text(items: Iterable[Item]) -> str:
    """Return items as a YAML list, each with its task, in the order of the files' fields."""
    rows = [_row(item) for item in items]
    text: str = yaml.dump(
        rows, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, indent=2
    )
    return text if rows else ""


def _row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ref": item.ref,
        "type": item.type,
        "task": item.task,
        "topic": item.topic,
        "level": item.level,
        "objective": item.objective,
        "facts": list(item.facts),
        "sources": list(item.sources),
        "enemies": list(item.enemies),
        "stem": item.stem,
        "options": [_option(item, index) for index in _order(item)],
        "evidence": item.evidence,
        "acknowledged": dict(item.acknowledged),
        "uses_correction": item.uses_correction,
        "numeric_ok": item.numeric_ok,
        "fixed_order": item.fixed_order,
        "guide_version": item.guide_version,
        "reviewed_on": item.reviewed_on,
    }
    return {name: value for name, value in row.items() if value not in ([], "", {}, False)}


def _order(item: Item) -> list[int]:
    """Return options as the file wants them: of an ordering, those of the order come first."""
    everything = range(len(item.options))
    if item.type != "ordering":
        return list(everything)
    return [*item.right, *(index for index in everything if index not in item.right)]


def _option(item: Item, index: int) -> dict[str, Any]:
    option = item.options[index]
    row: dict[str, Any] = {"text": option.text}
    if item.type == "matching":
        mine = [
            prompt for prompt, right in zip(item.prompts, item.right, strict=True) if right == index
        ]
        if mine:
            row["prompt"] = mine[0] if len(mine) == 1 else mine
    elif item.type == "ordering":
        if index not in item.right:
            row["key"] = False
    elif index in item.right:
        row["key"] = True
    row["why"] = option.why
    return row


class _Dumper(yaml.SafeDumper):
    """Writes lists indented, as our files have them, and texts of more lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_block = "\n" in text and not any(line != line.rstrip() for line in text.splitlines())
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if is_block else None)


_Dumper.add_representer(str, _text)
