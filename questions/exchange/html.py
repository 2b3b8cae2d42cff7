"""HTML of other tools as Markdown, and back. Pure; what is left behind is said."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from questions.markdown import PICTURE, picture, to_html, to_inline_html

_INLINE = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "tt": "`"}
_BLOCKS = {"p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "prompt", "itembody"}
_SILENT = {"script", "style", "head", "title"}
_PLAIN = {"span", "a", "u", "sub", "sup", "small", "font", "html", "body", "br", "ul", "ol", "li"}
_KNOWN = {*_INLINE, *_BLOCKS, *_SILENT, *_PLAIN, "pre"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>#~|])")
_AT_START = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.MULTILINE)
# Most texts: one paragraph of words, none of which either language reads anything into.
# Nothing is given back once it is taken: blanks tried again take the square of their length.
_ONLY_WORDS = re.compile(r"\s*+(?:<p>\s*+)?([^\W\d_][^<>&\\`*_\[\]#~|]*+)(?:</p>\s*+)?")
_LOOKS = re.compile(r"</?(p|br|b|i|strong|em|code|pre|ul|ol|li|sub|sup|span|div)\b[^>]*>", re.I)


def looks_like_html(text: str) -> bool:
    """Tell whether a text holds tags that people format with."""
    return bool(_LOOKS.search(text))


def to_markdown(html: str, *, is_inline: bool = False) -> tuple[str, list[str]]:
    """Return HTML as Markdown that renders alike, and what was left behind, each as a sentence."""
    if words := _ONLY_WORDS.fullmatch(html):
        return " ".join(words[1].split()), []
    plain = _Reader(escapes=False)
    plain.read(html)
    text = plain.text()
    render = to_inline_html if is_inline else to_html
    if _squeezed(render(text)) != _squeezed(html):
        escaped = _Reader(escapes=True)
        escaped.read(html)
        # Marks of Markdown that stood there as characters stay characters.
        if _words(render(text)) != _words(html):
            text = escaped.text()
    return text, sorted(plain.lost)


def _squeezed(html: str) -> str:
    return re.sub(r"\s+", "", html)


def _words(html: str) -> str:
    reader = _Reader(escapes=False, marks=False)
    reader.read(html)
    return re.sub(r"\s+", "", reader.text())


@dataclass
class _State:
    parts: list[str] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    silent: int = 0
    pre: int = 0
    code: int = 0


class _Reader(HTMLParser):
    """Writes Markdown as it reads tags; unknown tags leave their words."""

    def __init__(self, *, escapes: bool, marks: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self._state = _State()
        self._escapes = escapes
        self._marks = marks
        self.lost: set[str] = set()

    def read(self, html: str) -> None:
        """Take in a whole text."""
        # What begins after the last end of a tag is never closed: it is text, and a parser that
        # looks for its end from every beginning takes the square of its length.
        closed, end, rest = html.rpartition(">")
        self.feed(closed + end + rest.replace("<", "&lt;"))
        self.close()

    def text(self) -> str:
        joined = "".join(self._state.parts)
        lines = [line.rstrip() for line in joined.split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        state, attributes = self._state, dict(attrs)
        if tag in _SILENT:
            state.silent += 1
        elif tag == "br":
            self._write("\n" if state.pre else "  \n" if self._marks else "\n")
        elif tag == "pre":
            state.pre += 1
            self._write("\n\n```\n" if self._marks else "\n")
        elif tag in _INLINE and not state.pre:
            state.code += tag in ("code", "tt")
            self._write(_INLINE[tag] if self._marks else "")
        elif tag in ("ul", "ol"):
            state.lists.append(0 if tag == "ol" else None)
            self._write("\n\n" if len(state.lists) == 1 else "")
        elif tag == "li":
            self._item()
        elif tag == "img" and PICTURE.fullmatch(attributes.get("src") or ""):
            shown = picture(attributes["src"] or "", attributes.get("alt") or "")
            self._write(shown if self._marks else "")
        elif tag in ("img", "object"):
            self.lost.add("an image was left out; its description stays")
            self._write(attributes.get("alt") or "")
        elif tag in _BLOCKS:
            self._write("\n\n" if not state.lists else "")
        elif tag == "tr":
            self._write("\n")
        elif tag in ("td", "th"):
            self._write(" ")
        if tag not in _KNOWN and tag not in ("img", "object"):
            self.lost.add(f"formatting of <{tag[:20]}> was left out; its words stay")

    def handle_endtag(self, tag: str) -> None:
        state = self._state
        if tag in _SILENT:
            state.silent = max(0, state.silent - 1)
        elif tag == "pre" and state.pre:
            state.pre -= 1
            self._write("\n```\n\n" if self._marks else "\n")
        elif tag in _INLINE and not state.pre:
            state.code = max(0, state.code - (tag in ("code", "tt")))
            self._write(_INLINE[tag] if self._marks else "")
        elif tag in ("ul", "ol") and state.lists:
            state.lists.pop()
            self._write("\n\n" if not state.lists else "")
        elif tag in _BLOCKS and not state.lists:
            self._write("\n\n")

    def handle_data(self, data: str) -> None:
        state = self._state
        if state.silent:
            return
        if not state.pre:
            data = re.sub(r"\s+", " ", data)
            at_start = not state.parts or "".join(state.parts[-2:]).endswith("\n")
            data = data.lstrip() if at_start else data
            if self._escapes and not state.code:
                data = _SPECIAL.sub(r"\\\1", data)
                data = _AT_START.sub(_guarded, data) if at_start else data
        self._write(data)

    def _item(self) -> None:
        state = self._state
        if not state.lists:
            state.lists.append(None)
        depth, number = len(state.lists) - 1, state.lists[-1]
        if number is not None:
            state.lists[-1] = number + 1
        mark = "- " if number is None else f"{number + 1}. "
        self._write("\n" + "  " * min(depth, 8) + (mark if self._marks else ""))

    def _write(self, text: str) -> None:
        if text and not self._state.silent:
            self._state.parts.append(text)


def _guarded(match: re.Match[str]) -> str:
    """Keep a dash or a number at the start of a line from beginning a list."""
    space, mark = match.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}"
