"""Every word that a person reads in a template, and of a file, is marked for translation."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, Token, TokenType

from questions.exchange import anki
from questions.translation import and_list, or_list

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
EXCHANGE = ROOT / "questions" / "exchange"
MODULES = sorted(EXCHANGE.rglob("*.py"))
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


# What readers and writers of files say: problems, losses, hints.

MARKERS = {"gettext", "gettext_noop", "ngettext"}
# Of a module at its import: it has no reader yet, and no language.
AT_IMPORT = {"gettext_noop"}
# Calls whose texts are looked for, put together or handed to a program.
CODE_CALLS = {"execute", "fromkeys", "removeprefix", "startswith"}
SAID_WORD = re.compile(r"""[("']?[A-Za-z]{2,}[)"']?[,;:.]?""")
COUNTED = re.compile(r"%\((?:count|most)\)s [a-z]")
COLUMN = "the name of a column, as files have it"
THEIRS = "written as the other tool has it, or in the language of the question"
IDENTITY = "what Anki knows its cards and decks by"
ALLOWED_TEXTS = {
    ("aiken.py", "ANSWER: {}"): THEIRS,
    ("anki.py", anki.STYLE): "a stylesheet",
    ("anki.py", "Practice exam question"): IDENTITY,
    ("anki.py", "tags column"): COLUMN,
    ("collector.py", "row {}"): "of a command's output, which stays in English",
    ("gift_writer.py", ">{} ALL VERTICAL ALL_OR_NOTHING SHOW none"): THEIRS,
    ("kahoot.py", "Question - max {} characters"): THEIRS,
    ("kahoot.py", "Answer {} - max {} characters"): THEIRS,
    ("kahoot.py", "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs"): THEIRS,
    ("kahoot.py", "Correct answer(s) - choose at least one"): THEIRS,
    ("markdown_list.py", "ref: {}"): THEIRS,
    ("moodle_reader.py", "Gap ({})"): THEIRS,
    ("qti12_writer.py", "IMS Content"): THEIRS,
    ("qti12_writer.py", "QTI 1.2"): "a name",
    ("qti_item_writer.py", "Item {}"): THEIRS,
    ("qti_writer.py", "IMS Content"): THEIRS,
    ("qti_writer.py", "QTI {}"): "a name",
    ("quiz_sheets.py", "correct answer"): COLUMN,
    ("quiz_sheets.py", "correct answer(s)"): COLUMN,
    ("quiz_sheets.py", "option 1"): COLUMN,
    ("quiz_sheets.py", "option {}"): COLUMN,
    ("quiz_sheets.py", "question type"): COLUMN,
    ("quiz_sheets.py", "why {}"): COLUMN,
    ("registry.py", "Moodle XML"): "a name",
    ("registry.py", "Open edX OLX"): "a name",
    ("registry.py", "Practice exam"): IDENTITY,
}


def code_of(node: ast.AST) -> list[ast.expr]:
    """Return the parts of a node whose texts are code: keys, patterns, what is compared."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
            return node.args
        case ast.Call(func=ast.Attribute(attr=name)) if name in CODE_CALLS:
            return node.args
        case ast.Dict():
            return [key for key in node.keys if key]
        case ast.Set():
            return node.elts
        case ast.Compare():
            return [node.left, *node.comparators]
        case ast.Subscript():
            return [node.slice]
        case ast.Expr(value=ast.Constant()):  # a docstring
            return [node.value]
    return []


def marked_in(node: ast.AST) -> list[ast.expr]:
    """Return the texts that a node marks for translation."""
    is_marker = isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS
    return node.args if is_marker else []


def literals_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what lies in it, but nothing of calls: they make another text of theirs."""
    yield node
    if not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from literals_in(child)


def text_of(node: ast.AST) -> str:
    """Return a literal text with {} for its values, "" for another node."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            text_of(part) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def unmarked_texts(source: str) -> list[str]:
    """Return the texts of a module, of two words or more, that no translator would be shown."""
    nodes = list(ast.walk(ast.parse(source)))
    passed = {
        id(inner)
        for node in nodes
        for part in (*code_of(node), *marked_in(node))
        for inner in literals_in(part)
    }
    passed |= {
        id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values
    }
    texts = [text_of(node) for node in nodes if id(node) not in passed]
    return [
        text
        for text in texts
        if len(text.split()) > 1 and any(map(SAID_WORD.fullmatch, text.split()))
    ]


def joined_to(node: ast.AST) -> list[ast.expr]:
    """Return the texts that a node puts together, without the values that are filled in."""
    match node:
        case ast.BinOp(op=ast.Add()):
            parts = [node.left, node.right]
        case ast.AugAssign(op=ast.Add()):
            parts = [node.value]
        case ast.JoinedStr():
            parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        case _:
            return []
    return [
        part.left if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod) else part
        for part in parts
    ]


def wrong_marks(source: str) -> list[str]:
    """Return the markers of a module that translate as it is imported, no plain literal, or a part.

    A part is joined to other texts: no translator sees the sentence.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    bodies = [
        part
        for each in functions
        for part in ([each.body] if isinstance(each, ast.Lambda) else each.body)
    ]
    inside = {id(inner) for body in bodies for inner in ast.walk(body)}
    parts = {id(part) for node in ast.walk(tree) for part in joined_to(node)}
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (texts := marked_in(node))
        and (
            any(
                isinstance(inner, ast.JoinedStr | ast.BinOp)
                for each in texts
                for inner in ast.walk(each)
            )
            or id(node) in parts
            or not (id(node) in inside or node.func.id in AT_IMPORT)
        )
    ]


def unfit_counts(source: str) -> list[str]:
    """Return the marked texts that say how many of something, in one form for every number."""
    return [
        text
        for node in ast.walk(ast.parse(source))
        if (texts := marked_in(node)) and node.func.id != "ngettext"
        for text in map(text_of, texts)
        if COUNTED.search(text)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_what_is_said_of_a_file_is_marked_for_translation(path):
    source = path.read_text()
    assert not [each for each in unmarked_texts(source) if (path.name, each) not in ALLOWED_TEXTS]
    assert not wrong_marks(source)
    assert not unfit_counts(source)


def test_every_text_that_is_allowed_is_still_there():
    for name, text in ALLOWED_TEXTS:
        assert text in unmarked_texts((EXCHANGE / name).read_text())


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('"""What it does."""\nx = "the file is empty"', ["the file is empty"]),
        ('fail(f"row {row} has no answer")', ["row {} has no answer"]),
        ('yield f"not {name}"', ["not {}"]),
        ('x = ("a picture", {"a key": "its value"})', ["a picture", "its value"]),
        ('gettext("the file is empty"), ngettext("%(n)s file", "%(n)s files", n)', []),
        ('re.compile("an? option"), x == "true or false", {"yes no"}, d["a key"]', []),
        ('"text/plain", "option_a", "B", "12 %"', []),
        (
            'gettext("a file of {}".format(x)), gettext(" ".join(["a picture", x]))',
            ["a file of {}", "a picture"],
        ),
        ('gettext(KNOWN.get(x, "a file")), {fail("a row"), "a key"}', ["a file", "a row"]),
        ('text.replace("a file", "a row")', ["a file", "a row"]),
    ],
)
def test_texts_outside_of_markers_are_found(source, texts):
    assert sorted(unmarked_texts(source)) == sorted(texts)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('X = gettext_noop("a file")', 0),
        ('X = gettext("a file")', 1),
        ('def f(x=gettext("a file")): pass', 1),
        ('def f(): return gettext("a file")', 0),
        ('def f(): return gettext(f"a file {x}")', 1),
        ('def f(): return gettext("a file " + x)', 1),
        ('def f(): return gettext("a file ") + x', 1),
        ('def f(): return x + gettext("a file of %(n)s") % {"n": n}', 1),
        ('def f(): x += gettext("a file")', 1),
        ('def f(): return f"{gettext("a file")}: {x}"', 1),
        ('def f(): return [gettext("a file")] + x', 0),
    ],
)
def test_marks_that_no_catalog_can_serve_are_found(source, count):
    assert len(wrong_marks(source)) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('gettext("more than %(most)s files") % {}', 1),
        ('gettext_noop("%(count)s files")', 1),
        ('ngettext("%(count)s file", "%(count)s files", n)', 0),
        ('gettext("larger than %(most)s MB"), f("%(count)s files")', 0),
    ],
)
def test_counts_in_one_form_are_found(source, count):
    assert len(unfit_counts(source)) == count


@pytest.mark.parametrize(("words", "listed"), [("A", "A"), ("AB", "A or B"), ("ABC", "A, B or C")])
def test_words_of_which_one_holds_are_listed(words, listed):
    assert or_list(words) == listed
