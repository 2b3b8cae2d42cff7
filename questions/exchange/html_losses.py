"""What HTML of other tools loses on its way to Markdown, as sentences. Pure."""

import re
from collections.abc import Iterator, Mapping

from questions.translation import gettext

MEDIA = {"audio", "video", "iframe", "embed", "object", "svg", "canvas", "applet"}
_WEB = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_COLOR = re.compile(r"(?:^|;|\s)(?:color|background(?:-color)?)\s*:")


def lost_of(tag: str, attributes: Mapping[str, str], *, is_known: bool) -> Iterator[str]:
    """Yield a sentence for each thing of a tag that Markdown has no place for.

    `is_known` says that the reader has a rule for the tag.
    """
    if tag in MEDIA:
        yield _medium(tag, attributes.get("src") or attributes.get("data") or "")
    elif tag in ("u", "ins"):
        yield gettext("underlined words became italic")
    elif tag == "a":
        address = attributes.get("href", "")
        if address and not _WEB.fullmatch(address):
            yield gettext("a link to %(address)r was left out; its words stay") % {
                "address": address[:200]
            }
    elif tag in ("td", "th") and {attributes.get("colspan"), attributes.get("rowspan")} - {
        *(None, "", "1")
    }:
        yield gettext("cells of a table that span others became single ones")
    elif not is_known:
        yield gettext("formatting of <%(tag)s> was left out; its words stay") % {"tag": tag[:20]}
    if _COLOR.search(attributes.get("style", "").lower()):
        yield gettext("colors were left out")


def _medium(tag: str, address: str) -> str:
    if not address:
        return gettext("<%(tag)s> was left out; its words stay") % {"tag": tag}
    values = {"tag": tag, "address": address[:200]}
    return gettext("<%(tag)s> (%(address)s) was left out; its words stay") % values


def lost_picture(address: str) -> str:
    """Return what is said of a picture at an address, "" for none, that does not come along."""
    if not address:
        return gettext("a picture was left out; its description stays")
    return gettext("the picture %(address)r was left out; its description stays") % {
        "address": address[:200]
    }
