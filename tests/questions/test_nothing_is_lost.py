"""Whatever a rich file has arrives with its question, or is named; one feature at a time."""

from itertools import chain

import pytest

from questions.exchange import csv_table, lettered_list, markdown_list

BOXES = """# Pond

### Which animal barks?
{stem}

- [ ] Duck
{option}
- [x] Dog

{after}
"""

LETTERED = """# Pond

1. Which animal barks?
{stem}

A. Duck
{option}
B. Dog

**Answer: B**

{after}
"""

# A feature and the word of it that has to be seen again.
FEATURES = [
    ("Some KEYWORD of plain text.", "KEYWORD"),
    ("```python\nprint('KEYWORD')\n```", "KEYWORD"),
    ("![KEYWORD of a pond](https://example.com/pond.png)", "example.com/pond.png"),
    ("![a pond](pictures/KEYWORD.png)", "KEYWORD"),
    ('<img src="https://example.com/KEYWORD.png" alt="a pond">', "KEYWORD"),
    ("[a page](https://example.com/KEYWORD)", "KEYWORD"),
    ("See [a page](https://example.com/KEYWORD) on it.", "KEYWORD"),
    ("Reference: <https://example.com/KEYWORD>", "KEYWORD"),
    ("> A KEYWORD is quoted.", "KEYWORD"),
    ("**KEYWORD**", "KEYWORD"),
    ("Water is H<sub>KEYWORD</sub>O.", "KEYWORD"),
    ("| a | b |\n| - | - |\n| KEYWORD | 2 |", "KEYWORD"),
    ("$$ KEYWORD^2 $$", "KEYWORD"),
    ("<!-- KEYWORD of an author -->", "KEYWORD"),
    ("- a point\n- a KEYWORD", "KEYWORD"),
    ("Explanation: KEYWORD.", "KEYWORD"),
]


def all_that_is_said(loaded):
    """Return every text that a person sees of what was read, and every sentence on what was not."""
    items = [taken.item for taken in loaded.items]
    texts = [text for item in items for text in (item.stem, *item.sources)]
    texts += [
        text for item in items for option in item.options for text in (option.text, option.why)
    ]
    warnings = chain.from_iterable(taken.warnings for taken in loaded.items)
    tags = chain.from_iterable(taken.tags for taken in loaded.items)
    return "\n".join([*texts, *warnings, *tags, *map(str, loaded.problems)])


@pytest.mark.parametrize("place", ["stem", "option", "after"])
@pytest.mark.parametrize(("feature", "word"), FEATURES)
@pytest.mark.parametrize(
    ("loads", "file"),
    [(markdown_list.loads, BOXES), (lettered_list.loads, LETTERED)],
    ids=["boxes", "lettered"],
)
def test_a_feature_arrives_or_is_named(loads, file, feature, word, place):
    holes = dict.fromkeys(("stem", "option", "after"), "")
    text = feature.replace("\n", "\n  ") if place == "option" else feature
    holes[place] = f"  {text}" if place == "option" else text
    loaded = loads(file.format(**holes).encode())
    assert word in all_that_is_said(loaded)
    assert len(loaded.items) + len(loaded.problems) == 1
    for taken in loaded.items:
        (right,) = taken.item.right
        assert taken.item.options[right].text == "Dog"


@pytest.mark.parametrize(
    "name", ["Picture", "Hint", "Video", "Difficulty", "Explanation", "Category", "Feedback A", ""]
)
def test_a_cell_of_any_column_arrives_or_is_named(name):
    text = f"Question,Option A,Option B,Answer,{name}\nWhich?,a,b,A,Hard KEYWORD\n"
    loaded = csv_table.loads(text.encode())
    texts = all_that_is_said(loaded).upper()
    assert "KEYWORD" in texts or any("KEYWORD" in taken.item.topic for taken in loaded.items)


def test_a_cell_beyond_the_header_is_named():
    loaded = csv_table.loads(b"Question,Option A,Option B,Answer\nWhich?,a,b,A,KEYWORD\n")
    assert "KEYWORD" in all_that_is_said(loaded)
