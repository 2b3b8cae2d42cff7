"""What is stored of an item: its wording, its key, its draft as JSON, and their hashes. Pure.

`content` and `html` hold what a candidate may read, `key` what only scoring and staff read. Both
come from the list of fields in `questions.items.item`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from questions.items.item import FIELDS, Item, Option, is_empty, names_of
from questions.items.kinds.parts import CaseText, ContentText, KeyText
from questions.items.kinds.registry import kind_of
from questions.markdown import to_html, to_inline_html

# An item as JSON holds it, field by field; item_of checks the names and lists.
ItemData = dict[str, Any]


def data_of(item: Item) -> ItemData:
    """Return an item as JSON holds it.

    Fields that came after items were stored and hashed are absent while they are empty.
    """
    data: ItemData = {
        "ref": item.ref,
        "type": item.type,
        "level": item.level,
        "stem": item.stem,
        "options": [_option_data(option) for option in item.options],
        "right": list(item.right),
        "prompts": list(item.prompts),
    }
    for field in FIELDS:
        value = getattr(item, field.name)
        if not (field.is_sparse and is_empty(value)):
            data[field.name] = _plain(value)
    return data


def _option_data(option: Option) -> dict[str, str | bool]:
    data: dict[str, str | bool] = {"text": option.text, "why": option.why}
    if option.about:
        data["about"] = option.about
    if option.is_fixed:
        data["fixed"] = True
    return data


def _plain(value: object) -> object:
    """Return a field's value as JSON has it."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def item_of(data: Mapping[str, Any]) -> Item:  # what JSON held: a draft's, or a request's
    """Return the item that `data_of` wrote; fields that are not known are left out."""
    options = (
        Option(one["text"], one["why"], one.get("about", ""), bool(one.get("fixed")))
        for one in data["options"]
    )
    return Item(
        ref=data["ref"],
        type=data["type"],
        level=data["level"],
        stem=data["stem"],
        options=tuple(options),
        right=tuple(data["right"]),
        prompts=tuple(data.get("prompts", ())),
        **_field_values(data),
    )


def _field_values(data: Mapping[str, Any]) -> dict[str, Any]:  # by name, each of its own type
    """Return the values of an item's fields from what JSON held."""
    stored = {field.name: data[field.name] for field in FIELDS if field.name in data}
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }


def wording(item: Item, case: CaseText | None) -> tuple[ContentText, ContentText]:
    """Return what the candidate sees of an item, as text and as HTML."""
    choose = kind_of(item.type).choose(item)
    content: ContentText = {
        "stem": item.stem,
        "options": [option.text for option in item.options],
        "prompts": list(item.prompts),
        "choose": choose,
    }
    if item.fixed_order:
        content["fixed_order"] = True
    if fixed := [index for index, option in enumerate(item.options) if option.is_fixed]:
        content["fixed_options"] = fixed
    html: ContentText = {
        "stem": to_html(item.stem),
        "options": [to_inline_html(option.text) for option in item.options],
        "prompts": [to_inline_html(prompt) for prompt in item.prompts],
        "choose": choose,
    }
    if case:
        content["case"] = case
        html["case"] = {**case, "scenario": to_html(case["scenario"])}
    return content, html


def words_in(content: ContentText) -> int:
    """Return how many words a candidate reads: stem, options and prompts."""
    texts = [content["stem"], *content["options"], *content.get("prompts", [])]
    return sum(len(text.split()) for text in texts)


def key_of(item: Item) -> KeyText:
    """Return what only scoring and review see of an item."""
    abouts = [option.about for option in item.options]
    fields = {name: getattr(item, name) for name in names_of(store="key")}
    key = {
        "right": list(item.right),
        "whys": [option.why for option in item.options],
        "whys_html": [to_inline_html(option.why) for option in item.options],
        **({"abouts": abouts} if any(abouts) else {}),
        "evidence": item.evidence,
        "sources": list(item.sources),
        **{name: _plain(value) for name, value in fields.items() if not is_empty(value)},
    }
    return cast(KeyText, key)


def item_of_texts(
    content: ContentText,
    key: KeyText,
    tags: Mapping[str, Any],  # a question's ref, type, level and its fields stored as tags
) -> Item:
    """Return the item of a version's wording and key, with the tags of its question."""
    whys, options = key["whys"], content["options"]
    abouts = key.get("abouts") or [""] * len(options)
    fixed = content.get("fixed_options", [])
    are_fixed = [index in fixed for index in range(len(options))]
    return Item(
        ref=tags["ref"],
        type=tags["type"],
        level=tags["level"],
        stem=content["stem"],
        options=tuple(map(Option, options, whys, abouts, are_fixed)),
        right=tuple(key["right"]),
        prompts=tuple(content["prompts"]),
        **_field_values({**key, **tags}),
    )


def digest(data: object) -> str:
    """Return a hash of what JSON can hold."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def content_hash(item: Item, content: ContentText) -> str:
    """Return the hash by which two versions are known to ask the same."""
    return digest([item.type, content])


def key_hash(item: Item, key: KeyText) -> str:
    """Return the hash by which two versions are known to have the same key."""
    return digest([key, item.level])


def fingerprint(item: Item, *others: object) -> str:
    """Return a hash of all that an item says, its enemies in whatever order, and of more."""
    return digest([data_of(replace(item, enemies=tuple(sorted(item.enemies)))), *others])
