"""Lettered lists in the shapes that public collections have, none of which may lose a question."""

import time
from contextlib import suppress

import pytest

from questions.exchange import lettered_list, markdown_list
from questions.exchange.registry import guessed
from questions.exchange.text_files import FormatError


def read(text):
    return lettered_list.loads(text.encode())


def found(text):
    """Return each question's stem, the texts of its right options, and how many options it has."""
    loaded = read(text)
    assert loaded.problems == ()
    return [
        (
            taken.item.stem,
            [taken.item.options[index].text for index in taken.item.right],
            len(taken.item.options),
        )
        for taken in loaded.items
    ]


def whys(text):
    return [
        [option.why for option in taken.item.options if option.why] for taken in read(text).items
    ]


DOG = [("Which animal barks?", ["Dog"], 2)]


@pytest.mark.parametrize(
    "options",
    [
        "A. Duck\nB. Dog",
        "A) Duck\nB) Dog",
        "(A) Duck\n(B) Dog",
        "a) Duck\nb) Dog",
        "- A. Duck\n- B. Dog",
        "* A) Duck\n* B) Dog",
        "**A.** Duck\n**B.** Dog",
        "- **A.** Duck\n- **B.** Dog",
        "- **A)** Duck\n- **B)** Dog",
        "A: Duck\nB: Dog",
        "A. Duck\n\nB. Dog",
        "    - A. Duck\n    - B. Dog",
        "A. Duck<br/>\nB. Dog<br/>",
    ],
)
def test_options_in_every_shape(options):
    assert found(f"1. Which animal barks?\n\n{options}\n\nAnswer: B\n") == DOG


@pytest.mark.parametrize(
    "answer",
    [
        "Answer: B",
        "**Answer: B**",
        "**Answer:** B",
        "**Answer**: B",
        "Answer B",
        "Ans: B",
        "Correct Answer: B",
        "The correct answer is: B",
        "**Correct answer:** B. Dog",
        "Answer: B) Dog",
        "Answer: (B)",
        "Answer: `B`",
        "Answer: Dog",
        "> **Answer: B**",
        "✅ Answer: B",
        "#### Answer\n\nB",
        "<details><summary>Answer</summary>\n\nB\n\n</details>",
        "<details>\n<summary>Show answer</summary>\n\n**Answer: B**\n</details>",
        "<details><summary>Answer: B</summary></details>",
        "Respuesta: B",
        "Respuesta correcta: B",
        "Resposta: B",
        "Resposta correta: B",
        "Antwort: B",
        "Richtige Antwort: B",
        "Réponse : B",
        "Bonne réponse : B",
    ],
)
def test_answers_in_every_shape_and_language(answer):
    assert found(f"### 1. Which animal barks?\n\nA. Duck\nB. Dog\n\n{answer}\n") == DOG


@pytest.mark.parametrize(
    "answer",
    ["AC", "A, C", "A and C", "A & C", "A,C", "A y C", "A e C", "A und C", "A et C", "A/C"],
)
def test_several_letters(answer):
    text = f"1. Which two lay eggs?\nA. Duck\nB. Dog\nC. Hen\nAnswer: {answer}\n"
    assert found(text) == [("Which two lay eggs?", ["Duck", "Hen"], 3)]


@pytest.mark.parametrize(
    "start",
    [
        "1. {}",
        "1) {}",
        "**1. {}**",
        "**1.** {}",
        "Q1. {}",
        "Q1: {}",
        "Question 1: {}",
        "**Question 1:** {}",
        "### {}",
        "### 1. {}",
        "## Question 1\n\n{}",
        "Question 1\n\n{}",
        "QUESTION NO: 1\n{}",
        "Pregunta 1. {}",
        "Frage 1: {}",
        "{}",
    ],
)
def test_beginnings_in_every_shape(start):
    one = start.format("Which animal barks?") + "\nA. Duck\nB. Dog\n\nAnswer: B\n\n"
    two = start.replace("1", "2").format("Which quacks?") + "\nA. Duck\nB. Dog\n\nAnswer: A\n"
    assert found(one + two) == [*DOG, ("Which quacks?", ["Duck"], 2)]


def test_a_numbered_list_in_a_stem_begins_no_question():
    text = (
        "1. A shop needs:\n\n1. speed\n2. a low price\n\nWhich fits?\n\n"
        "A. Red\nB. Blue\n\n**Answer: A**\n\n"
        "2. And which next?\n\nA. Red\nB. Blue\n\nAnswer: B\n"
    )
    first, second = found(text)
    assert first[0] == "A shop needs:\n\n1. speed\n2. a low price\n\nWhich fits?"
    assert second == ("And which next?", ["Blue"], 2)


def test_a_numbered_list_in_an_explanation_begins_no_question():
    text = (
        "1. Which?\n\nA. Red\nB. Blue\n\n**Answer: A**\n\n"
        "Explanation:\n\n1. It is red.\n2. So it is.\n\n"
        "2. And which next?\n\nA. Red\nB. Blue\n\nAnswer: B\n"
    )
    assert [question[0] for question in found(text)] == ["Which?", "And which next?"]
    assert whys(text)[0] == ["1. It is red.\n2. So it is."]


def test_letters_in_an_explanation_are_no_options():
    text = (
        "1. Which?\nA. Red\nB. Blue\nAnswer: A\n"
        "Explanation: by letter.\nA. It is red.\nB. It is not.\n\n"
        "2. Next?\nA. Red\nB. Blue\nAnswer: B\n"
    )
    assert [question[2] for question in found(text)] == [2, 2]
    assert whys(text)[0] == ["by letter.\nA. It is red.\nB. It is not."]


