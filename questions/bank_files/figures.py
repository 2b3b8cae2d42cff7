"""Figures of the notes: SVG that is put into a page as it is, so that it takes the page's colours.

Pure. An allow list decides: shapes and text with plain attributes, no script, style, link, image,
entity or reference. What is not allowed is refused with its line.
"""

import re
from collections.abc import Mapping
from html import escape
from xml.parsers import expat

_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?"
_LENGTH = re.compile(rf"{_NUMBER}(?:px|em|rem|%)?(?:[\s,]+{_NUMBER}(?:px|em|rem|%)?)*")
_COLOUR = re.compile(r"none|currentColor|transparent|#[0-9a-fA-F]{3,8}|[a-z]{3,20}")
_WORDS = re.compile(r"[\w ,.'-]{1,80}")
_PATH = re.compile(r"[\sMmLlHhVvCcSsQqTtAaZz\d.,eE+-]+")
_TRANSFORM = re.compile(r"(?:\s*(?:translate|rotate|scale)\([\s\d.,-]+\))+\s*")

_ELEMENTS = {
    *("svg", "g", "title", "desc", "text", "tspan"),
    *("circle", "ellipse", "line", "path", "polygon", "polyline", "rect"),
}
# What each attribute may hold. `None`: it is left out, since the page says it itself.
_ATTRIBUTES: Mapping[str, re.Pattern[str] | None] = {
    **dict.fromkeys(
        (
            *("x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry"),
            *("width", "height", "points", "viewBox", "font-size", "stroke-width", "opacity"),
            *("fill-opacity", "stroke-opacity", "stroke-dasharray", "letter-spacing"),
            *("stroke-dashoffset", "stroke-miterlimit", "textLength"),
        ),
        _LENGTH,
    ),
    **dict.fromkeys(("fill", "stroke"), _COLOUR),
    **dict.fromkeys(
        (
            *("font-family", "font-weight", "font-style", "text-anchor", "dominant-baseline"),
            *("stroke-linecap", "stroke-linejoin", "fill-rule", "vector-effect", "lengthAdjust"),
            *("text-decoration", "paint-order"),
        ),
        _WORDS,
    ),
    "d": _PATH,
    "transform": _TRANSFORM,
    **dict.fromkeys(
        (
            *("xmlns", "id", "role", "class", "version", "focusable", "aria-label", "xml:space"),
            *("aria-labelledby", "aria-describedby", "aria-hidden", "preserveAspectRatio"),
        ),
        None,
    ),
}
# Words for readers who do not see the picture; the page has them from the text beside it.
_TOLD = "title"


class FigureError(ValueError):
    """A figure that cannot be put into a page; says the line and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"{line}: {reason}")


def clean(text: str) -> str:
    """Return a figure's SVG as it may stand in a page; raises FigureError.

    The root has its viewBox alone, so that the page gives it its size.
    """
    writer = _Writer()
    try:
        writer.parser.Parse(text, True)
    except expat.ExpatError as error:
        reason = f"not readable as XML: {expat.errors.messages[error.code]}"
        raise FigureError(error.lineno, reason) from None
    return "".join(writer.parts).strip()


def shown(svg: str, alt: str) -> str:
    """Return a clean figure as HTML with the words that stand for it."""
    return f'<figure class="figure">{svg.replace("<svg", _opening(alt), 1)}</figure>'


def _opening(alt: str) -> str:
    return f'<svg role="img" aria-label="{escape(alt)}"'


class _Writer:
    """Writes again what is allowed, as the parser meets it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.depth = 0
        self.is_told = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.ProcessingInstructionHandler = self.refuse_instruction

    def fail(self, reason: str) -> None:
        raise FigureError(self.parser.CurrentLineNumber, reason)

    def refuse_doctype(self, *args: object) -> None:
        self.fail("has a document type; delete it")

    def refuse_instruction(self, *args: object) -> None:
        self.fail("has a processing instruction; delete it")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if (self.depth == 0) != (name == "svg"):
            self.fail("must be one svg element and nothing around or inside it")
        if name not in _ELEMENTS:
            self.fail(f"<{name}> is not allowed; use plain shapes and text")
        kept = []
        for attribute, value in attributes.items():
            if attribute not in _ATTRIBUTES:
                self.fail(f"{attribute} on <{name}> is not allowed; delete it")
            pattern = _ATTRIBUTES[attribute]
            if pattern and not pattern.fullmatch(value.strip()):
                self.fail(f"{attribute}={value!r} on <{name}> is not allowed")
            is_size = name == "svg" and attribute in {"width", "height"}
            if pattern and not is_size:
                kept.append(f' {attribute}="{escape(value.strip())}"')
        if name == "svg" and "viewBox" not in attributes:
            self.fail("needs a viewBox, so that it can be shown in any width")
        self.depth += 1
        self.is_told = name == _TOLD
        if not self.is_told:
            self.parts.append(f"<{name}{''.join(kept)}>")

    def end(self, name: str) -> None:
        self.depth -= 1
        if name != _TOLD:
            self.parts.append(f"</{name}>")
        self.is_told = False

    def text(self, data: str) -> None:
        if not self.is_told:
            self.parts.append(escape(data, quote=False))
