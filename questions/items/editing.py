"""An item as it is being written: its data, and what an editor does to its options. Pure.

An item under way may be incomplete; `itemtypes.problems` says what it still lacks. In matching, a
prompt whose option is not chosen yet has NOT_CHOSEN in `right`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, Literal

from questions.items.item import Item, ItemType, Level, Option

NOT_CHOSEN = -1
_LEAST_OPTIONS: dict[ItemType, int] = {
    "multiple_choice": 4,
    "multiple_response": 5,
    "ordering": 3,
    "matching": 3,
}
_MOST_PLACES = 5
MOST_OPTIONS = 12

List = Literal["option", "prompt"]


def data_of(item: Item) -> dict[str, Any]:
    """Return an item as JSON holds it."""
    data: dict[str, Any] = {}
    for each in fields(item):
        value = getattr(item, each.name)
        if each.name == "options":
            value = [{"text": option.text, "why": option.why} for option in value]
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        data[each.name] = value
    return data


def item_of(data: Mapping[str, Any]) -> Item:
    """Return the item that `data_of` wrote; fields that are not known are left out."""
    values = {each.name: data[each.name] for each in fields(Item) if each.name in data}
    for name, value in values.items():
        if name == "options":
            values[name] = tuple(Option(option["text"], option["why"]) for option in value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return Item(**values)


def blank(
    item_type: ItemType, *, ref: str = "", task: str = "", topic: str = "", level: Level = "apply"
) -> Item:
    """Return an item with nothing written in it, and as many options as its type begins with."""
    options = (Option("", ""),) * _LEAST_OPTIONS[item_type]
    empty = Item(ref, "multiple_choice", level, "", options, (), (), topic, task)
    return as_type(empty, item_type)


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
    order = [place for place in range(len(item.options)) if place != index]
    return _reordered(item, order)


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
            prompts=tuple(item.prompts[place] for place in order),
            right=tuple(item.right[place] for place in order),
        )
    return _reordered(item, order)


def as_type(item: Item, item_type: ItemType) -> Item:
    """Return the item as another type, with as much of it kept as can be.

    Texts stay, prompts too, which only matching shows: a change back finds them again. Empty
    options fill up to what the type begins with, and empty ones beyond it go.
    """
    options = list(item.options)
    least = _LEAST_OPTIONS[item_type]
    while len(options) > least and options[-1] == Option("", ""):
        options.pop()
    options += [Option("", "")] * (least - len(options))
    keyed = [index for index in item.right if 0 <= index < len(options)]
    prompts = item.prompts
    if item_type == "matching":
        prompts = prompts or ("",) * 3
        right = [*keyed, *[NOT_CHOSEN] * len(prompts)][: len(prompts)]
    elif item_type == "ordering":
        right = list(range(min(len(options), _MOST_PLACES)))
    else:
        right = sorted(set(keyed))[: 1 if item_type == "multiple_choice" else None]
    return replace(
        item, type=item_type, options=tuple(options), right=tuple(right), prompts=prompts
    )


def keyed_in_shape(item: Item) -> Item:
    """Return the item with a key of its type's shape, as far as it is chosen.

    Matching has one option for each prompt, NOT_CHOSEN where there is none yet; other types name
    each option once.
    """
    if item.type == "matching":
        count = len(item.prompts)
        return replace(item, right=(*item.right, *(NOT_CHOSEN,) * count)[:count])
    chosen = dict.fromkeys(index for index in item.right if index != NOT_CHOSEN)
    return replace(item, right=tuple(chosen))


def settled(item: Item) -> Item:
    """Return the item without what only its writing needed, ready to be published."""
    return item if item.type == "matching" else replace(item, prompts=())


# Marks that turn the direction of text around, and control characters but for tab and new line.
_UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")


def readable(text: str) -> str:
    """Return text without what a reader cannot see: control characters, marks of direction."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _reordered(item: Item, order: Iterable[int]) -> Item:
    """Return the item with the options named, in that order, and a key that follows them."""
    places = {old: new for new, old in enumerate(order)}
    if item.type == "matching":
        right = [places.get(index, NOT_CHOSEN) for index in item.right]
    else:
        right = sorted(places[index] for index in item.right if index in places)
    return replace(item, options=tuple(item.options[old] for old in places), right=tuple(right))


def _without[T](values: tuple[T, ...], index: int) -> tuple[T, ...]:
    return values[:index] + values[index + 1 :]
