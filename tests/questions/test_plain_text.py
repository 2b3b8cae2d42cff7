"""Plain text of other tools is shown letter for letter, whatever Markdown would make of it."""

import re
from html import unescape

import pytest
from hypothesis import given

from questions.exchange import aiken, csv_table, gift_reader, moodle_reader
from questions.exchange.plain_text import markdown_to_plain, plain_to_markdown
from questions.markdown import to_html, to_inline_html
from tests.support.exchange_files import any_text

TEXTS = [
    "What does __init__ do?",
    "What is 2*3*4?",
    r"What lies in C:\temp\*?",
    r"Who serves \\server?",
    "# of shards",
    "1. Which comes first?",
    "- 5 is less than 3",
    "> is what?",
    "a | b",
    "What is `ls`?",
    "What shows &amp; here?",
    "Is <b> a tag, and [x](y) a link?",
    "snake_case_name and ~tilde~",
]


def seen(markdown, *, is_inline=False):
    html = to_inline_html(markdown) if is_inline else to_html(markdown)
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("is_inline", [False, True])
def test_a_plain_text_is_seen_letter_for_letter(text, is_inline):
    assert seen(plain_to_markdown(text, is_inline=is_inline), is_inline=is_inline) == "".join(
        text.split()
    )


@given(text=any_text)
def test_any_text_is_seen_letter_for_letter_and_comes_back(text):
    markdown = plain_to_markdown(text)
    assert seen(markdown) == "".join(text.split())
    assert "".join(markdown_to_plain(markdown)[0].split()) == "".join(text.split())


def test_words_alone_stay_without_marks():
    assert plain_to_markdown("Which store, of the two, keeps vectors?") == (
        "Which store, of the two, keeps vectors?"
    )


def _gift(text, form):
    escaped = re.sub(r"([\\~=#{}:])", r"\\\1", text)
    return f"{form}{escaped} {{=yes ~no}}".encode()


def _moodle(text, form):
    return (
        f'<quiz><question type="multichoice"><questiontext format="{form}"><text><![CDATA[{text}]]>'
        '</text></questiontext><answer fraction="100"><text>yes</text></answer>'
        '<answer fraction="0"><text>no</text></answer></question></quiz>'
    ).encode()


def _csv(text):
    quoted = text.replace('"', '""')
    return f'Question,Option A,Option B,Answer\n"{quoted}",yes,no,A\n'.encode()


@pytest.mark.parametrize("text", [text for text in TEXTS if "<b>" not in text])
@pytest.mark.parametrize(
    "load",
    [
        lambda text: aiken.loads(f"{text}\nA. yes\nB. no\nANSWER: A\n".encode()),
        lambda text: gift_reader.loads(_gift(text, "[plain]")),
        lambda text: gift_reader.loads(_gift(text, "[moodle]")),
        lambda text: moodle_reader.loads(_moodle(text, "plain_text")),
        lambda text: moodle_reader.loads(_moodle(text, "moodle_auto_format")),
        lambda text: csv_table.loads(_csv(text)),
    ],
    ids=["aiken", "gift-plain", "gift-moodle", "moodle-plain", "moodle-auto", "csv"],
)
def test_formats_of_plain_text_show_it_as_it_is(load, text):
    (taken,) = load(text).items
    assert seen(taken.item.stem) == "".join(text.split())


def test_texts_of_our_own_tables_are_markdown():
    (taken,) = csv_table.loads(b"stem,option_a,option_b,key\nWhat is *it*?,a,b,A\n").items
    assert taken.item.stem == "What is *it*?"


def test_texts_of_another_table_are_markdown_where_it_is_said():
    data = _csv("What is *it*?")
    (question,) = csv_table.loads(data).questions
    assert (question.name, question.answer, question.is_needed) == ("texts", "plain", False)
    (taken,) = csv_table.loads(data, "", None, {"texts": "markdown"}).items
    assert taken.item.stem == "What is *it*?"
