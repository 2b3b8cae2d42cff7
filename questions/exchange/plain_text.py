"""Text without formatting as Markdown that shows it letter for letter, and back. Pure."""

import re
from html import unescape

from questions.exchange.item_bounds import MOST_TEXT
from questions.formulas import parts_of, with_tex
from questions.markdown import to_html, to_inline_html

# Nothing of Markdown is made of these alone.
_WORDS = re.compile(r"[^\W\d_][^\\`*_\[\]<>#~|&=+\-\n\d^$]*+")
_TAG = re.compile(r"<[^>]*>")
_MARKS = re.compile(r"[\\`*_\[\]<>&|~^$]")
_AT_START = re.compile(r"^([ \t]*)(?:([#+=-])|(\d{1,9})([.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def plain_to_markdown(text: str, *, is_inline: bool = False, has_formulas: bool = False) -> str:
    """Return Markdown that shows a plain text as it is written: `__init__`, `C:\\temp\\*`.

    Lines stay lines; what means nothing to Markdown stays without marks. With `has_formulas` TeX
    between its delimiters is a formula, as in the formats of tools that draw it.
    """
    if has_formulas:
        parts = list(parts_of(text.strip()))
        if len(parts) > 1:
            return "".join(
                piece if is_formula else _around_formula(piece, is_inline=is_inline)
                for piece, is_formula in parts
            )
    text = text.strip()
    # A text that is too long is refused, however it reads.
    if (
        len(text) > MOST_TEXT
        or _WORDS.fullmatch(text)
        or _shown(text, is_inline=is_inline) == "".join(text.split())
    ):
        return text
    escaped = _MARKS.sub(escaped_mark, _INDENT.sub("", text))
    return _AT_START.sub(_guarded, escaped)


def escaped_mark(match: re.Match[str]) -> str:
    """Return a mark of Markdown as the character that it is."""
    # Brackets behind a backslash would begin a formula.
    return {"[": "&#91;", "]": "&#93;"}.get(match[0], f"\\{match[0]}")


def _guarded(match: re.Match[str]) -> str:
    blanks, mark, number, dot = match.groups()
    return f"{blanks}\\{mark}" if mark else f"{blanks}{number}\\{dot}"


def _around_formula(piece: str, *, is_inline: bool) -> str:
    """Return what stands beside a formula as Markdown, with the blanks at its ends."""
    core = piece.strip()
    start = piece.index(core)
    written = plain_to_markdown(core, is_inline=is_inline)
    return f"{piece[:start]}{written}{piece[start + len(core) :]}"


def markdown_to_plain(text: str, *, is_inline: bool = False) -> tuple[str, bool]:
    """Return what a reader of a Markdown text sees, and whether formatting was lost with it."""
    if _WORDS.fullmatch(text):
        return text, False
    html = to_inline_html(text) if is_inline else to_html(text)
    paragraphs = re.sub(r"</?p>", "", with_tex(html))
    return unescape(_TAG.sub("", paragraphs)).strip(), "<" in paragraphs


def _shown(text: str, *, is_inline: bool) -> str:
    html = to_inline_html(text) if is_inline else to_html(text)
    return "".join(unescape(_TAG.sub("", html)).split())
