"""The paper after the end: what was shown, answered and right, joined without a mix-up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.items.presentation import paper_item
from questions.items.solution import solution

HTML = {
    "stem": "<p>S</p>",
    "options": ["zero", "one", "two", "three"],
    "prompts": ["first", "second", "third"],
    "choose": 3,
}
WHYS = ["why 0", "why 1", "why 2", "why 3"]
SHUFFLE = [2, 0, 3, 1]  # shown: two, zero, three, one


def solved(item_type, right, response, shuffle=SHUFFLE):
    return solution(
        item_type=item_type,
        html=HTML,
        key={"right": right, "whys_html": WHYS},
        shuffle=shuffle,
        response=response,
    )


def test_options_stand_as_they_were_shown_each_with_its_own_why():
    options = solved("multiple_choice", [0], 1).options
    assert [(option.letter, option.html, option.why) for option in options] == [
        ("A", "two", "why 2"),
        ("B", "zero", "why 0"),
        ("C", "three", "why 3"),
        ("D", "one", "why 1"),
    ]


@pytest.mark.parametrize(
    ("item_type", "right", "response", "keys", "chosen"),
    [
        ("multiple_choice", [0], 1, "B", "B"),
        ("multiple_choice", [0], 0, "B", "A"),
        ("multiple_choice", [2], None, "A", ""),
        ("multiple_response", [1, 2], [0, 1], "AD", "AB"),
        ("ordering", [0, 1, 2], [3, 2], "ABD", "CD"),
    ],
)
def test_keys_are_authored_and_choices_as_shown(item_type, right, response, keys, chosen):
    options = solved(item_type, right, response).options
    assert "".join(option.letter for option in options if option.is_key) == keys
    assert "".join(option.letter for option in options if option.is_chosen) == chosen


def test_an_ordering_shows_both_ranks_of_each_step():
    options = solved("ordering", [0, 1, 2], [1, 2, 0]).options
    assert [(option.html, option.yours_rank, option.right_rank) for option in options] == [
        ("two", 3, 3),
        ("zero", 1, 1),
        ("three", 2, None),
        ("one", None, 2),
    ]


@pytest.mark.parametrize("item_type", ["multiple_choice", "multiple_response", "matching"])
def test_nothing_else_has_ranks(item_type):
    response = 1 if item_type == "multiple_choice" else [1, 0, 2]
    options = solved(item_type, [0, 1, 2], response).options
    assert all(option.yours_rank is option.right_rank is None for option in options)


def test_a_matching_shows_yours_beside_the_right_one():
    prompts = solved("matching", [1, 0, 2], [3, 0, None]).prompts
    assert [(prompt.html, prompt.yours, prompt.right, prompt.is_right) for prompt in prompts] == [
        ("first", "one", "one", True),
        ("second", "two", "zero", False),
        ("third", "", "two", False),
    ]


def test_a_blank_matching_shows_what_was_right():
    prompts = solved("matching", [1, 0, 2], None).prompts
    assert [(prompt.yours, prompt.right) for prompt in prompts] == [
        ("", "one"),
        ("", "zero"),
        ("", "two"),
    ]
    assert not any(prompt.is_right for prompt in prompts)


def test_only_a_matching_has_prompts():
    assert solved("ordering", [0, 1, 2], [0]).prompts == ()


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(4)), st.sampled_from(["multiple_response", "ordering"]), st.data())
def test_review_and_room_show_the_same_paper(shuffle, item_type, data):
    response = data.draw(st.none() | st.lists(st.integers(0, 3), unique=True, min_size=1))
    shown = paper_item(
        position=1,
        item_type=item_type,
        html={**HTML, "prompts": []},
        shuffle=shuffle,
        response=response,
    )
    options = solved(item_type, [0, 1, 2], response, shuffle).options
    assert [(o.letter, o.html, o.is_chosen, o.rank) for o in shown.options] == [
        (o.letter, o.html, o.is_chosen, o.yours_rank) for o in options
    ]
