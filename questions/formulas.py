r"""Formulas: TeX between `\( \)`, `\[ \]` or `$$ $$` as MathML, and MathML as TeX. Pure.

MathML carries its TeX beside it (`annotation`), so that what was written comes back as it was.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence

from latex2mathml.converter import convert
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Characters of one formula.
MOST_TEX = 1000
# Delimiters that open and close a formula, and whether it stands in a line of its own.
_DELIMITERS = {"\\(": ("\\)", False), "\\[": ("\\]", True), "$$": ("$$", True)}
_OPENING = re.compile(r"\\\(|\\\[|\$\$")
_BLANK_LINE = re.compile(r"\n\s*\n")
TAGS = {
    *("math", "semantics", "annotation", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle"),
    *("msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder", "munderover"),
    *("mtable", "mtr", "mtd", "mpadded", "mphantom", "menclose"),
}
ATTRIBUTES = {
    "math": {"display"},
    "annotation": {"encoding"},
    "mo": {"stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mspace": {"width"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
    "mfrac": {"linethickness"},
    "menclose": {"notation"},
}
_TEX = "application/x-tex"


def formula_at(text: str, start: int) -> tuple[str, int, bool] | None:
    """Return the TeX of the formula that begins at a place, its end, and whether it is a block."""
    closing, is_block = _DELIMITERS.get(text[start : start + 2], ("", False))
    end = text.find(closing, start + 2, start + MOST_TEX + 4) if closing else -1
    tex = text[start + 2 : end].strip() if end > 0 else ""
    return (tex, end + 2, is_block) if tex and not _BLANK_LINE.search(tex) else None


def parts_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text in its order piece by piece, and whether each piece is a formula."""
    start = place = 0
    while opening := _OPENING.search(text, place):
        if found := formula_at(text, opening.start()):
            yield text[start : opening.start()], False
            yield text[opening.start() : found[1]], True
            start = place = found[1]
        else:
            place = opening.start() + 2
    yield text[start:], False


def has_formula(text: str) -> bool:
    """Tell whether a formula may stand in a text."""
    return any(is_formula for _, is_formula in parts_of(text))


def mathml_of(tex: str, *, is_block: bool = False) -> str:
    """Return TeX as MathML; what cannot be read as TeX is shown as it is written, as code."""
    try:
        root = etree.fromstring(convert(tex))
    except Exception:  # The library raises its own kinds, and others where TeX ends early.
        return f"<code>{html.escape(tex)}</code>"
    inside = "".join(etree.tostring(child, encoding="unicode") for child in root)
    inside = re.sub(r' xmlns="[^"]*"', "", inside)
    annotation = f'<annotation encoding="{_TEX}">{html.escape(tex)}</annotation>'
    display = "block" if is_block else "inline"
    return f'<math display="{display}"><semantics>{inside}{annotation}</semantics></math>'


def formulas(parser: MarkdownIt) -> None:
    """Teach a parser of Markdown the formulas between delimiters."""
    parser.inline.ruler.before("escape", "formula", _rule)
    parser.add_render_rule("formula", _render)


def _rule(state: StateInline, silent: bool) -> bool:
    found = formula_at(state.src, state.pos)
    if found is None or found[1] > state.posMax:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = found[0], "block" if found[2] else "inline"
    state.pos = found[1]
    return True


