"""Pictures that a file's texts show and the bank does not have: taken along, or named. Pure.

A picture that stands in the text itself (`data:`) is carried. One from elsewhere is never fetched:
its description stays, and its address is named. One that the file should have brought is missing.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import unquote

from questions.exchange.item_bounds import MOST_TEXT
from questions.items.item import Item
from questions.markdown import PICTURE, picture, picture_addresses
from questions.translation import gettext, ngettext

# A picture of Markdown: its description, its address, and a title that nobody sees.
_PICTURE = re.compile(
    r"""!\[((?:[^\[\]\\]|\\.)*)\]\(\s*(?:<([^<>\n]*)>|([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)?))"""
    r"""(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
)
_DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


class MissingPicture(ValueError):
    """Pictures that a question shows and its file does not hold; the text says which.

    `addresses` are where the file looks for them; none for one in the text itself that is broken.
    """

    def __init__(self, reason: str, addresses: Sequence[str] = ()) -> None:
        self.addresses = addresses
        super().__init__(reason)


def with_pictures_settled(
    item: Item, *, carry: Callable[[str, bytes], str], lose: Callable[[str], None]
) -> Item:
    """Return the item with no picture in its texts but those that come along with it.

    `carry` takes a picture's name and bytes and returns its address, `lose` is told what does not
    come along. Raises MissingPicture.
    """
    texts = [item.stem, *item.prompts, *(text for o in item.options for text in (o.text, o.why))]
    if not any("![" in text for text in texts):
        return item

    missing: list[str] = []

    def settled(text: str) -> str:
        return _settled(text, carry, lose, missing.append)

    is_bare = not _PICTURE.sub("", item.stem).strip()
    stem = settled(item.stem)
    settled_item = replace(
        item,
        # A description alone is no question.
        stem=item.stem if is_bare and not PICTURE.search(stem) else stem,
        options=tuple(
            replace(option, text=settled(option.text), why=settled(option.why))
            for option in item.options
        ),
        prompts=tuple(map(settled, item.prompts)),
    )
    if missing:
        named = ", ".join(repr(address[:80]) for address in missing[:5])
        reason = ngettext(
            "its picture %(names)s is not in the file; upload a zip that holds the file and its "
            "pictures",
            "its pictures %(names)s are not in the file; upload a zip that holds the file and its "
            "pictures",
            len(missing),
        )
        raise MissingPicture(reason % {"names": named}, missing)
    return settled_item


def _settled(
    text: str,
    carry: Callable[[str, bytes], str],
    lose: Callable[[str], None],
    miss: Callable[[str], None],
) -> str:
    if len(text) > MOST_TEXT and "(data:" not in text:
        # It is refused for its length.
        return text
    # As they are shown: what stands in code is no picture.
    shown = set(map(unquote, picture_addresses(text))) if "![" in text else set()
    if all(PICTURE.fullmatch(address) for address in shown):
        return text

    def changed(match: re.Match[str]) -> str:
        alt, address = match[1], match[2] or match[3] or ""
        if PICTURE.fullmatch(address) or unquote(address) not in shown:
            return match[0]
        if data := _DATA.match(address):
            return picture(carry("picture", _decoded(address[data.end() :])), alt)
        if _ELSEWHERE.match(address):
            lose(
                gettext("the picture %(address)r is never fetched; its description stays")
                % {"address": address[:200]}
            )
            return alt
        miss(unquote(address))
        return match[0]

    return _PICTURE.sub(changed, text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(unquote(text), validate=False)
    except ValueError:
        raise MissingPicture(gettext("a picture in its text is broken: no base64")) from None
