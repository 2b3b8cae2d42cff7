"""A Markdown file, or a zip of several with the pictures that they show. Pure."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from questions.exchange.archives import members
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.lettered_lines import option_of
from questions.exchange.markdown_lines import Line
from questions.exchange.text_files import FormatError, decoded
from questions.markdown import PICTURE
from questions.translation import gettext

_HEADING = re.compile(r"^\s{0,3}#{1,6} ", re.MULTILINE)
# Those of a text that are looked at to say what it is.
_MOST_LINES = 500
SUFFIXES = (".md", ".markdown", ".mdown")
_ADDRESS = re.compile(r"(!\[(?:[^\[\]\\]|\\.)*\]\(\s*)(?:<([^<>\n]*)>|([^\s()<>]+))")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """One file of text, its path in a package or "", and how its pictures are found there."""

    text: str
    path: str = ""
    parts: Mapping[str, bytes] | None = None

    def with_pictures(self, text: str, carry: Callable[[str, bytes], str]) -> str:
        """Return a text of it with the pictures taken along that lie beside the file."""
        if not self.parts or "![" not in text:
            return text

        def placed(match: re.Match[str]) -> str:
            address = match[2] or match[3] or ""
            if _ABSOLUTE.match(address) or PICTURE.fullmatch(address):
                return match[0]
            for name in (unquote(address), address):
                base = "" if name.startswith("/") else posixpath.dirname(self.path)
                part = posixpath.normpath(posixpath.join(base, name.lstrip("/").split("?")[0]))
                if self.parts and part in self.parts:
                    return match[1] + carry(part, self.parts[part])
            return match[0]

        return _ADDRESS.sub(placed, text)


def sources(data: bytes, encoding: str = "") -> Iterator[Source]:
    """Return the text of a file, or of each Markdown file of a zip; raises FormatError."""
    if not data.startswith(b"PK"):
        yield Source(decoded(data, encoding))
        return
    parts = members(data)
    names = sorted(name for name in parts if name.lower().endswith(SUFFIXES))
    if not names:
        raise FormatError(gettext("the zip holds no Markdown file (.md)"))
    for name in names:
        if parts[name].strip():
            yield Source(decoded(parts[name], encoding), name, parts)


def read_sources(
    data: bytes, encoding: str, read: Callable[[ImportCollector, Source], None]
) -> Loaded:
    """Read every file of a source with a format's reader; what is said of one names it."""
    intake = ImportCollector()
    texts = []
    for source in sources(data, encoding):
        intake.begin_file(source.path)
        read(intake, source)
        texts.append(source.text)
    return intake.loaded(_what_they_are(texts))


def _what_they_are(texts: Sequence[str]) -> str:
    """Return what texts without questions look like, and what to do with them; "" if nothing."""
    if any(_has_options(text) for text in texts):
        return gettext("it looks like a lettered list, but no line says an answer, as Answer: B")
    if any(_HEADING.search(text) for text in texts):
        return gettext(
            "it looks like study notes, without questions; import them as the study notes "
            "of an exam, or make an exam from them on the page of a new exam"
        )
    return ""


def _has_options(text: str) -> bool:
    """Tell whether options with letters stand in the beginning of a text."""
    lines = (Line(number, line) for number, line in enumerate(text.split("\n")[:_MOST_LINES], 1))
    return sum(1 for line in lines if option_of(line)) > 1
