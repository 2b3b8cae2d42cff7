"""What an editor does to an item under way, and its way to JSON and back."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.items.content import (
    content_hash,
    data_of,
    fingerprint,
    item_of,
    key_hash,
    key_of,
    wording,
)
from questions.items.editing import (
    NOT_CHOSEN,
    as_type,
    blank,
    moved,
    settled,
    with_one_more,
    without,
)
from questions.items.kinds.registry import kind_names
from questions.items.validation import problems
from tests.support.builders import make_item

types = st.sampled_from(kind_names())


@given(types)
def test_an_item_comes_back_from_json_as_it_was(item_type):
    item = make_item(item_type, "r-1", facts=("F1",), sources=("s",), enemies=("r-2",))
    assert item_of(json.loads(json.dumps(data_of(item)))) == item


# Hashes made before the fields that came last: of the item, its key and its content.
@pytest.mark.parametrize(
    ("item_type", "hashes"),
    [
        ("multiple_choice", ("9870c7a1e00fc4aa", "e6b2e37350deddd7", "fda6769b5f9103a1")),
        ("matching", ("bb3226898097fc1f", "2b6d769fa0141c0e", "5131ab35395bae91")),
    ],
)
def test_fields_that_came_later_change_no_hash_of_an_item_without_them(item_type, hashes):
    item = make_item(item_type, "r", sources=("a",), numeric_ok=True)
    content, _ = wording(item, None)
    made = fingerprint(item), key_hash(item, key_of(item)), content_hash(item, content)
    assert tuple(hashed[:16] for hashed in made) == hashes


def test_a_draft_of_before_reads_as_one_without_what_came_later():
    data = data_of(make_item("multiple_choice", "r-1"))
    assert not {"clue", "checked", "angoff", "angoff_spread"} & data.keys()
    assert {name for option in data["options"] for name in option} == {"text", "why"}


def test_what_an_option_stands_for_moves_with_it():
    item = make_item("multiple_choice", "r-1")
    options = (item.options[0], replace(item.options[1], about="a term"), *item.options[2:])
    item = moved(replace(item, options=options), "option", 1, 2)
    assert [option.about for option in item.options] == ["", "", "", "a term"]
    assert item_of(json.loads(json.dumps(data_of(item)))) == item


def test_a_field_of_another_time_is_left_out():
    item = make_item("multiple_choice", "r-1")
    assert item_of(data_of(item) | {"colour": "red"}) == item


@pytest.mark.parametrize("item_type", kind_names())
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
