"""Templates and styles are written to be read: one tag a line, one declaration a line."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))

# What stands within a sentence: two of these may touch, since a line break between them would show.
INLINE = {"a", "b", "code", "del", "em", "i", "ins", "kbd", "mark", "span", "strong", "time"}


def tags_that_share_a_line(text):
    """Yield (line number, names) of lines with several start tags of which one could stand alone.

    Comments are no tags. A tag that begins on a line and ends on a later one counts where it
    begins.
    """
    for number, line in enumerate(text.splitlines(), 1):
        names = re.findall(r"<([a-zA-Z][\w-]*)", re.sub(r"\{#.*?#\}", "", line))
        if len(names) > 1 and not set(names) <= INLINE:
            yield number, names


def declarations_that_share_a_line(text):
    """Yield numbers of lines with more than one declaration, or with a rule and what it holds."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r'"[^"]*"|/\*.*?\*/', "", line)
        if bare.count(";") > 1 or re.search(r"\{\s*\S|;\s*\S|\S.*\}", bare):
            yield number


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_one_tag_a_line_and_no_long_lines(path):
    text = path.read_text()
    assert not [line for line in text.splitlines() if len(line) > 120]
    assert not list(tags_that_share_a_line(text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_error_of_syntax(path):
    assert get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_stylesheet_has_one_declaration_a_line_and_no_long_lines(path):
    text = path.read_text()
    assert not [line for line in text.splitlines() if len(line) > 100]
    assert not list(declarations_that_share_a_line(text))


def test_packed_lines_are_found():
    packed = "<ul>\n<li><a href='/'>one</a></li>"
    assert list(tags_that_share_a_line(packed)) == [(2, ["li", "a"])]
    assert not list(tags_that_share_a_line("{# <p><a> #}\n<b>B</b><span>old</span>\n<p>one</p>"))
    packed = "a {\n  top: 0; left: 0;\n}\nb { top: 0 }"
    assert list(declarations_that_share_a_line(packed)) == [2, 4]
    assert not list(declarations_that_share_a_line('a {\n  content: "; ";\n}\n/* one; two; */'))