def test_headings_over_questions_are_their_category():
    text = "# Pond\n\n## Birds\n\n1. Which quacks?\n\nA. Duck\nB. Dog\n\nAnswer: A\n"
    (taken,) = read(text).items
    assert (taken.item.stem, taken.category) == ("Which quacks?", "Birds")


def test_code_and_lines_of_options_arrive():
    text = (
        "1. What is printed?\n\n```python\n# A. no option\nprint(1)\n```\n\n"
        "A. One\n   in figures\nB.\n```\ntwo\n```\n\nAnswer: A\n"
    )
    (taken,) = read(text).items
    assert taken.item.stem.endswith("```python\n# A. no option\nprint(1)\n```")
    assert [option.text for option in taken.item.options] == [
        "One\nin figures",
        "```\ntwo\n```",
    ]


def test_a_right_option_is_told_by_its_mark_where_no_answer_stands():
    assert found("1. Which animal barks?\nA. Duck\nB. Dog ✅\n") == DOG
    assert found("1. Which animal barks?\nA. Duck\n*B. Dog\n") == DOG
    assert found("1. Which animal barks?\n\n- A. Duck\n- **B. Dog**\n") == DOG


def test_plain_text_stays_plain():
    text = "1. Which holds __init__ and 2*3*4?\nA. C:\\temp\\*\nB. \\\\server\nAnswer: A\n"
    (taken,) = read(text).items
    assert taken.item.stem == r"Which holds \_\_init\_\_ and 2\*3\*4?"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "1. Which?\nA. Red\nB. Blue\n\n2. Next?\nA. Red\nB. Blue\nAnswer: A\n",
            "no answer stands",
        ),
        ("1. Which?\nA. Red\nB. Blue\nAnswer: D\n", "names an option that is not there"),
        ("1. Which?\nA. Red\nB. Blue\nAnswer: the red one\n", "names no option"),
        ("1. Which?\nA. Red\nB. Blue\nAnswer: A\nCorrect Answer: B\n", "a second answer"),
        ("1. Which?\nA. Red\nC. Blue\nAnswer: A\n", "after option A stands C"),
        (
            "## Which?\n\nNo options.\n\n## Next?\n\nA. Red\nB. Blue\n\nAnswer: A\n",
            "no options stand",
        ),
    ],
)
def test_what_is_wrong_is_said(text, reason):
    assert reason in " ".join(str(problem) for problem in read(text).problems)


def test_three_hundred_questions_of_a_readme_are_all_there_within_a_second_or_two():
    one = (
        "{0}. Which of {0} ponds holds the most water in a dry summer, all things being equal?\n\n"
    )
    one += "A. Pond one\n\nB. Pond two\n\nC. Pond three\n\n**Answer: B**\n\n"
    one += "Explanation: it is {0} deep.\n\n"
    text = "# Pond exam\n\n" + "".join(one.format(number) for number in range(1, 1900))
    assert len(text) > 300_000
    start = time.process_time()
    loaded = read(text)
    assert time.process_time() - start < 5
    assert (len(loaded.items), loaded.problems) == (1899, ())


@pytest.mark.parametrize("loads", [lettered_list.loads, markdown_list.loads])
@pytest.mark.parametrize(
    "piece",
    [
        "1. a\n",
        "```a\n",
        "> ```a\n",
        "  ```a\n",
        "A. a\n",
        "<img ",
        "<a href=",
        "**",
        "[",
        "`a` ` ",
        "# a\n- [",
    ],
)
def test_what_is_never_closed_takes_no_square_of_its_length(loads, piece):
    def seconds(count):
        start = time.process_time()
        with suppress(ValueError):
            loads(("# Which?\n\n- [x] a\n- [ ] b\n\nA. a\nB. b\n\n" + piece * count).encode())
        return time.process_time() - start

    seconds(10)
    assert seconds(20_000) < 3


@pytest.mark.parametrize(
    "read", [lettered_list.loads, markdown_list.loads, lambda data: guessed("a.md", data)]
)
@pytest.mark.parametrize(
    ("before", "after"),
    [("- [", "x y"), ("-", "[x"), ("- [x]", "y ["), ("<!--", "x"), ("<!-- x", "y")],
)
def test_a_long_line_of_blanks_costs_no_more_than_its_length(read, before, after):
    text = f"# Which?\n\n{before}{' ' * 20_000}{after}\n"
    start = time.thread_time()
    with suppress(FormatError):
        read(text.encode())
    assert time.thread_time() - start < 2


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("a.md", "1. Which?\n\nA. x\nB. y\n\n**Answer: B**\n", "lettered"),
        ("a.txt", "1. Which?\n\nA. x\nB. y\n\nCorrect answer: B\n", "lettered"),
        ("a.txt", "Which?\nA. x\nB. y\nANSWER: B\n", "aiken"),
        ("a.md", "### Which?\n\n- [x] A. x\n- [ ] B. y\n", "markdown"),
    ],
)
def test_a_lettered_list_is_told_from_its_likes(name, text, named):
    assert guessed(name, text.encode()) == named


@pytest.mark.parametrize("loads", [lettered_list.loads, markdown_list.loads])
@pytest.mark.parametrize(
    "line", ["![a](b.png) and *so* on\n", "- [a](#a)\n", "<b>a</b> | c\n", "> a\n"]
)
def test_a_readme_of_one_text_is_refused_at_once(loads, line):
    text = (
        "# Which?\n\n"
        + line * (340_000 // len(line))
        + "\n- [x] a\n- [ ] b\n\nA. a\nB. b\n\nAnswer: A\n"
    )
    start = time.process_time()
    with suppress(ValueError):
        loads(text.encode())
    assert time.process_time() - start < 4
