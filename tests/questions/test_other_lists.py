"""Markdown lists as other people write them: boxes, addresses at the foot, what asks nothing."""

import io
import zipfile
from dataclasses import replace

import pytest

from questions.exchange import lettered_list, markdown_list
from questions.exchange.markdown_lines import lines_of
from questions.exchange.registry import guessed
from tests.support.files import only


def right_and_all(text):
    item = only(markdown_list.loads(text.encode())).item
    return [item.options[index].text for index in item.right], len(item.options)


@pytest.mark.parametrize(
    "boxes",
    [
        "-[ ] Dog\n-[x] Duck\n-[ ] Hen",
        "-[ ]Dog\n-[x]Duck\n-[ ]Hen",
        "- [ ] Dog\n-[x] Duck\n- [] Hen",
        "* [ ] Dog\n+ [X]Duck\n*[ ] Hen",
        "• [ ] Dog\n• [x] Duck\n• [ ] Hen",
        "– [ ] Dog\n– [x] Duck\n– [ ] Hen",
        "- [ ] Dog\n-\u00a0[x]\u00a0Duck\n-\u202f[\u00a0] Hen",
        "- [✗] Dog\n- [✓] Duck\n- [✗] Hen",
        "- [❌] Dog\n- [✅] Duck\n- [ ] Hen",
        "- [ ] Dog\n- \\[x\\] Duck\n- \\[ \\] Hen",
    ],
)
def test_a_box_is_one_however_it_is_written(boxes):
    text = f"### Which lays eggs?\n\n{boxes}\n"
    assert right_and_all(text) == (["Duck"], 3)
    assert guessed("list.txt", text.encode()) == "markdown"


REFERENCES = """### Which barks? ![dog][1]

See [the docs][d], and `[d]` as code.

- [x] [Dog]
- [ ] Duck [d][]
- [ ] ![pond][ 1 ]

[1]: https://example.com/dog.png "a dog"
[D]: <https://example.com/d>
[dog]: https://example.com/dog
[unused]: https://example.com/unused
"""


def test_addresses_at_the_foot_of_a_file_come_to_their_places():
    taken = only(markdown_list.loads(REFERENCES.encode()))
    assert "See [the docs](<https://example.com/d>), and `[d]` as code." in taken.item.stem
    assert [option.text for option in taken.item.options] == [
        "[Dog](https://example.com/dog)",
        "Duck [d](<https://example.com/d>)",
        "pond",
    ]
    assert "https://example.com/dog.png" in taken.warnings[0]
    assert taken.item.options[0].why == "[unused]: https://example.com/unused"


def test_a_picture_of_a_lettered_list_has_its_address_at_the_foot_too():
    text = "1. Which **is** it?\n![pond][p]\n\nA. x\nB. y\n\nAnswer: B\n\n[p]: pond.png\n"
    (problem,) = lettered_list.loads(text.encode()).problems
    assert "its picture 'pond.png' is not in the file" in problem.reason


def test_headings_may_be_underlined():
    text = (
        "Pond\n====\n\nWhich barks?\n------------\n\n- [x] Dog\n- [ ] Duck\n\n"
        "See below.\n----\n\n### Which quacks?\n\n- [ ] Dog\n- [x] Duck\n"
    )
    first, second = markdown_list.loads(text.encode()).items
    assert (first.item.stem, first.category) == ("Which barks?", "Pond")
    assert first.item.options[0].why == "See below."
    assert second.item.stem == "Which quacks?"


OUTSIDE = """Words before all headings.

# Pond

## Contents

- [Which barks?](#which-barks)

## Birds

Birds have KEYWORD feathers.

- ✅ they fly

### Which barks?

- [x] Dog
- [ ] Duck

## Thanks

Thank you for LASTWORD reading.
"""


def test_text_that_belongs_to_no_question_is_named_with_its_line():
    (taken,) = markdown_list.loads(OUTSIDE.encode()).items
    assert taken.warnings == (
        "line 1: text that belongs to no question was left out: 'Words before all headings.'",
        "line 11: text that belongs to no question was left out: 'Birds have KEYWORD feathers.'",
        "line 22: text that belongs to no question was left out: 'Thank you for LASTWORD reading.'",
    )


