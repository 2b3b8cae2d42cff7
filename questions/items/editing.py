"""An item as it is being written: what an editor does to its options and prompts. Pure.

An item under way may be incomplete; `validation.problems` says what it still lacks. In a kind with
prompts, one whose option is not chosen yet has NOT_CHOSEN in `right`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from questions.items.item import USUAL_LEVEL, Item, Level, Option
from questions.items.kinds.base import NOT_CHOSEN
from questions.items.kinds.registry import kind_of

MOST_OPTIONS = 12

List = Literal["option", "prompt"]


def blank(
    item_type: str, *, ref: str = "", task: str = "", topic: str = "", level: Level = USUAL_LEVEL
) -> Item:
    """Return an item with nothing written in it, and as many options as its type begins with."""
    options = (Option("", ""),) * kind_of(item_type).least_options
    return as_type(Item(ref, item_type, level, "", options, (), (), topic, task), item_type)


def with_one_more(item: Item, what: List) -> Item:
    """Return the item with an empty option, or an empty prompt, at the end."""
    if what == "prompt":
        return replace(item, prompts=(*item.prompts, ""), right=(*item.right, NOT_CHOSEN))
    return replace(item, options=(*item.options, Option("", "")))


def without(item: Item, what: List, index: int) -> Item:
    """Return the item without an option or a prompt; a key that named the option is gone."""
    if what == "prompt":
        return replace(
            item,
            prompts=_without(item.prompts, index),
            right=_without(item.right, index),
        )
    return _reordered(item, [old for old in range(len(item.options)) if old != index])


def moved(item: Item, what: List, index: int, by: int) -> Item:
    """Return the item with an option or a prompt moved; past the ends nothing changes."""
    count = len(item.prompts if what == "prompt" else item.options)
    target = index + by
    if not (0 <= index < count and 0 <= target < count):
        return item
    order = list(range(count))
    order.insert(target, order.pop(index))
    if what == "prompt":
        return replace(
            item,
            prompts=tuple(item.prompts[old] for old in order),
            right=tuple(item.right[old] for old in order),
        )
    return _reordered(item, order)


def as_type(item: Item, item_type: str) -> Item:
    """Return the item as another type, with as much of it kept as can be.

    Texts stay, prompts too, which kinds without them do not show: a change back finds them again.
    Empty options fill up to what the type begins with, and empty ones beyond it go.
    """
    kind = kind_of(item_type)
    options = list(item.options)
    while len(options) > kind.least_options and options[-1] == Option("", ""):
        options.pop()
    options += [Option("", "")] * (kind.least_options - len(options))
    keyed = [index for index in item.right if 0 <= index < len(options)]
    return kind.adopted(replace(item, options=tuple(options)), keyed)


def settled(item: Item) -> Item:
    """Return the item without what only its writing needed, ready to be published.

    Empty rows at the end, which a new question begins with, were simply not needed.
    """
    options = list(item.options)
    while options and _is_unused(item, len(options) - 1, options[-1]):
        options.pop()
    prompts = item.prompts if kind_of(item.type).has_prompts else ()
    return replace(item, options=tuple(options), prompts=prompts)


def _is_unused(item: Item, index: int, option: Option) -> bool:
    return not (option.text.strip() or option.why.strip() or index in item.right)


# Marks that turn the direction of text around, and control characters but for tab and new line.
_UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")


def readable(text: str) -> str:
    """Return text without what a reader cannot see: control characters, marks of direction."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _reordered(item: Item, order: Iterable[int]) -> Item:
    """Return the item with the options named, in that order, and a key that follows them."""
    places = {old: new for new, old in enumerate(order)}
    right = kind_of(item.type).moved_key(item.right, places)
    return replace(item, options=tuple(item.options[old] for old in places), right=right)


def _without[T](values: tuple[T, ...], index: int) -> tuple[T, ...]:
    return values[:index] + values[index + 1 :]
