"""HTML of other tools as Markdown: what it shows arrives, or is named."""

import pytest

from questions.exchange.html import to_markdown
from questions.markdown import to_html, to_inline_html


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>2<sup>8</sup> and H<sub>2</sub>O</p>", "2^8^ and H~2~O"),
        ("x<sup>a b</sup>", r"x^a\ b^"),
        ("<b> Where? </b>", "**Where?**"),
        ("Read it. <b> Where? </b>Here", "Read it. **Where?** Here"),
        ("<b><p>one</p><p>two</p></b>", "**one**\n\n**two**"),
        ('<a href="https://x.org/a">here</a>', "[here](https://x.org/a)"),
        ("<h2>Title</h2><p>Text</p>", "### Title\n\nText"),
        ("<blockquote><p>q</p></blockquote>", "> q"),
        ("<code>a`b</code>", "``a`b``"),
        ("<pre>if x:\n    y</pre>", "```\nif x:\n    y\n```"),
        ('<ol start="3"><li>x<li>y</ol>', "3. x\n4. y"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<p>a [b] *c* _d_ 1^2^ x~y~</p>", r"a &#91;b&#93; \*c\* \_d\_ 1\^2\^ x\~y\~"),
    ],
)
def test_html_arrives_whole(html, markdown):
    assert to_markdown(html) == (markdown, [])


def test_a_table_arrives_cell_by_cell():
    html = "<table><tr><th>A</th><th>B</th></tr><tr><td>1|2</td><td><b>x</b></td></tr></table>"
    text, lost = to_markdown(html)
    assert text == "| A | B |\n| --- | --- |\n| 1\\|2 | **x** |"
    assert lost == []
    shown = to_html(to_markdown("<table><tr><td>a</td><td>b</td></tr></table>")[0])
    assert "<thead>" not in shown
    assert "<td>a</td>" in shown


@pytest.mark.parametrize(
    ("html", "text", "named"),
    [
        ("<u>so</u>", "so", "underlined words became italic"),
        ("<video src='a.mp4'>film</video>", "film", "<video> (a.mp4) was left out"),
        ("<iframe src='https://v.org/1'></iframe>x", "x", "https://v.org/1"),
        ("<blink>x</blink>", "x", "formatting of <blink> was left out"),
        ("<a href='page.html'>x</a>", "x", "a link to 'page.html' was left out"),
        ("<span style='color: red'>x</span>", "x", "colors were left out"),
        ("<img src='http://x.org/a.png' alt='A'>x", "Ax", "the picture 'http://x.org/a.png'"),
        ("<input name='a'>x", "x", "a field to fill in was left out"),
        ("<table><tr><td colspan='2'>x</td></tr></table>", "x", "span others"),
        ("foo<b>bar.</b>baz", "foobar.baz", "bold and italics were left out"),
    ],
)
def test_what_does_not_arrive_is_named_and_words_stay(html, text, named):
    markdown, lost = to_markdown(html)
    assert any(named in reason for reason in lost)
    for letter in text:
        assert letter in markdown


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<ul><li>a</li><li>b</li></ul>", "a; b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a, b"),
    ],
)
def test_what_an_option_cannot_show_becomes_a_line_and_is_named(html, shown):
    text, (lost,) = to_markdown(html, is_inline=True)
    assert to_inline_html(text) == shown
    assert "became one line" in lost


def test_a_thousand_tags_in_each_other_are_read_for_their_words():
    text, _ = to_markdown("<div>" * 5000 + "deep" + "</div>" * 5000 + " end")
    assert "deep" in text
    assert "end" in text
