"""What a text or an item of a file may be: its bounds, and its texts made clean. Pure."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from questions.exchange.columns import title_of
from questions.items.editing import MOST_OPTIONS, readable
from questions.items.item import FIELDS, LEVELS, Item
from questions.items.kinds.registry import kind_of
from questions.markdown import shows
from questions.translation import gettext, ngettext

# Characters of one text; a page of a book has 2,000.
MOST_TEXT = 20_000
REF_LENGTH = 80


def unfit(item: Item) -> tuple[str, str] | None:
    """Return the column and the reason why an item cannot even be a draft."""
    texts = [("stem", item.stem)]
    texts += [(title_of("option", index), option.text) for index, option in enumerate(item.options)]
    texts += [(title_of("prompt", index), prompt) for index, prompt in enumerate(item.prompts)]
    for name, text in texts:
        if not text:
            return name, gettext("the text is empty; write it or delete the row")
        if len(text) <= MOST_TEXT and not shows(text, is_inline=name != "stem"):
            return (
                name,
                gettext("the text shows nothing, only marks of Markdown; write it"),
            )
    whys = [(title_of("why", index), option.why) for index, option in enumerate(item.options)]
    for name, text in (*texts, *whys, ("evidence", item.evidence)):
        if len(text) > MOST_TEXT:
            return name, ngettext(
                "the text is longer than %(most)s character",
                "the text is longer than %(most)s characters",
                MOST_TEXT,
            ) % {"most": MOST_TEXT}
    if not 2 <= len(item.options) <= MOST_OPTIONS:
        return "options", ngettext(
            "it has %(count)s option; write 2 to %(most)s",
            "it has %(count)s options; write 2 to %(most)s",
            len(item.options),
        ) % {
            "count": len(item.options),
            "most": MOST_OPTIONS,
        }
    if not item.right:
        return "key", gettext("no option is marked as right")
    if any(not 0 <= index < len(item.options) for index in item.right):
        return "key", gettext("it names an option that does not exist")
    if reason := kind_of(item.type).key_problem(item):
        return "key", reason
    if len(item.prompts) > MOST_OPTIONS:
        return "prompts", ngettext(
            "it has %(count)s prompt; write at most %(most)s",
            "it has %(count)s prompts; write at most %(most)s",
            len(item.prompts),
        ) % {
            "count": len(item.prompts),
            "most": MOST_OPTIONS,
        }
    if len(item.ref) > REF_LENGTH or any(char.isspace() for char in item.ref):
        return "ref", ngettext(
            "it must be one word of at most %(most)s character",
            "it must be one word of at most %(most)s characters",
            REF_LENGTH,
        ) % {"most": REF_LENGTH}
    if item.level not in LEVELS:
        return "level", gettext("%(level)r is none of %(levels)s") % {
            "level": str(item.level)[:40],
            "levels": ", ".join(LEVELS),
        }
    return None


def cut_fields(item: Item) -> list[str]:
    """Return the names of the fields of which an item keeps the beginning alone."""
    return [
        field.name
        for field in FIELDS
        if field.most
        and any(len(text.strip()) > field.most for text in _texts_of(getattr(item, field.name)))
    ]


def _texts_of(value: object) -> list[str]:
    values = value if isinstance(value, tuple) else [value]
    return [text for text in values if isinstance(text, str)]


def _mapped(item: Item, change: Callable[[str], str]) -> Item:
    """Return the item with every text changed, and cut to what a column holds of it."""
    values: dict[str, str | tuple[str, ...]] = {}
    for item_field in FIELDS:
        value, most = getattr(item, item_field.name), item_field.most or None
        if item_field.shape in ("text", "id"):
            values[item_field.name] = change(value)[:most]
        elif item_field.shape == "list":
            values[item_field.name] = tuple(change(entry)[:most] for entry in value)
    return replace(
        item,
        ref=change(item.ref),
        stem=change(item.stem),
        options=tuple(
            replace(o, text=change(o.text), why=change(o.why), about=change(o.about))
            for o in item.options
        ),
        prompts=tuple(change(prompt) for prompt in item.prompts),
        **values,  # type: ignore[arg-type]
    )


def without_unseen(item: Item) -> Item:
    """Return the item without characters that nobody sees, its letters composed (NFC)."""
    return _mapped(
        item, lambda text: unicodedata.normalize("NFC", readable(text)).replace("\x00", "").strip()
    )


def stripped(item: Item) -> Item:
    """Return the item with its letters composed and no blanks around its texts."""
    return _mapped(item, lambda text: unicodedata.normalize("NFC", text).strip())
