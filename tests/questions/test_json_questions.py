"""JSON of simulators in the shapes seen in public: the same question, whatever holds its key."""

import json
from pathlib import Path

import pytest

from questions.exchange import json_questions
from questions.exchange.registry import guessed
from questions.exchange.text_files import FormatError

CASE = Path(__file__).parent / "files" / "cases" / "simulator.json"
STEM = "Which animal barks?"
TEXTS = ["Duck", "Dog", "Hen"]


def load(value, **answers):
    return json_questions.loads(json.dumps(value).encode(), "", None, answers)


def only(value, **answers):
    loaded = load(value, **answers)
    assert loaded.problems == ()
    (entry,) = loaded.items
    return entry


def key_of(item):
    return (item.type, [item.options[index].text for index in item.right])


def test_a_simulator_with_lettered_answers():
    assert guessed("simulator.json", CASE.read_bytes()) == "json"
    (entry,) = json_questions.loads(CASE.read_bytes()).items
    assert entry.item.stem == STEM
    assert key_of(entry.item) == ("multiple_choice", ["Dog"])
    assert entry.item.options[1].why == "Dogs bark."


def test_a_category_is_read_as_its_question_is():
    entry = {
        "question": "Q &amp; A?",
        "category": "Sci &amp; Tech",
        "options": TEXTS,
        "answer": "Dog",
    }
    assert only([entry]).category == "Sci & Tech"
    assert only([entry | {"question": "Q?"}]).category == "Sci &amp; Tech"


@pytest.mark.parametrize(
    "shape",
    [
        {"question": STEM, "options": TEXTS, "answer": "Dog"},
        {"question": STEM, "options": TEXTS, "answer": "B"},
        {"question": STEM, "options": TEXTS, "answer": ["B"]},
        {"question": STEM, "options": ["A. Duck", "B. Dog", "C. Hen"], "correct": "B"},
        {"question": STEM, "choices": dict(zip("ABC", TEXTS, strict=True)), "correctAnswer": "B"},
        {"questionText": STEM, "options": dict(zip("abc", TEXTS, strict=True)), "correct": "b"},
        {"q": STEM, "a": [{"option": text, "correct": text == "Dog"} for text in TEXTS]},
        {"prompt": STEM, "answers": [{"text": t, "isCorrect": t == "Dog"} for t in TEXTS]},
        {"question": STEM, "options": [{"id": i, "text": t} for i, t in enumerate(TEXTS, 7)]}
        | {"correct_answer_id": 8},
        {
            "question": STEM,
            "options": [
                {"label": label, "text": text} for label, text in zip("ABC", TEXTS, strict=True)
            ],
            "answerKey": "B",
        },
        {
            "question": {
                "stem": STEM,
                "choices": [
                    {"text": t, "label": label} for label, t in zip("ABC", TEXTS, strict=True)
                ],
            },
            "answerKey": "B",
        },
        {"question": STEM, "choices": {"text": TEXTS, "label": ["A", "B", "C"]}, "answerKey": "B"},
        {"question": STEM, "A": "Duck", "B": "Dog", "C": "Hen", "answer": "B"},
        {"question": STEM, "option1": "Duck", "option2": "Dog", "option3": "Hen", "answer": "Dog"},
        {"question": STEM, "answers": {"answer_a": "Duck", "answer_b": "Dog", "answer_c": None}}
        | {"correct_answers": {"answer_a_correct": "false", "answer_b_correct": "true"}},
        {"question": STEM, "correct_answer": "Dog", "incorrect_answers": ["Duck", "Hen"]},
        {"question": STEM, "correct_answer": "Dog", "distractor1": "Duck", "distractor2": "Hen"},
        {"type": "radiogroup", "title": STEM, "choices": TEXTS, "correctAnswer": "Dog"},
    ],
)
@pytest.mark.parametrize("holder", ["list", "questions", "sections"])
def test_every_shape_gives_the_same_question(shape, holder):
    value = {
        "list": [shape],
        "questions": {"title": "Pond", "questions": [shape]},
        "sections": {"Pond": {"questions": [shape]}},
    }[holder]
    entry = only(value)
    assert entry.item.stem == STEM
    assert key_of(entry.item) == ("multiple_choice", ["Dog"])
    assert entry.category == ("" if holder == "list" else "Pond")


