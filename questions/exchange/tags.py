"""What an item is filed under, as tags of other tools: `topic:inference`, `level:apply`. Pure."""

from collections.abc import Iterable
from typing import Any

from questions.items.item import FIELD_NAMES, FIELDS, LEVELS, Item

_ONE = {
    "task": "task",
    "topic": "topic",
    "level": "level",
    "objective": "objective",
    "guide": "guide_version",
    "reviewed": "reviewed_on",
}
_MANY = {"fact": "facts", "source": "sources", "enemy": "enemies"}
_MARKS = {
    "uses-correction": "uses_correction",
    "numeric-ok": "numeric_ok",
    "fixed-order": "fixed_order",
}

# Fields that tags hold, beside the level: those above the question in our files, and the others.
_TAGGED = [
    field for field in FIELDS if field.name in (*_ONE.values(), *_MANY.values(), *_MARKS.values())
]
FILED_UNDER = tuple(field.name for field in _TAGGED if not field.is_below)
CLAIMED = tuple(field.name for field in _TAGGED if field.is_below)
# What tags have no place for.
WITHOUT = (
    *(name for name in FIELD_NAMES if name not in (*FILED_UNDER, *CLAIMED)),
    "abouts",
    "fixed_options",
)


def tags_of(item: Item) -> list[str]:
    """Return an item's fields as tags, in one order."""
    tags = [f"{tag}:{value}" for tag, name in _ONE.items() if (value := getattr(item, name))]
    tags += [f"{tag}:{value}" for tag, name in _MANY.items() for value in getattr(item, name)]
    return tags + [tag for tag, name in _MARKS.items() if getattr(item, name)]


def fields_of(tags: Iterable[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the fields that tags give an item, and the tags that are somebody's own."""
    fields: dict[str, Any] = {}
    others = []
    for tag in tags:
        name, colon, value = (part.strip() for part in tag.strip().partition(":"))
        if colon and value and name == "level" and value not in LEVELS:
            others.append(tag.strip())
        elif colon and value and name in _ONE:
            fields[_ONE[name]] = value
        elif colon and value and name in _MANY:
            fields[_MANY[name]] = (*fields.get(_MANY[name], ()), value)
        elif name in _MARKS and not colon:
            fields[_MARKS[name]] = True
        elif tag.strip():
            others.append(tag.strip())
    return fields, others
