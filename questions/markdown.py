"""Markdown to clean HTML. Pure; rendered once, when text is written."""

import html
import re
from collections.abc import Collection

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from questions import formulas
from questions.table_bounds import bounded_tables

_PARSER = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .use(bounded_tables)
    .use(sub_plugin)
    .use(superscript_plugin)
    .use(formulas.formulas)
)
_TAGS = {
    *formulas.TAGS,
    *("sub", "sup"),
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul", "img"),
}
_ATTRIBUTES = {
    **{"a": {"href", "title"}, "ol": {"start"}, "img": {"src", "alt"}},
    **formulas.ATTRIBUTES,
}
_TAG = re.compile(r"<[^>]*>")
# Pictures are those of the bank alone, by the address under which it serves them.
PICTURE = re.compile(r"/images/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHOWN = re.compile(rf'<img src="({PICTURE.pattern})"(?: alt="([^"]*)")?>')
_MARKS = re.compile(r"([!-'*-/:-@\[-`{-~])")
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr>\s*(?:<th></th>\s*)+</tr>\s*</thead>\s*")
# A line of these alone has no mark of Markdown, HTML or TeX in it.
_PLAIN = re.compile(r"[A-Za-z0-9\s,.;:?!()/%'-]*", re.ASCII)
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`]*$")


def to_html(text: str) -> str:
    """Return a block of Markdown as HTML that holds no script, style, foreign picture or scheme."""
    # A corner of a table that says nothing is no heading, and a row of such corners is none.
    cleaned = _clean(_PARSER.render(text))
    return _EMPTY_HEAD.sub("", cleaned).replace("<th></th>", "<td></td>")


def to_inline_html(text: str) -> str:
    """Return one line of Markdown as inline HTML, without a paragraph around it.

    A block of code in it keeps its lines, as code with breaks.
    """
    if _PLAIN.fullmatch(text):
        # As most options are; a parser would take a hundred times as long to change nothing.
        return " ".join(text.split())
    if "```" not in text and "~~~" not in text:
        return _clean(_PARSER.renderInline(" ".join(text.split())))
    parts = (
        _code_lines(part) if is_code else _PARSER.renderInline(" ".join(part.split()))
        for is_code, part in _parts(text)
    )
    return _clean("<br>".join(part for part in parts if part))


def _parts(text: str) -> list[tuple[bool, str]]:
    """Return what lies between the fences of blocks of code, and whether each part is code."""
    parts: list[tuple[bool, str]] = []
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        opened = None if fence else _FENCE.match(line)
        if opened or (fence and _closes(line, fence)):
            parts.append((bool(fence), "\n".join(lines)))
            lines, fence = [], opened[1] if opened else ""
        else:
            lines.append(line)
    if fence:
        # Never closed: it is text.
        return [(False, text)]
    return [*parts, (False, "\n".join(lines))]


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(fence) and not bare.strip(fence[0])


def _code_lines(text: str) -> str:
    lines = []
    for line in text.expandtabs(4).split("\n"):
        bare = line.lstrip(" ")
        lines.append("&nbsp;" * (len(line) - len(bare)) + html.escape(bare))
    return f"<code>{'<br>'.join(lines)}</code>"


def without_pictures(rendered: str, addresses: Collection[str]) -> str:
    """Return HTML with the descriptions of some pictures in their places, as marked text."""

    def words(match: re.Match[str]) -> str:
        return f"<em>[{match[2]}]</em>" if match[1] in addresses else match[0]

    return _SHOWN.sub(words, rendered)


def shows(text: str, *, is_inline: bool = False) -> bool:
    """Tell whether a reader sees anything of a Markdown text; some have only marks, as `#`."""
    if text[:1].isalpha():
        return True
    rendered = to_inline_html(text) if is_inline else to_html(text)
    seen = html.unescape(_TAG.sub("", rendered))
    return bool(seen.strip()) or "<img src=" in rendered


def pictures_in(text: str, *, is_inline: bool = False) -> list[tuple[str, str]]:
    """Return the pictures that a Markdown text shows, each as its address and its description."""
    if "/images/" not in text:
        return []
    rendered = to_inline_html(text) if is_inline else to_html(text)
    return [(match[1], html.unescape(match[2])) for match in _SHOWN.finditer(rendered)]


def picture_addresses(text: str) -> list[str]:
    """Return the addresses of all pictures that a Markdown text names, wherever they lie."""
    children = (child for token in _PARSER.parse(text) for child in token.children or ())
    return [str(child.attrGet("src")) for child in children if child.type == "image"]


def picture(address: str, alt: str) -> str:
    """Return the Markdown that shows a picture, whatever marks its description holds."""
    alt = " ".join(alt.split())
    plain = f"![{alt}]({address})"
    if pictures_in(plain, is_inline=True) == [(address, alt)]:
        return plain
    return f"![{_MARKS.sub(_escaped, alt)}]({address})"


def _escaped(mark: re.Match[str]) -> str:
    # Brackets behind a backslash would begin a formula.
    return {"[": "&#91;", "]": "&#93;"}.get(mark[0], f"\\{mark[0]}")


def _clean(rendered: str) -> str:
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https"},
        link_rel="noopener",
    ).strip()


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value, None where it goes: a picture from elsewhere is no picture."""
    if (tag, attribute) == ("img", "src") and not PICTURE.fullmatch(value):
        return None
    return value
