"""Images of items, and how files that carry them name them. Pure.

A text names an image by the address under which this site serves it. One that a file brings has no
address yet: until it is kept it stands under one made from its bytes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from questions.exchange.columns import title_of
from questions.items.item import Item
from questions.markdown import PICTURE, picture, pictures_in

_UNDESCRIBED = re.compile(rf"!\[\s*\]\(\s*<?({PICTURE.pattern})>?\s*\)")


@dataclass(frozen=True)
class EmbeddedImage:
    """An image as a file brings it: its name there, and bytes that nobody has looked at yet."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Shown:
    """An image where a text of an item shows it: the text's column, its address, its words."""

    column: str
    address: str
    alt: str


def address_of(data: bytes) -> str:
    """Return the address under which an image stands that is not kept yet."""
    return f"/images/{UUID(bytes=sha256(data).digest()[:16])}"


def file_name(address: str, data: bytes) -> str:
    """Return how the image of an address is called in a file: by its id, as what it is."""
    suffix = ".jpg" if data.startswith(b"\xff\xd8") else ".png"
    return address.rpartition("/")[2] + suffix


def images_of(item: Item) -> Iterator[Shown]:
    """Return the images that an item's texts show, one after the other."""
    texts = [("stem", item.stem, False)]
    for index, option in enumerate(item.options):
        texts.append((title_of("option", index), option.text, True))
        texts.append((title_of("why", index), option.why, False))
    texts += [(title_of("prompt", index), text, True) for index, text in enumerate(item.prompts)]
    for column, text, is_inline in texts:
        for address, alt in pictures_in(text, is_inline=is_inline):
            yield Shown(column, address, alt)


def readdressed(item: Item, addresses: Mapping[str, str]) -> Item:
    """Return the item with images under other addresses, those that are named by their old ones."""

    def moved(text: str) -> str:
        return PICTURE.sub(lambda match: addresses.get(match[0], match[0]), text)

    return _with_texts(item, moved)


def described(item: Item, descriptions: Mapping[str, str]) -> Item:
    """Return the item with words for images that have none, by the images' addresses."""
    if not descriptions:
        return item

    def worded(match: re.Match[str]) -> str:
        words = descriptions.get(match[1], "")
        return picture(match[1], words) if words else match[0]

    return _with_texts(item, lambda text: _UNDESCRIBED.sub(worded, text))


def _with_texts(item: Item, changed: Callable[[str], str]) -> Item:
    """Return the item with each of its texts changed."""
    return replace(
        item,
        stem=changed(item.stem),
        options=tuple(
            replace(option, text=changed(option.text), why=changed(option.why))
            for option in item.options
        ),
        prompts=tuple(map(changed, item.prompts)),
    )
