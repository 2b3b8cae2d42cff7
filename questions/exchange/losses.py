"""What items become as files, and what a format cannot carry of them. Pure.

A format's `dumps` turns items into a Dumped.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from questions.items.item import Item, is_empty
from questions.items.kinds.registry import kind_of, words_of

STAYS = "its image stays at this site; the file names its address"


@dataclass(frozen=True)
class Loss:
    """What a format cannot carry of an item."""

    ref: str
    reason: str


@dataclass(frozen=True)
class Dumped:
    """A file, and what is not in it."""

    content: bytes
    losses: tuple[Loss, ...] = ()


def in_file_order(item: Item) -> Item:
    """Return the item with options and prompts in the one order that every format can keep."""
    return kind_of(item.type).in_file_order(item)


def carried_kinds(
    items: Iterable[Item], kinds: Collection[str], name: str, losses: list[Loss]
) -> Iterator[Item]:
    """Yield the items whose kind a format has, and name the others as lost.

    `kinds` are those that the format has, `name` is what people call it.
    """
    for item in items:
        if item.type in kinds:
            yield item
        else:
            losses.append(Loss(item.ref, f"left out: {name} has no {words_of(item.type)}"))


def losses_of(item: Item, *, without: Iterable[str]) -> list[Loss]:
    """Return what a format that has no place for these fields leaves out of an item.

    "whys" are the reasons of the options, "abouts" what they stand for,
    "fixed_options" those that keep their place.
    """
    lost = [name for name in without if _says(item, name)]
    words = ", ".join(name.replace("_", " ") for name in lost)
    return [Loss(item.ref, f"the format has no place for: {words}")] if lost else []


def _says(item: Item, name: str) -> bool:
    if name == "whys":
        return any(option.why for option in item.options)
    if name == "fixed_options":
        return any(option.is_fixed for option in item.options)
    if name == "abouts":
        return any(option.about for option in item.options)
    return not is_empty(getattr(item, name))
