"""Formulas between delimiters, as MathML and back."""

import pytest

from questions.exchange import (
    gift_reader,
    gift_writer,
    moodle_reader,
    moodle_writer,
    qti_reader,
    qti_writer,
)
from questions.exchange.html import to_markdown
from questions.formulas import MOST_TEX, parts_of, tex_of_mathml
from questions.items.item import Item, Option
from questions.markdown import to_html, to_inline_html


@pytest.mark.parametrize(
    ("text", "tex", "display"),
    [
        (r"Half: \(\frac{1}{2}\).", r"\frac{1}{2}", "inline"),
        (r"\[x < y\]", "x &lt; y", "block"),
        ("$$\na^2 + b^2\n$$", "a^2 + b^2", "block"),
    ],
)
def test_tex_is_shown_as_mathml_with_its_source(text, tex, display):
    html = to_html(text)
    assert f'<math display="{display}"><semantics>' in html
    assert f'<annotation encoding="application/x-tex">{tex}</annotation>' in html


@pytest.mark.parametrize(
    "text",
    [
        r"`\(x\)`",
        r"C:\\(temp\\)",
        "$5 and $6",
        r"\(never closed",
        r"\(\)",
        "a &#91;b&#93;",
        "\\(a\n\nb\\)",
    ],
)
def test_what_is_no_formula_stays_text(text):
    assert "<math" not in to_html(text)


def test_what_is_no_tex_is_shown_as_it_is_written():
    assert to_inline_html(r"\(\frac{\)") == r"<code>\frac{</code>"


def test_a_formula_holds_no_markup():
    html = to_html(r"\(\text{<script>alert(1)</script>} \href{javascript:x}{y}\)")
    assert "<script" not in html
    assert "href=" not in html


def test_a_long_formula_is_text():
    assert "<math" not in to_html(rf"\({'x' * (MOST_TEX + 1)}\)")


def test_pieces_of_a_text_are_the_text():
    text = r"a \(x\) b \( c $$y$$ d"
    assert "".join(piece for piece, _ in parts_of(text)) == text
    assert [piece for piece, is_formula in parts_of(text) if is_formula] == [r"\(x\)", "$$y$$"]


@pytest.mark.parametrize(
    ("mathml", "tex"),
    [
        ("<mfrac><mn>1</mn><mn>3</mn></mfrac>", r"\frac{1}{3}"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mo>≤</mo><mi>π</mi>", r"{x}^{2}\le \pi"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        ("<mi>sin</mi><mfenced><mi>x</mi></mfenced>", r"\mathrm{sin}(x)"),
    ],
)
def test_mathml_of_others_becomes_tex(mathml, tex):
    for markup in (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML">{mathml}</math>',
        f'<m:math xmlns:m="http://www.w3.org/1998/Math/MathML">{mathml}</m:math>',
    ):
        assert tex_of_mathml(markup) == (tex, False, True)
    assert to_markdown(f"<p>So <math>{mathml}</math></p>") == (rf"So \({tex}\)", [])


def test_elements_of_mathml_that_are_not_known_are_named():
    text, lost = to_markdown("<p>A <math><maction><mi>x</mi></maction></math></p>")
    assert text == r"A \(x\)"
    assert lost == ["a formula was only read in part: x"]


ITEM = Item(
    ref="m-1",
    type="multiple_choice",
    level="apply",
    stem=r"What is \(\sqrt{4}\) in [brackets]?",
    options=(Option(r"\(2^{1}\)", r"Since \(2 \cdot 2 = 4\)."), Option("3", "")),
    right=(0,),
)


@pytest.mark.parametrize(
    ("reader", "writer", "ways"),
    [
        (moodle_reader, moodle_writer, {}),
        (gift_reader, gift_writer, {}),
        *((qti_reader, qti_writer, {"version": version}) for version in ("2.1", "2.2", "3.0")),
    ],
)
def test_formulas_survive_every_format_that_has_them(reader, writer, ways):
    (taken,) = reader.loads(writer.dumps([ITEM], **ways).content).items
    assert (taken.item.stem, taken.item.options) == (ITEM.stem, ITEM.options)
    assert taken.warnings == ()
