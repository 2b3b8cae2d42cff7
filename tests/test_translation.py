"""Every word that a person reads in a template is marked for translation."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, Token, TokenType

from questions.translation import and_list

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PATHS = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})

# Attributes that are read aloud or shown; the tables of a phone show data-label.
READ_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "data-label",
    "label",
    "placeholder",
    "title",
}
# What programs write or read, and no translator changes.
CODE_ELEMENTS = {"code", "kbd", "script", "style"}
# Blocks that hold the value of an attribute.
ATTRIBUTE_BLOCKS = {"body_class", "main_class", "device"}
WORD = re.compile(r"[^\W\d_]{2}")
TAGS = {TokenType.VAR, TokenType.BLOCK}
# What a filter or a tag shows where there is nothing else, and what a page hands to a part of it.
SHOWN_LITERAL = re.compile(
    r"""(?<!_\()(?:(?<=default:)|(?<=empty=)|(?=["'][A-Z][a-z ]))(["'])(.*?)\1"""
)

PLAIN_FILE = "rendering it must not need what has failed, a catalog of translations neither"
ALLOWED = {
    "500.html": PLAIN_FILE,
    "503.html": PLAIN_FILE,
}
ALLOWED_WORDS = {
    ("courses/_bar.html", "s-bar5"): "a class of the stylesheet",
    ("questions/_editor_dialogs.html", "LaTeX"): "a name",
}


def tokens_and_marks(tokens: list[Token]) -> Iterator[tuple[Token, bool]]:
    """Yield each token, and whether a translator or nobody is meant to read what it holds."""
    end = ""
    for token in tokens:
        words = token.contents.split() if token.token_type == TokenType.BLOCK else []
        name = words[0] if words else ""
        if name == end:
            end = ""
        elif not end and name in {"blocktranslate", "comment"}:
            end = f"end{name}"
        elif not end and name == "block" and words[1] in ATTRIBUTE_BLOCKS:
            end = "endblock"
        yield token, bool(end)


class Reader(HTMLParser):
    """Collects the words of a page that stand outside of tags that translate them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._code_elements: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if value and name in READ_ATTRIBUTES]
        if tag in CODE_ELEMENTS:
            self._code_elements.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._code_elements and self._code_elements[-1] == tag:
            self._code_elements.pop()

    def handle_data(self, data: str) -> None:
        if not self._code_elements:
            self.words.append(data.strip())


def unmarked_words(source: str) -> list[str]:
    """Return what a person reads of a template and no translator would be shown."""
    reader = Reader()
    literals = []
    for token, is_marked in tokens_and_marks(Lexer(source).tokenize()):
        if token.token_type == TokenType.TEXT and not is_marked:
            reader.feed(token.contents)
        else:
            # A tag may begin with a condition: `<{% if url %}a{% else %}div{% endif %}>`.
            reader.feed("x" if reader.rawdata.endswith(("<", "</")) else " ")
        if (
            token.token_type in TAGS
            and not is_marked
            and not token.contents.startswith("translate ")
        ):
            literals += [match[2] for match in SHOWN_LITERAL.finditer(token.contents)]
    reader.close()
    return [words for words in [*reader.words, *literals] if WORD.search(words)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_what_a_template_says_is_marked_for_translation(path):
    name = str(path.relative_to(TEMPLATES))
    if name not in ALLOWED:
        words = unmarked_words(path.read_text())
        assert not [each for each in words if (name, each) not in ALLOWED_WORDS]


def test_every_exception_is_still_needed():
    for name in ALLOWED:
        assert unmarked_words((TEMPLATES / name).read_text())
    for name, words in ALLOWED_WORDS:
        assert words in unmarked_words((TEMPLATES / name).read_text())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ count }} of {{ total }}</p>", ["of"]),
        ("<img alt='A picture'>", ["A picture"]),
        ("<button aria-label='Close {{ x }}'>×</button>", ["Close"]),
        ("<{% if a %}a href='{{ a }}'{% else %}b{% endif %}>1<{{ b }}>Two", ["Two"]),
        ("{% if a %}Yes{% else %}{% translate 'No' %}{% endif %}", ["Yes"]),
        ("{% blocktranslate %}One{% plural %}Two{% endblocktranslate %}{# Three #}", []),
        ("{% block main_class %}wide{% endblock %}<code>null</code>&nbsp;&middot;", []),
        ("{{ x|default:'none' }}{{ x|default:_('none') }}", ["none"]),
        ("{% with title='Left out' css='ruled' %}{% endwith %}", ["Left out"]),
    ],
)
def test_words_outside_of_markers_are_found(source, words):
    assert [each.strip() for each in unmarked_words(source)] == words


@pytest.mark.parametrize(
    ("words", "listed"),
    [("A", "A"), ("AC", "A and C"), ("ABC", "A, B and C")],
)
def test_words_are_listed_in_one_sentence(words, listed):
    assert and_list(words) == listed
