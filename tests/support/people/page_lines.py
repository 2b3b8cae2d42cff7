"""A page taken apart into what it says: a line for each block, each label, each picture's words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Tags that stand within a sentence, unless their class sets them apart.
INLINE = {"a", "b", "strong", "em", "span", "bdi", "time", "code"}
APART = {
    *("pill", "sub", "end", "name", "grow", "tip", "chip", "gain", "n", "q-no", "plan-no", "day"),
    *("mark", "button", "back", "number-hero", "said", "pc", "read", "key", "pck"),
    *("mastery-cell", "number-xl", "tag"),
}
SHAPES = {"svg", "rect", "circle", "line", "path", "polyline", "polygon", "g", "use"}
VOID = {"input", "br", "hr", "img", "link", "meta", "wbr"}
# What shows how a picture is read, and says nothing of anybody.
KEYS = {"key", "mastery-key"}
HEADINGS = {"h1", "h2", "h3", "h4", "summary", "dt", "legend"}
# What a question says is its author's word and none of the report's.
AUTHORS = {"stem", "options", "explained", "whys"}


@dataclass(frozen=True)
class Line:
    """What a block says; `heading` is the last one above it.

    `label` is that of a table's cell, “axis” beside a chart, “key” where a picture is explained.
    """

    text: str
    heading: str = ""
    label: str = ""


@dataclass
class _Element:
    tag: str
    is_apart: bool
    is_silent: bool
    label: str


@dataclass
class _Page(HTMLParser):
    lines: list[Line] = field(default_factory=list)
    _open: list[_Element] = field(default_factory=list)
    _text: str = ""
    _heading: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = set(values.get("class", "").split())
        is_inline = tag in INLINE | VOID | SHAPES and not classes & APART
        if not is_inline:
            self._flush()
        if values.get("role") == "img":
            self._flush()
            self._say(values.get("aria-label", ""))
        if tag not in VOID:
            is_silent = tag in {"script", "style"} or bool(classes & AUTHORS)
            # So is the table of a question in the review; those of a report have areas.
            is_silent = is_silent or (tag == "table" and "areas" not in classes)
            is_axis = tag == "text" and "strong" not in classes
            kind = "axis" if is_axis else "key" if classes & KEYS else ""
            label = values.get("data-label", kind)
            self._open.append(_Element(tag, not is_inline, is_silent, label))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        if self._open[-1].is_apart:
            self._flush()
        if tag in HEADINGS and self.lines:
            self._heading = self.lines[-1].text
        self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SHAPES | VOID:
            super().handle_startendtag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self._text += data

    def _flush(self) -> None:
        text, self._text = self._text, ""
        self._say(text)

    def _say(self, text: str) -> None:
        text = " ".join(text.split())
        is_heard = any(each.tag == "main" for each in self._open)
        if text and is_heard and not any(each.is_silent for each in self._open):
            label = next((each.label for each in reversed(self._open) if each.label), "")
            self.lines.append(Line(text, self._heading, label))


def lines_of(html: str) -> list[Line]:
    """Return what the main part of a page says, in its order."""
    page = _Page()
    page.feed(html)
    page.close()
    assert page.lines, "the page says nothing"
    return page.lines