@pytest.mark.parametrize(
    "shape",
    [
        {"question": STEM, "options": TEXTS, "answer": "AB"},
        {"question": STEM, "options": TEXTS, "answer": ["Duck", "Dog"]},
        {"question": STEM, "choices": dict(zip("ABC", TEXTS, strict=True)), "answer": "A, B"},
        {"question": STEM, "answers": [{"text": t, "correct": t != "Hen"} for t in TEXTS]},
    ],
)
def test_several_right_options(shape):
    assert key_of(only([shape]).item) == ("multiple_response", ["Duck", "Dog"])


def test_a_number_that_may_count_from_0_or_1_is_asked_about_once():
    value = [{"question": STEM, "options": TEXTS, "answer": 1}]
    loaded = load(value)
    (question,) = loaded.questions
    assert (question.name, question.is_needed) == ("keys", True)
    assert loaded.items == ()
    assert key_of(only(value, keys="number").item)[1] == ["Duck"]
    assert key_of(only(value, keys="zero").item)[1] == ["Dog"]


def test_a_zero_anywhere_in_the_file_decides_how_numbers_count():
    shape = {"question": STEM, "options": TEXTS}
    loaded = load([{**shape, "answer": 1}, {**shape, "answer": 0}])
    assert [key_of(entry.item)[1] for entry in loaded.items] == [["Dog"], ["Duck"]]


def test_a_letter_that_is_another_options_text_is_never_guessed():
    loaded = load([{"question": "Which letter?", "options": {"A": "B", "B": "A"}, "answer": "A"}])
    assert loaded.items == ()
    assert loaded.questions[0].is_needed


def test_a_word_of_letters_is_the_text_of_its_option():
    options = {"a": "Bad", "b": "Good", "d": "Fine"}
    assert key_of(only([{"question": "How?", "options": options, "answer": "Bad"}]).item) == (
        "multiple_choice",
        ["Bad"],
    )


def test_what_it_says_beside_arrives_or_is_named():
    value = {
        "id": "pond-1",
        "question": STEM,
        "options": TEXTS,
        "answer": "Dog",
        "explanation": "Dogs bark.",
        "references": ["https://example.org/dogs"],
        "tags": ["pond"],
        "topic": "Animals",
        "image": "dog.png",
        "hint": "It has four legs.",
        "points": 2,
    }
    entry = only([value])
    assert (entry.item.ref, entry.has_foreign_ref) == ("pond-1", True)
    assert entry.item.options[1].why == "Dogs bark."
    assert entry.item.sources == ("https://example.org/dogs",)
    assert (entry.tags, entry.category) == (("pond",), "Animals")
    assert entry.warnings == (
        "the picture 'dog.png' is not in the file",
        "'hint' was left out: 'It has four legs.'",
    )


@pytest.mark.parametrize(
    ("text", "way", "stem"),
    [
        ("Is __init__ 2*3*4?", "", r"Is \_\_init\_\_ 2\*3\*4?"),
        ("Is **this** it?", "markdown", "Is **this** it?"),
        ("Is <b>this</b> it?<br>Yes &quot;it&quot;", "", 'Is **this** it?\nYes "it"'),
        ("What does &lt;p&gt; do?", "", "What does <p> do?"),
    ],
)
def test_texts_are_plain_markdown_or_html(text, way, stem):
    value = [{"question": text, "options": TEXTS, "answer": "Dog"}]
    assert only(value, **({"texts": way} if way else {})).item.stem == stem


def test_true_and_false_need_no_options():
    entry = only([{"question": "Dogs bark.", "answer": True}])
    assert key_of(entry.item) == ("multiple_choice", ["True"])


def test_a_file_with_a_question_on_each_line():
    shape = json.dumps({"question": STEM, "options": TEXTS, "answer": "Dog"})
    loaded = json_questions.loads(f"{shape}\n{shape}\n".encode())
    assert len(loaded.items) == 2


def test_what_stands_among_questions_and_is_none_is_a_problem():
    loaded = load([{"question": STEM, "options": TEXTS, "answer": "Dog"}, {"note": "later"}])
    assert [problem.row for problem in loaded.problems] == [2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ('{"a": 1}', "no object in it has the text of a question"),
        ("[" * 100_000, "lie in each other"),
        ("[" * 40 + "]" * 40, "lie in each other"),
        ('{"q": "Which?", "b": [' * 3000 + "]}" * 3000, "lie in each other"),
        ('{"a": 1}\n{', "line 2: not JSON"),
        ("9" * 5000, "not JSON"),
    ],
)
def test_what_is_no_file_of_questions_is_a_named_error(text, reason):
    with pytest.raises(FormatError, match=reason):
        json_questions.loads(text.encode())
