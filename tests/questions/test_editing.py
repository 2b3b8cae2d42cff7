"""What an editor does to an item under way, and its way to JSON and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.items.editing import (
    NOT_CHOSEN,
    as_type,
    blank,
    data_of,
    item_of,
    moved,
    settled,
    with_one_more,
    without,
)
from questions.items.item import TYPES, problems
from tests.support.builders import make_item

types = st.sampled_from(TYPES)


@given(types)
def test_an_item_comes_back_from_json_as_it_was(item_type):
    item = make_item(item_type, "r-1", facts=("F1",), sources=("s",), enemies=("r-2",))
    assert item_of(json.loads(json.dumps(data_of(item)))) == item


def test_a_field_of_another_time_is_left_out():
    item = make_item("multiple_choice", "r-1")
    assert item_of(data_of(item) | {"colour": "red"}) == item


@pytest.mark.parametrize("item_type", TYPES)
def test_a_blank_item_lacks_texts_and_key_alone(item_type):
    found = problems(blank(item_type))
    assert all(
        "text is empty" in each
        or "why" in each
        or "key" in each
        or "same" in each
        or "say how many" in each
        for each in found
    )


def test_an_option_that_goes_takes_its_key_along():
    item = without(make_item("multiple_response", "r"), "option", 0)
    assert [option.text[:8] for option in item.options] == [f"Option {i}" for i in (1, 2, 3, 4)]
    assert item.right == (1,)


def test_an_option_that_moves_keeps_its_key():
    item = moved(make_item("multiple_choice", "r"), "option", 0, 2)
    assert item.options[2].text.startswith("Option 0")
    assert item.right == (2,)


def test_a_move_past_the_end_changes_nothing():
    item = make_item("multiple_choice", "r")
    assert moved(item, "option", 0, -1) is item
    assert moved(item, "option", 3, 1) is item
    assert moved(item, "option", 9, -1) is item


def test_the_key_of_an_ordering_is_the_order_of_its_rows():
    item = moved(make_item("ordering", "r"), "option", 0, 1)
    assert [option.text[:8] for option in item.options[:2]] == ["Option 1", "Option 0"]
    assert item.right == (0, 1, 2)


def test_prompts_move_and_go_with_the_option_they_want():
    item = moved(make_item("matching", "r"), "prompt", 2, -2)
    assert (item.prompts[0], item.right) == ("Third prompt", (2, 0, 1))
    assert without(item, "prompt", 0).right == (0, 1)
    assert with_one_more(item, "prompt").right[-1] == NOT_CHOSEN


def test_a_prompt_whose_option_goes_has_none_chosen():
    item = without(make_item("matching", "r"), "option", 1)
    assert item.right == (0, NOT_CHOSEN, 1)
    assert "key: it names an option that does not exist" in problems(item)


@given(types, types)
def test_a_change_of_type_keeps_every_text(before, after):
    item = make_item(before, "r")
    switched = as_type(item, after)
    assert set(item.options) <= set(switched.options)
    assert as_type(switched, before).prompts == item.prompts or not item.prompts
    assert as_type(switched, before).options[: len(item.options)] == item.options


def test_a_change_of_type_keeps_the_key_where_it_can():
    assert as_type(make_item("multiple_choice", "r", right=(2,)), "multiple_response").right == (2,)
    assert as_type(make_item("multiple_response", "r"), "multiple_choice").right == (0,)


def test_prompts_of_another_time_are_not_published():
    item = as_type(make_item("matching", "r"), "multiple_choice")
    assert item.prompts
    assert settled(item).prompts == ()
