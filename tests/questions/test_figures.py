"""Figures of the notes: plain shapes come into the page, and nothing that could do harm."""

import pytest

from questions.bank_files.figures import FigureError, clean, shown
from questions.bank_files.notes import page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 40">{}</svg>'


def test_shapes_and_text_are_kept_as_they_are():
    inner = (
        '<g fill="currentColor" fill-opacity=".08" transform="translate(4 2) rotate(-90)">'
        '<rect x="1" y="2" width="10" height="5" rx="1"></rect>'
        '<path d="M 1 2 l -3.5,4 z" stroke="#0f7b6c" stroke-width="1.5"></path>'
        '<text x="3" y="4" text-anchor="middle" font-weight="600">A &lt; B &amp; C</text></g>'
    )
    assert clean(SVG.format(inner)) == f'<svg viewBox="0 0 64 40">{inner}</svg>'


def test_the_page_gives_the_size_and_the_words():
    text = '<svg viewBox="0 0 9 9" width="9" height="9" role="img" aria-labelledby="t">'
    text += '<title id="t">Old words</title><desc id="d">More words</desc></svg>'
    assert clean(text) == '<svg viewBox="0 0 9 9"><desc>More words</desc></svg>'
    html = shown(clean(text), 'A "picture" & more')
    assert html.startswith('<figure class="figure"><svg role="img" aria-label="A &quot;picture')
    assert "&amp; more" in html


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("<script>alert(1)</script>", "<script> is not allowed"),
        ("<style>a{}</style>", "<style> is not allowed"),
        ("<foreignObject/>", "<foreignObject> is not allowed"),
        ('<image href="https://x.example/a.png"/>', "<image> is not allowed"),
        ('<use href="#a"/>', "<use> is not allowed"),
        ('<a href="javascript:alert(1)"><text>x</text></a>', "<a> is not allowed"),
        ('<rect onclick="alert(1)"/>', "onclick on <rect> is not allowed"),
        ('<rect style="fill:red"/>', "style on <rect> is not allowed"),
        ('<rect xmlns:xlink="x" xlink:href="#a"/>', "xmlns:xlink on <rect> is not allowed"),
        ('<rect fill="url(#a)"/>', "fill='url(#a)' on <rect> is not allowed"),
        ('<rect fill="red;background:url(x)"/>', "is not allowed"),
        ('<path d="M0 0 javascript:1"/>', "is not allowed"),
        ('<g transform="matrix(1 0 0 1 url(x) 0)"/>', "is not allowed"),
        ("<svg viewBox='0 0 1 1'/>", "must be one svg element"),
        ("<animate/>", "<animate> is not allowed"),
        ("<set/>", "<set> is not allowed"),
        ('<svg:rect xmlns:svg="x"/>', "<svg:rect> is not allowed"),
        ("<rect>", "not readable as XML"),
        ("<?php x ?>", "has a processing instruction"),
    ],
)
def test_what_could_do_harm_is_refused_with_its_line(inner, reason):
    with pytest.raises(FigureError) as caught:
        clean(SVG.format(f"\n\n{inner}"))
    assert reason in caught.value.reason
    assert caught.value.line in (3, 4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]>\n' + SVG.format("&a;"), "has a document type"),
        ('<svg xmlns="http://www.w3.org/2000/svg"></svg>', "needs a viewBox"),
        ("<html/>", "must be one svg element"),
        ("", "not readable as XML"),
        ("words", "not readable as XML"),
    ],
)
def test_what_is_no_plain_figure_is_refused(text, reason):
    with pytest.raises(FigureError, match=reason):
        clean(text)


def test_a_bomb_of_entities_goes_off_nowhere():
    names = ['<!ENTITY a0 "boom">']
    names += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    text = f"<!DOCTYPE svg [{''.join(names)}]>{SVG.format('<text>&a11;</text>')}"
    with pytest.raises(FigureError, match="has a document type"):
        clean(text)


SOURCE = "Before **it**.\n\n![Two boxes](figures/boxes.svg)\n\nAfter `it`, as E<sub>1</sub>."


def test_a_figure_stands_between_its_paragraphs():
    html = page(SOURCE, {"figures/boxes.svg": clean(SVG.format(""))}).html
    before, figure, after = html.split("\n")
    assert before == "<p>Before <strong>it</strong>.</p>"
    assert figure == (
        '<figure class="figure"><svg role="img" aria-label="Two boxes" viewBox="0 0 64 40"></svg>'
        "</figure>"
    )
    assert after.startswith("<p>After <code>it</code>")


def test_the_words_of_a_topic_are_searched_and_those_of_its_figure_s_description():
    text = page(SOURCE, {"figures/boxes.svg": clean(SVG.format("<text>inside</text>"))}).text
    assert text == "Before it. Two boxes After it, as E<sub>1</sub>."


def test_a_figure_that_is_not_there_leaves_the_rest():
    assert page(SOURCE, {}).html.count("<p>") == 2