def _render(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return mathml_of(tokens[index].content, is_block=tokens[index].markup == "block")


def delimited(tex: str, *, is_block: bool = False) -> str:
    """Return TeX between the delimiters of a formula."""
    tex = " ".join(tex.split())
    return f"\\[{tex}\\]" if is_block else f"\\({tex}\\)"


_MATH = re.compile(r"<math\b[^>]*>.*?</math>", re.DOTALL)


def with_tex(markup: str) -> str:
    """Return HTML of ours with its MathML as TeX between delimiters, for tools that draw TeX."""

    def tex(match: re.Match[str]) -> str:
        text, is_block, _ = tex_of_mathml(match[0])
        return html.escape(delimited(text, is_block=is_block), quote=False)

    return _MATH.sub(tex, markup) if "<math" in markup else markup


def tex_of_mathml(markup: str) -> tuple[str, bool, bool]:
    """Return MathML as TeX, whether it is a block, and whether all of it was understood."""
    bare = re.sub(r"(</?)[\w.-]+:", r"\1", markup)
    bare = re.sub(r'\sxmlns(?::[\w.-]+)?="[^"]*"', "", bare)
    bare = re.sub(r"&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w+);", _character, bare)
    try:
        root = etree.fromstring(bare, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return " ".join(re.sub(r"<[^>]*>", " ", bare).split()), False, False
    is_block = root.get("display") == "block"
    for annotation in root.iter("annotation"):
        if annotation.get("encoding") in (_TEX, "TeX", "LaTeX") and annotation.text:
            return " ".join(annotation.text.split()), is_block, True
    unknown: list[str] = []
    tex = " ".join(_row(root, unknown).split())
    return tex, is_block, not unknown


def _character(match: re.Match[str]) -> str:
    return html.escape(html.unescape(match[0]), quote=False)


# Characters of formulas that TeX names; others stand for themselves.
_NAMED = {
    **{"×": "\\times ", "÷": "\\div ", "·": "\\cdot ", "⋅": "\\cdot ", "±": "\\pm ", "∓": "\\mp "},
    **{"≤": "\\le ", "≥": "\\ge ", "≠": "\\ne ", "≈": "\\approx ", "∞": "\\infty ", "→": "\\to "},
    **{
        "∑": "\\sum ",
        "∏": "\\prod ",
        "∫": "\\int ",
        "∂": "\\partial ",
        "∈": "\\in ",
        "√": "\\surd ",
    },
    **{"α": "\\alpha ", "β": "\\beta ", "γ": "\\gamma ", "δ": "\\delta ", "ε": "\\epsilon "},
    **{
        "θ": "\\theta ",
        "λ": "\\lambda ",
        "μ": "\\mu ",
        "π": "\\pi ",
        "σ": "\\sigma ",
        "φ": "\\phi ",
    },
    **{"ω": "\\omega ", "Δ": "\\Delta ", "Σ": "\\Sigma ", "Ω": "\\Omega ", "−": "-", "\u2062": ""},
    **{"{": "\\{", "}": "\\}", "%": "\\%", "#": "\\#", "&": "\\&", "$": "\\$", "_": "\\_"},
    **{"\u2061": "", "\u00a0": " "},
}


def _letters(element: etree._Element) -> str:
    text = "".join(str(part) for part in element.itertext()).strip()
    return "".join(_NAMED.get(letter, letter) for letter in text)


def _row(element: etree._Element, unknown: list[str]) -> str:
    return "".join(_tex(child, unknown) for child in element)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _tex(element: etree._Element, unknown: list[str]) -> str:
    """Return one element of MathML as TeX, and note the names of those that are not known."""
    name = _name(element)
    if name in ("mi", "mn", "mo", "ms"):
        letters = _letters(element)
        is_word = name == "mi" and len(letters) > 1 and letters.isalpha()
        return f"\\mathrm{{{letters}}}" if is_word else letters
    if name == "mtext":
        return f"\\text{{{_letters(element)}}}"
    if name in ("mspace", "annotation", "annotation-xml", "none", ""):
        return " "
    if name in ("mrow", "mstyle", "mpadded", "semantics", "math"):
        return _row(element, unknown)
    if name == "mfenced":
        inside = ",".join(_tex(child, unknown) for child in element)
        return f"{element.get('open', '(')}{inside}{element.get('close', ')')}"
    if name == "msqrt":
        return f"\\sqrt{{{_row(element, unknown)}}}"
    if name == "mtable":
        rows = (" & ".join(_row(cell, unknown) for cell in row) for row in element)
        return "\\begin{matrix}" + " \\\\ ".join(rows) + "\\end{matrix}"
    pattern = _PATTERNS.get(name)
    parts = [_tex(child, unknown) for child in element]
    if pattern is None or len(parts) != pattern.count("%s"):
        unknown.append(name)
        return "".join(parts) or _letters(element)
    order: Callable[[list[str]], Sequence[str]] = reversed if name == "mroot" else list  # type: ignore[assignment]
    return pattern % tuple(order(parts))


_PATTERNS = {
    "mfrac": "\\frac{%s}{%s}",
    "msup": "{%s}^{%s}",
    "msub": "{%s}_{%s}",
    "msubsup": "{%s}_{%s}^{%s}",
    "munder": "{%s}_{%s}",
    "mover": "{%s}^{%s}",
    "munderover": "{%s}_{%s}^{%s}",
    "mroot": "\\sqrt[%s]{%s}",
}
