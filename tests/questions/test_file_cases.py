"""Files as people hold them, each with one trait that is easily lost or read wrong."""

from pathlib import Path

import pytest

from questions.exchange.registry import READ, guessed

CASES = Path(__file__).parent / "files" / "cases"


def loaded(name, **answers):
    data = (CASES / name).read_bytes()
    form = READ[guessed(name, data)]
    return form.loads(data, "", None, answers) if answers else form.loads(data)


def items_in(name, **answers):
    read = loaded(name, **answers)
    assert read.problems == ()
    return [taken.item for taken in read.items]


def right_texts(item):
    return [item.options[index].text for index in item.right]


# --- Keys of tables


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("key_zero_based.csv", [["Apple"], ["Blue"]]),
        ("key_zero_based2.csv", [["Apple"], ["Blue"], ["Iron"]]),
        ("key_text_multi.csv", [["Python", "JavaScript"]]),
        ("truefalse.csv", [["True"]]),
        ("difficulty.csv", [["Apple"]]),
        ("explanation_multi.csv", [["Apple", "Pear"], ["Apple"]]),
        ("arrow_in_option.csv", [["Window -> Preferences -> Save"]]),
    ],
)
def test_a_table_marks_the_option_that_its_writer_meant(name, texts):
    assert [right_texts(item) for item in items_in(name)] == texts


def test_a_key_that_reads_two_ways_is_asked_about_and_never_guessed():
    read = loaded("key_text_is_number.csv")
    (question,) = read.questions
    assert (question.name, question.is_needed, question.answer) == ("keys", True, "")
    assert [answer for answer, _ in question.answers] == ["number", "zero", "text"]
    assert [(problem.row, problem.column) for problem in read.problems] == [(2, "key"), (4, "key")]
    assert "say once for the file" in read.problems[0].reason
    # What both ways read alike is taken.
    assert [taken.item.right for taken in read.items] == [(2,)]


@pytest.mark.parametrize(
    ("answer", "texts"), [("text", ["4", "3", "3"]), ("number", ["6", "3", "2"])]
)
def test_the_answer_holds_for_the_whole_file(answer, texts):
    items = items_in("key_text_is_number.csv", keys=answer)
    assert [right_texts(item) for item in items] == [[text] for text in texts]


def test_how_hard_a_question_is_is_no_level_and_is_named():
    (taken,) = loaded("difficulty.csv").items
    assert (taken.item.level, taken.item.topic) == ("apply", "Food")
    assert taken.warnings == ("difficulty 'Easy' is no level here and was left out",)


def test_an_explanation_of_several_right_options_arrives():
    two, one = items_in("explanation_multi.csv")
    assert two.options[0].why == "Apple and pear grow on trees."
    assert one.options[0].why == "Apple grows on a tree."


# --- Names of other tools


@pytest.mark.parametrize("name", ["names_a.gift", "names_b.gift", "same_names.xml"])
def test_a_name_of_another_tool_is_a_name_that_others_may_have(name):
    read = loaded(name)
    assert (len(read.items), read.problems) == (2, ())
    assert all(taken.has_foreign_ref for taken in read.items)
