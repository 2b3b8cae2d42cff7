"""What the buttons of the editor do to an item, and where the focus goes after."""

from dataclasses import dataclass
from typing import Self

from questions.items import editing
from questions.items.item import Item
from questions.items.kinds.registry import kind_names


@dataclass(frozen=True)
class EditorAction:
    """A button's action such as "up-option-2": a verb, a list of the item, and a row of the list.

    `index` is -1 where the action names no row.
    """

    verb: str
    list_name: str
    index: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the action that a button's value names; any other text is one without effect."""
        verb, _, row = text.partition("-")
        list_name, _, number = row.partition("-")
        return cls(verb, list_name, int(number) if number.isdecimal() and len(number) < 4 else -1)

    @property
    def step(self) -> int:
        return -1 if self.verb == "up" else 1

    def applied_to(self, item: Item, item_type: str) -> Item:
        """Return the item as the action changes it; `item_type` is the type that was chosen."""
        if self.verb == "type" and item_type in kind_names():
            return editing.as_type(item, item_type)
        if self.list_name not in ("option", "prompt"):
            return item
        if self.verb == "add":
            return editing.with_one_more(item, self.list_name)  # type: ignore[arg-type]
        if self.verb == "remove":
            return editing.without(item, self.list_name, self.index)  # type: ignore[arg-type]
        if self.verb in ("up", "down"):
            return editing.moved(item, self.list_name, self.index, self.step)  # type: ignore[arg-type]
        return item

    @property
    def focus(self) -> str:
        """The field or button that has the focus after: in the row that moved, or is new."""
        if self.verb == "add":
            return f"{self.list_name}-last"
        if self.index < 0:
            return "type"
        if self.verb in ("up", "down"):
            return f"{self.verb}-{self.list_name}-{self.index + self.step}"
        return f"{self.list_name}-{max(0, self.index - 1)}"
