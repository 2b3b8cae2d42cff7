"""Sheets of quiz tools: found by their header rows wherever they start, keys never shifted."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from questions.exchange import csv_table, kahoot, workbook
from questions.items.item import Item, Option
from tests.support.exchange_files import lists_of, plain_text

CASES = Path(__file__).parent / "files" / "cases"

UDEMY_OLDER = """\
Question,Question Type (multiple-choice or multi-select),Answer Option 1,Answer Option 2,\
Answer Option 3,Answer Option 4,Answer Option 5,Answer Option 6,Correct Response,Explanation,\
Knowledge Area
Which two bark?,multi-select,A fox,A cat,A dog,,,,"1,3",Both are of one family.,Animals
"""
BLOOKET = """\
"Blooket
Import Template",,,,,,,
Question #,Question Text,Answer 1,Answer 2,"Answer 3
(Optional)","Answer 4
(Optional)","Time Limit (sec)
(Max: 300 seconds)","Correct Answer(s)
(Only include Answer #)"
1,Which is even?,3,4,5,,20,2
2,Which are even?,2,3,4,,,"1,3"
3,,,,,,20,
"""


def taken(loaded):
    assert loaded.problems == ()
    return [entry.item for entry in loaded.items]


def key_of(item):
    return (item.type, [item.options[index].text for index in item.right])


def test_udemy_has_a_why_for_each_option_and_one_explanation():
    loaded = csv_table.loads((CASES / "udemy_v2.csv").read_bytes())
    one, two = taken(loaded)
    assert key_of(one) == ("multiple_choice", ["An object store"])
    assert key_of(two) == ("multiple_response", ["A disk", "An object store"])
    assert one.options[0].why == "Queues hold messages."
    assert one.options[1].why.endswith("Objects live in an object store.")
    assert two.options[0].why == "Disks keep data.\n\nDisk and object store are durable."
    assert loaded.items[0].category == "Storage"


def test_the_older_sheet_of_udemy():
    loaded = csv_table.loads(UDEMY_OLDER.encode())
    (item,) = taken(loaded)
    assert key_of(item) == ("multiple_response", ["A fox", "A dog"])
    assert item.options[0].why == "Both are of one family."
    assert loaded.items[0].category == "Animals"


def test_kahoot_begins_below_its_title_and_instructions():
    loaded = workbook.loads((CASES / "kahoot_template.xlsx").read_bytes())
    one, two = taken(loaded)
    assert (one.stem, *key_of(one)) == ("Which is a fruit?", "multiple_choice", ["Apple"])
    assert key_of(two) == ("multiple_response", ["Pear", "Apple"])
    assert loaded.items[0].row == 5


def test_wayground_says_what_its_columns_are_in_a_second_row():
    loaded = csv_table.loads((CASES / "wayground.csv").read_bytes())
    one, two = taken(loaded)
    assert key_of(one) == ("multiple_choice", ["Apple"])
    assert key_of(two) == ("multiple_response", ["Apple", "Pear"])
    assert one.options[1].why == "An apple is a fruit."
    assert "https://example.com/pic.png" in " ".join(loaded.items[1].warnings)


def test_wayground_names_what_is_no_question_of_choice():
    text = (CASES / "wayground.csv").read_text(encoding="utf-8")
    loaded = csv_table.loads((text + "Say why.,Open-Ended,,,,,,,30,,\n").encode())
    assert len(loaded.items) == 2
    assert "'open-ended' of Wayground is no kind of question here" in str(loaded.problems[0])


def test_blooket_numbers_its_options_and_leaves_rows_empty():
    loaded = csv_table.loads(BLOOKET.encode())
    one, two = taken(loaded)
    assert key_of(one) == ("multiple_choice", ["4"])
    assert key_of(two) == ("multiple_response", ["2", "4"])


def test_gimkit_names_the_right_answer_by_its_column():
    (item,) = taken(csv_table.loads((CASES / "gimkit.csv").read_bytes()))
    assert key_of(item) == ("multiple_choice", ["Apple"])
    assert [option.text for option in item.options] == ["Apple", "Chair", "Lamp", "Desk"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Which?,,Chair,Lamp,Desk", "the right answer is empty"),
        ("Which?,Apple,,,", "it has 1 option; write 2 to"),
    ],
)
def test_gimkit_without_a_right_answer_is_a_problem(row, reason):
    header = (CASES / "gimkit.csv").read_text(encoding="utf-8").splitlines()[0]
    (problem,) = csv_table.loads(f"{header}\n{row}\n".encode()).problems
    assert reason in str(problem)


@pytest.mark.parametrize("key", ["5", "0", "Apple", "", "2 and 3"])
def test_a_key_that_names_no_option_is_a_problem(key):
    rows = BLOOKET.split("1,Which is even?")[0]
    loaded = csv_table.loads(f'{rows}1,Which?,Chair,Apple,Lamp,,20,"{key}"\n'.encode())
    assert loaded.items == ()
    assert loaded.problems[0].column == "correct answer"


def test_an_empty_option_in_between_moves_no_key():
    rows = BLOOKET.split("1,Which is even?")[0]
    (item,) = taken(csv_table.loads(f"{rows}1,Which?,Chair,,Apple,,20,3\n".encode()))
    assert key_of(item) == ("multiple_choice", ["Apple"])


def test_cells_arrive_letter_for_letter():
    rows = BLOOKET.split("1,Which is even?")[0]
    (item,) = taken(csv_table.loads(f"{rows}1,# of __init__?,2*3*4,C:\\x\\*,,,,1\n".encode()))
    assert item.stem == r"\# of \_\_init\_\_?"
    assert item.options[0].text == r"2\*3\*4"


def test_columns_that_are_not_known_are_named():
    text = (CASES / "gimkit.csv").read_text(encoding="utf-8").splitlines()
    loaded = csv_table.loads(f"{text[0]},Hint\n{text[1]},It grows on trees.\n".encode())
    assert "column 'hint' was left out: 'It grows on trees.'" in loaded.items[0].warnings


# --- Out


def test_kahoot_takes_its_questions_from_row_nine():
    item = Item(
        *("", "multiple_choice", "apply", "Which `barks`?"),
        (Option("A duck", ""), Option("A **dog**", "Dogs bark.")),
        (1,),
    )
    dumped = kahoot.dumps([item])
    sheet = load_workbook(io.BytesIO(dumped.content)).worksheets[0]
    assert [cell.value for cell in sheet[9]][:4] == ["1", "Which barks?", "A duck", "A dog"]
    assert sheet.cell(9, 8).value == "2"
    assert sheet.cell(8, 2).value == "Question - max 120 characters"
    assert {loss.reason for loss in dumped.losses} == {
        "formatting was left out; its words stay",
        "the format has no place for: level, explanations of options",
    }


@given(given_items=lists_of(types=("multiple_choice", "multiple_response"), text=plain_text))
@settings(max_examples=25)
def test_what_goes_out_to_kahoot_comes_back(given_items):
    dumped = kahoot.dumps(given_items)
    left_out = {loss.ref for loss in dumped.losses if loss.reason.startswith("left out")}
    kept = [item for item in given_items if item.ref not in left_out]
    if kept:
        read = taken(workbook.loads(dumped.content))
        assert [(item.stem, *key_of(item)) for item in read] == [
            (item.stem, *key_of(item)) for item in kept
        ]


def test_what_kahoot_cannot_hold_is_left_out_by_name():
    options = tuple(Option(text, "") for text in "abcde")
    items = [
        Item("five", "multiple_choice", "apply", "Which?", options, (0,)),
        Item("long", "multiple_choice", "apply", "Which? " * 20, options[:2], (0,)),
        Item(
            "wide", "multiple_choice", "apply", "Which?", (Option("a" * 76, ""), options[0]), (0,)
        ),
    ]
    losses = {loss.ref: loss.reason for loss in kahoot.dumps(items).losses}
    assert losses == {
        "five": "left out: it has 5 options; Kahoot takes 4",
        "long": "left out: its stem has 139 characters; Kahoot takes 120",
        "wide": "left out: an option has 76 characters; Kahoot takes 75",
    }
