"""The options and prompts of an item as the editor shows them, with what the rules find there."""

from collections.abc import Mapping
from dataclasses import dataclass

from questions.items.item import Item
from questions.items.kinds.base import NOT_CHOSEN
from questions.services.editor_findings import EditorFinding


@dataclass(frozen=True)
class OptionRow:
    """An option as the editor shows it."""

    index: int
    letter: str
    text: str
    why: str
    is_right: bool
    is_fixed: bool
    is_last: bool
    said_text: list[EditorFinding]
    said_why: list[EditorFinding]

    @property
    def number(self) -> str:
        return str(self.index)

    @property
    def text_field(self) -> str:
        return f"option-{self.index}-text"

    @property
    def why_field(self) -> str:
        return f"option-{self.index}-why"


@dataclass(frozen=True)
class PromptRow:
    """A prompt as the editor shows it; `right` is the index of its option."""

    index: int
    text: str
    right: int
    is_last: bool

    @property
    def number(self) -> int:
        return self.index + 1


def option_rows(item: Item, findings: Mapping[str, list[EditorFinding]]) -> list[OptionRow]:
    """Return an item's options; `findings` are those of the rules by the editor's fields."""
    return [
        OptionRow(
            index,
            chr(ord("A") + index),
            option.text,
            option.why,
            index in item.right,
            option.is_fixed,
            index == len(item.options) - 1,
            findings[f"option-{index}-text"],
            findings[f"option-{index}-why"],
        )
        for index, option in enumerate(item.options)
    ]


def prompt_rows(item: Item) -> list[PromptRow]:
    """Return an item's prompts, each with the option that is chosen for it."""
    return [
        PromptRow(
            index,
            text,
            item.right[index] if index < len(item.right) else NOT_CHOSEN,
            index == len(item.prompts) - 1,
        )
        for index, text in enumerate(item.prompts)
    ]
