"""What differs between two wordings, and how alike they are."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions import translation
from questions.items.diff import (
    alikeness,
    item_changes,
    key_in_words,
    shingles,
    what_is_asked,
    word_changes,
)
from questions.items.item import Option
from tests.support.builders import make_item


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_put_together_give_both_texts(before, after):
    pieces = word_changes(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_one_word_that_changed_is_one_word_that_differs():
    pieces = word_changes("Which service fits?", "Which model fits?")
    assert [(p.kind, p.text) for p in pieces] == [
        ("same", "Which "),
        ("removed", "service"),
        ("added", "model"),
        ("same", " fits?"),
    ]


def test_a_book_is_not_compared_word_by_word():
    pieces = word_changes(" ".join("a" * 20_000), " ".join("b" * 20_000))
    assert [p.kind for p in pieces] == ["removed", "added"]


# Each another, and none a letter: 20,000 pieces.
SYMBOLS = "".join(c for c in map(chr, range(0x10000, 0x20000)) if not re.match(r"[\w\s]", c))[
    :20_000
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 10_000, "b a " * 5_000),
        ("a\n" * 10_000, "b\na\n" * 5_000),
        ("ab" * 10_000, "a b " * 5_000),
        (SYMBOLS, "".join(f"{symbol}-" for symbol in SYMBOLS[::2])),
        (SYMBOLS[:2_000], "".join(f"{symbol}-" for symbol in SYMBOLS[:2_000:2])),
        ("\n".join(SYMBOLS[:10_000]), "\n".join(f"{symbol}\n" for symbol in SYMBOLS[:10_000:2])),
    ],
)
def test_texts_at_their_limit_are_compared_in_no_time(before, after):
    """Matched word by word, a tenth of one word said again and again took a minute."""
    begun_at = time.thread_time()
    pieces = word_changes(before, after)
    assert time.thread_time() - begun_at < 4
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_one_word_is_found_in_a_long_text():
    long = " ".join(f"word{number % 40}" for number in range(3_000))
    pieces = word_changes(f"{long} which service {long}", f"{long} which model {long}")
    assert [p.text for p in pieces if p.kind != "same"] == ["service", "model"]


def test_of_many_words_between_two_that_changed_none_differs():
    kept = " ".join(f"word{number}" for number in range(300))
    pieces = word_changes(f"Ours {kept} here.", f"Theirs {kept} there.")
    assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [
        ("removed", "Ours"),
        ("added", "Theirs"),
        ("removed", "here"),
        ("added", "there"),
    ]
    assert pieces[2].text == f" {kept} "


def test_of_a_long_text_changed_in_many_places_the_lines_are_told():
    lines = [f"{number}: " + "a word and a word " * 20 for number in range(50)]
    after = [f"{line}more " if number % 9 == 0 else line for number, line in enumerate(lines)]
    pieces = word_changes("\n".join(lines), "\n".join(after))
    assert len([p for p in pieces if p.kind == "added"]) == 6
    assert sum(len(p.text) for p in pieces if p.kind == "same") > 0.8 * len("\n".join(lines))


def test_only_fields_that_differ_are_named():
    item = make_item("multiple_choice", "r")
    options = (Option(item.options[0].text, "Another why."), *item.options[1:])
    changed = replace(item, options=options, right=(1,), level="recall")
    assert [change.label for change in item_changes(item, changed)] == [
        "Explanation of option A",
        "Key",
        "Level",
    ]


def test_an_option_that_went_is_named():
    item = make_item("multiple_response", "r")
    labels = [each.label for each in item_changes(item, replace(item, options=item.options[:4]))]
    assert labels == ["Option E", "Explanation of option E"]


def test_a_key_is_said_in_letters():
    assert key_in_words(make_item("multiple_response", "r")) == "A, C"
    assert key_in_words(make_item("ordering", "r")) == "A then B then C"
    assert key_in_words(make_item("matching", "r")).startswith("First prompt: A, ")


def test_texts_are_as_alike_as_the_runs_they_share():
    first = shingles("a company wants to score loans overnight at low cost")
    same = shingles("A company wants to score loans overnight, at low cost!")
    other = shingles("a company wants to score loans at once whatever it costs")
    assert alikeness(first, same) == 1
    assert 0.2 < alikeness(first, other) < 0.5
    assert alikeness(first, shingles("nothing in common with it")) == 0
    assert alikeness(shingles(""), shingles("")) == 0


def test_runs_fit_a_column_of_integers():
    assert all(-(2**31) <= run < 2**31 for run in shingles("one two three four five six"))


def test_what_is_asked_is_question_and_right_answer():
    item = make_item("multiple_choice", "r")
    assert what_is_asked(item) == "Stem of r? Option 0 of r"


def test_fields_whose_labels_are_alike_in_a_language_are_kept_apart(monkeypatch):
    monkeypatch.setattr(translation._translator, "of_one", lambda sentence: "Etwas")
    item = make_item("multiple_choice", "r")
    options = (Option("Another text.", "Another why."), *item.options[1:])
    assert len(item_changes(item, replace(item, options=options))) == 2


def test_a_level_is_named_as_its_readers_name_it():
    item = replace(make_item("multiple_choice", "r"), level="apply")
    (change,) = item_changes(item, replace(item, level="analyse"))
    assert [piece.text for piece in change.pieces] == ["Apply", "Analyse"]