def test_text_behind_the_questions_of_a_lettered_list_is_named_with_its_line():
    text = "# Pond\n\n1. Which barks?\nA. Dog\nB. Duck\nAnswer: A\n\n# Notes\n\nLASTWORD.\n"
    (taken,) = lettered_list.loads(text.encode()).items
    assert taken.item.stem == "Which barks?"
    assert taken.warnings == (
        "line 10: text that belongs to no question was left out: 'LASTWORD.'",
    )


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("length", [20_000, 20_001])
def test_a_line_longer_than_any_that_is_written_keeps_its_labels(length):
    line = "Which barks? [dog][1]".ljust(length - 1) + "?"
    text = f"### Which?\n\n{line}\n\n- [x] Dog\n- [ ] Duck\n\n[1]: https://example.com\n"
    shown = "\n".join(each.text for each in lines_of(text))
    assert ("[dog](https://example.com)" in shown) == (length == 20_000)


APART = {
    "pond/a.md": "### Which barks?\n\n- [x] Dog\n- [ ] Duck\n\n## Thanks\n\nWords of A.\n",
    "pond/b.md": "Words of B.\n\n### Which lays eggs?\n\n- [ ] Dog\n- [x] Duck\n",
    "pond/c.md": "# Notes\n\nWords of C.\n",
}


def test_text_outside_of_questions_is_told_with_its_file():
    read = markdown_list.loads(zipped(APART))
    said = "text that belongs to no question was left out"
    assert [taken.warnings for taken in read.items] == [
        (f"pond/a.md: line 8: {said}: 'Words of A.'",),
        (
            f"pond/b.md: line 1: {said}: 'Words of B.'",
            f"pond/c.md: line 3: {said}: 'Words of C.'",
        ),
    ]
    assert read.problems == ()


def test_a_comment_that_is_left_out_is_told_with_its_file():
    text = "### Which barks?\n\n- [x] Dog\n- [ ] Duck\n<!-- easy -->\n"
    (taken,) = markdown_list.loads(zipped({"a.md": text})).items
    assert taken.warnings == ("a.md: line 5: the comment 'easy' was left out",)


def test_text_outside_of_questions_is_told_where_every_question_fails():
    failing = "Words before.\n\n### Which barks?\n\nNobody knows.\n"
    for read in (
        markdown_list.loads(failing.encode()),
        markdown_list.loads(zipped({"a.md": failing, "b.md": "# Notes\n"})),
    ):
        assert read.items == ()
        assert [problem.row for problem in read.problems] == [3, 1, 5]
        assert "no options stand under it" in read.problems[0].reason
        assert "left out: 'Words before.'" in read.problems[1].reason


def keys_of(text):
    items = [taken.item for taken in lettered_list.loads(text.encode()).items]
    return [(item.stem, [item.options[index].text for index in item.right]) for item in items]


@pytest.mark.parametrize(
    "text",
    [
        "1. Which barks?\na. Duck\nb. Dog\nAnswer: b\n",
        "1. Which barks?\n\n(a) Duck\n(b) Dog\n\nRéponse : b)\n",
        "NO.1 Which barks?\nA. Duck\nB. Dog\nAnswer: B\n",
        "Question 1 of 65\nWhich barks?\nA. Duck\nB. Dog\nCorrect answer: B\n",
        "1\\. Which barks?\n\nA\\. Duck\n\nB\\. Dog\n\n**Answer: B**\n",
        "### 1. Which barks?\n\n- A. Duck\n- B. Dog\n\n<details>\n<summary>Show answer</summary>\n"
        "<p>\n\n**B**\n\n</p>\n</details>\n",
    ],
)
def test_an_answer_in_another_shape_is_read(text):
    assert guessed("list.md", text.encode()) == "lettered"
    assert keys_of(text) == [("Which barks?", ["Dog"])]


@pytest.mark.parametrize("rule", ["", "---\n", "----------\n"])
def test_a_question_may_stand_right_below_an_answer_or_a_rule(rule):
    one = "{}. Which barks?\nA. Duck\nB. Dog\nAnswer: B\n" + rule
    text = one.format(1) + one.format(2) + one.format(3)
    assert keys_of(text) == [("Which barks?", ["Dog"])] * 3


def test_each_question_without_an_answer_is_named():
    one = "{}. Which barks?\n   A. Duck\n   B. Dog\n"
    text = one.format(1) + one.format(2) + one.format(3)
    problems = lettered_list.loads(text.encode()).problems
    assert [problem.row for problem in problems] == [1, 4, 7]


@pytest.mark.parametrize(
    "line", ["-[x] no box", "• [ ] none", "===", "[1]: https://example.com/1", "1. [✓] none"]
)
def test_a_list_of_ours_keeps_what_looks_like_a_mark(line):
    stem = f"Which is it?\n{line}\nSee [1]."
    item = replace(only(markdown_list.loads(b"### Q\n\n- [x] a\n- [ ] b\n")).item, stem=stem)
    dumped = markdown_list.dumps([item])
    assert only(markdown_list.loads(dumped.content)).item.stem == stem
