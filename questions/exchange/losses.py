"""What items become as files, and what a format cannot carry of them. Pure.

A format's `dumps` turns items into a Dumped.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from questions.items.item import Item, is_empty
from questions.items.kinds.registry import kind_of, words_of
from questions.translation import gettext, gettext_noop

# What fields of an item are called in a sentence.
_WORDS = {
    "task": gettext_noop("task"),
    "topic": gettext_noop("topic"),
    "level": gettext_noop("level"),
    "objective": gettext_noop("objective"),
    "facts": gettext_noop("facts"),
    "evidence": gettext_noop("evidence"),
    "sources": gettext_noop("sources"),
    "enemies": gettext_noop("questions never asked with it"),
    "checked": gettext_noop("day of the last check"),
    "clue": gettext_noop("clue"),
    "angoff": gettext_noop("expected share right"),
    "angoff_spread": gettext_noop("spread of the expected share right"),
    "prepared": gettext_noop("share right expected of the well prepared"),
    "acknowledged": gettext_noop("accepted warnings"),
    "uses_correction": gettext_noop("use of a correction"),
    "numeric_ok": gettext_noop("numbers to know by heart"),
    "fixed_order": gettext_noop("fixed order of the options"),
    "guide_version": gettext_noop("version of the exam guide"),
    "reviewed_on": gettext_noop("day of the review"),
    "whys": gettext_noop("explanations of options"),
    "abouts": gettext_noop("what options stand for"),
    "fixed_options": gettext_noop("options that keep their place"),
}


@dataclass(frozen=True)
class Loss:
    """What a format cannot carry of an item."""

    ref: str
    reason: str


def image_stays(ref: str) -> Loss:
    """Return the loss of an item whose image a file does not carry."""
    return Loss(ref, gettext("its image stays at this site; the file names its address"))


@dataclass(frozen=True)
class Dumped:
    """A file, and what is not in it."""

    content: bytes
    losses: tuple[Loss, ...] = ()


def in_file_order(item: Item) -> Item:
    """Return the item with options and prompts in the one order that every format can keep."""
    return kind_of(item.type).in_file_order(item)


def carried_kinds(
    items: Iterable[Item],
    kinds: Collection[str],
    name: str,
    losses: list[Loss],
) -> Iterator[Item]:
    """Yield the items whose kind a format has, and name the others as lost.

    `kinds` are those that the format has, `name` is its name.
    """
    for item in items:
        if item.type in kinds:
            yield item
        else:
            values = {"format": name, "kind": words_of(item.type)}
            reason = gettext("left out: %(format)s has no questions of this kind: %(kind)s")
            losses.append(Loss(item.ref, reason % values))


def losses_of(item: Item, *, without: Iterable[str]) -> list[Loss]:
    """Return what a format that has no place for these fields leaves out of an item.

    "whys" are the reasons of the options, "abouts" what they stand for,
    "fixed_options" those that keep their place.
    """
    lost = [name for name in without if _says(item, name)]
    if not lost:
        return []
    fields = ", ".join(map(field_words, lost))
    reason = gettext("the format has no place for: %(fields)s") % {"fields": fields}
    return [Loss(item.ref, reason)]


def field_words(name: str) -> str:
    """Return what a field of an item is called in a sentence."""
    return gettext(_WORDS[name])


def _says(item: Item, name: str) -> bool:
    if name == "whys":
        return any(option.why for option in item.options)
    if name == "fixed_options":
        return any(option.is_fixed for option in item.options)
    if name == "abouts":
        return any(option.about for option in item.options)
    return not is_empty(getattr(item, name))
