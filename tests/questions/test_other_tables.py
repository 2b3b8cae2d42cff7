"""Tables of other people: columns whose cells say what we have no word for."""

import pytest

from questions.exchange import csv_table
from tests.support.files import only


@pytest.mark.parametrize("words", ["Medium/Hard", "Level 2", "★★☆", "schwer", "P3"])
def test_no_word_for_how_hard_a_question_is_refuses_it(words):
    text = f"Question,Option A,Option B,Answer,Difficulty\nWhich?,a,b,A,{words}\n"
    taken = only(csv_table.loads(text.encode()))
    assert taken.item.level == "apply"
    assert taken.warnings == (f"difficulty {words!r} is no level here and was left out",)


def test_a_level_in_a_column_of_difficulty_is_one():
    text = "Question,Option A,Option B,Answer,Difficulty\nWhich?,a,b,A,Recall\n"
    assert only(csv_table.loads(text.encode())).item.level == "recall"


def test_a_column_of_levels_has_levels_alone():
    text = "Question,Option A,Option B,Answer,Level\nWhich?,a,b,A,deep\n"
    (problem,) = csv_table.loads(text.encode()).problems
    assert (problem.column, "'deep' is none of" in problem.reason) == ("level", True)
