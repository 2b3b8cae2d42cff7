"""How the keys of a table's column are read: by letter, by number, by text."""

from dataclasses import replace

import pytest

from questions.exchange.keys import KeyColumn, readings_of

FOUR = ["Stone", "Apple", "Car", "Lamp"]


def column(*rows, header=""):
    return KeyColumn.of(rows, header)


@pytest.mark.parametrize(
    ("cell", "indexes"),
    [
        ("B", (1,)),
        ("b", (1,)),
        ("(B)", (1,)),
        ("B.", (1,)),
        ("Option B", (1,)),
        ("B. Apple", (1,)),
        ("b) apple", (1,)),
        ("A, C", (0, 2)),
        ("A and C", (0, 2)),
        ("AC", (0, 2)),
        ("A;C", (0, 2)),
        ("apple", (1,)),
        ("Apple, Lamp", (1, 3)),
        ("Apple\nLamp", (1, 3)),
        ("4", (3,)),
        ("2,4", (1, 3)),
        ("2.0", (1,)),
        ('["A", "C"]', (0, 2)),
        ("['2', '4']", (1, 3)),
    ],
)
def test_a_cell_names_options(cell, indexes):
    assert column((cell, FOUR), ("4", FOUR)).key(cell, FOUR) == indexes


def test_texts_with_commas_in_them_are_found():
    options = ["Red, green", "Blue", "Red"]
    assert column(("Red, green, Blue", options)).key("Red, green, Blue", options) == (0, 1)


@pytest.mark.parametrize(
    ("cells", "header", "answer"),
    [
        (["0", "1", "3"], "answer", "zero"),
        (["1", "2", "4"], "answer", "number"),
        (["1", "2", "3"], "answer", ""),
        (["1", "2", "3"], "Correct answer (0-3)", "zero"),
        (["1", "2", "3"], "Correct answer (1-4)", "number"),
        (["0", "4"], "answer", ""),
    ],
)
def test_the_whole_column_says_where_numbers_begin(cells, header, answer):
    rows = [(cell, FOUR) for cell in cells]
    question = column(*rows, header=header).question(rows)
    assert (question.answer, question.is_needed) == (answer, not answer)


def test_texts_elsewhere_in_the_column_make_texts_of_its_numbers():
    years = ["1990", "2", "1", "3"]
    keys = column(("2", years), ("Apple", FOUR))
    assert keys.key("2", years) == (1,)


def test_letters_elsewhere_in_the_column_make_letters_of_them():
    vitamins = ["C", "A", "D", "B"]
    keys = column(("A", vitamins), ("B", FOUR))
    assert keys.key("A", vitamins) == (0,)


def test_letters_that_are_all_texts_too_are_asked_about():
    rows = [("A", ["C", "A", "D", "B"])]
    assert column(*rows).question(rows).is_needed
    with pytest.raises(ValueError, match="say once for the file"):
        column(*rows).key(*rows[0])


def test_plain_letters_ask_nothing():
    rows = [("A", FOUR), ("B", FOUR)]
    assert column(*rows).question(rows) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "no option is named"),
        ("E", "names an option that does not exist"),
        ("the second", "neither a letter of an option nor the text"),
    ],
)
def test_what_names_no_option_is_said(cell, reason):
    with pytest.raises(ValueError, match=reason):
        column((cell, FOUR)).key(cell, FOUR)


def test_options_of_one_text_are_told_apart_by_letters_alone():
    assert set(readings_of("A", ["A", "A"])) == {"letter"}


@pytest.mark.parametrize("cell", ["1", "0"])
def test_one_and_zero_are_also_the_words_for_true_and_false(cell):
    """Counted from 0, a 1 is the second option; as a word it is the first."""
    rows = [(cell, ["True", "False"])]
    assert column(*rows).question(rows).is_needed
    with pytest.raises(ValueError, match="say once for the file"):
        column(*rows).key(*rows[0])


def test_words_for_true_and_false_elsewhere_make_words_of_ones():
    cells = ("T", "1", "no", "0")
    keys = column(*((cell, ["True", "False"]) for cell in cells))
    assert [keys.key(cell, ["True", "False"]) for cell in cells] == [(0,), (0,), (1,), (1,)]


def test_an_answer_about_numbers_leaves_letters_alone_that_are_no_texts():
    truths = ["True", "False"]
    keys = replace(column(("T", truths), ("1", truths), ("B", truths)), answer="text")
    assert keys.key("B", truths) == (1,)


def test_a_table_of_our_form_names_options_by_letter_whatever_their_texts():
    texts = ["Apple", "Stone", "Car", "Lamp", "Roof", "B"]
    rows = [("B", texts)]
    assert column(*rows).question(rows).is_needed
    keys = KeyColumn.of(rows, has_letters=True)
    question = keys.question(rows)
    assert (question.answer, question.is_needed) == ("letter", False)
    assert keys.key("B", texts) == (1,)
    assert replace(keys, answer="text").key("B", texts) == (5,)
    plain = KeyColumn.of([("B", FOUR)], has_letters=True)
    assert plain.question([("B", FOUR)]) is None
