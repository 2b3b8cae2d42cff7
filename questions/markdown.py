"""Markdown to clean HTML. Pure; rendered once, when text is written."""

import nh3
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


def to_html(text: str) -> str:
    """Return a block of Markdown as HTML that holds no script, style, image or foreign scheme."""
    return _clean(_PARSER.render(text))


def to_inline_html(text: str) -> str:
    """Return one line of Markdown as inline HTML, without a paragraph around it."""
    return _clean(_PARSER.renderInline(" ".join(text.split())))


def _clean(html: str) -> str:
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener"
    ).strip()
