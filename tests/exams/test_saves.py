"""Saves: one entry of a posted list is taken whole, or refused field by field."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.exams.answers.schema import Save, SaveError, Shape, checked_save
from questions.items.responses import checked_response

CLIENT = "0b9f8c9e-58f5-4b53-9a0e-7d8f3e0c2a11"
SHAPES = {
    1: Shape("multiple_choice", 4, 0),
    2: Shape("multiple_response", 5, 0),
    3: Shape("ordering", 4, 0),
    4: Shape("matching", 4, 3),
}
FIELDS = {"position", "response", "client", "seq", "base", "elapsed_ms", "flagged", "struck"}


def row(**changes):
    return {"position": 1, "response": 2, "client": CLIENT, "seq": 7, **changes}


def refused(value):
    with pytest.raises(SaveError) as caught:
        checked_save(value, SHAPES)
    return caught.value.errors


def test_what_is_not_said_has_a_quiet_meaning():
    assert checked_save(row(), SHAPES) == Save(
        position=1,
        response=2,
        client=uuid.UUID(CLIENT),
        seq=7,
        base=None,
        elapsed_ms=0,
        flagged=False,
        struck=(),
    )


def test_everything_said_is_kept():
    said = row(position=4, response=[1, None, 0], base=3, elapsed_ms=900, flagged=True, struck=[2])
    save = checked_save(said, SHAPES)
    assert (save.position, save.response, save.base) == (4, [1, None, 0], 3)
    assert (save.elapsed_ms, save.flagged, save.struck) == (900, True, (2,))


def test_no_response_clears():
    assert checked_save(row(response=None), SHAPES).response is None
    assert checked_save({"position": 2, "client": CLIENT, "seq": 0}, SHAPES).response is None


def test_struck_options_are_a_set_in_order():
    assert checked_save(row(struck=[3, 1, 3]), SHAPES).struck == (1, 3)


def test_a_response_is_judged_by_its_own_position():
    assert checked_save(row(position=2, response=[4, 0]), SHAPES).response == [0, 4]
    assert set(refused(row(position=1, response=[4, 0]))) == {"response"}


@pytest.mark.parametrize("value", [None, [], "x", 7, True, [row()]])
def test_an_entry_must_be_an_object(value):
    assert refused(value) == {"entry": "must be an object"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("position", [None, 0, 5, -1, "1", 1.0, True, [1], {"a": 1}, 2**70]),
        ("client", [None, "", "me", 5, CLIENT + "0", [CLIENT], True, int("1" * 32)]),
        ("seq", [None, -1, 2**53, 1.0, "1", True, [1]]),
        ("base", [-1, 2**31, 1.0, "1", False, [1]]),
        ("elapsed_ms", [None, -1, 2**31, 0.5, "1", True]),
        ("flagged", [None, 0, 1, "true", [True]]),
        ("struck", [None, 1, "1", [4], [-1], [True], ["1"], [[0]], [0] * 5, {"0": 1}]),
        ("response", [4, -1, True, "2", 2.0, [2], {"a": 2}, 2**70]),
    ],
)
def test_a_bad_value_names_its_field_alone(field, values):
    for value in values:
        assert set(refused(row(**{field: value}))) == {field}, value


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("seq", [0, 2**53 - 1]),
        ("base", [None, 0, 2**31 - 1]),
        ("elapsed_ms", [0, 2**31 - 1]),
        ("struck", [[], [0, 1, 2, 3]]),
    ],
)
def test_the_ends_of_a_range_are_inside(field, values):
    for value in values:
        checked_save(row(**{field: value}), SHAPES)


def test_every_bad_field_is_named_at_once():
    bad = row(response=9, client="me", seq=-1, base=-1, elapsed_ms=-1, flagged=1, struck=[9])
    assert set(refused(bad)) == FIELDS - {"position"}


def test_at_an_unknown_position_nothing_is_said_of_its_options():
    assert set(refused(row(position=9, response="x", struck=[99]))) == {"position"}


def test_what_else_is_sent_is_passed_over():
    assert checked_save(row(credit=1, is_scored=True), SHAPES) == checked_save(row(), SHAPES)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 5) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=5,
)


def outcome(value):
    """Return a save and no errors, or None and what was refused."""
    try:
        return checked_save(value, SHAPES), {}
    except SaveError as error:
        return None, error.errors


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), json_values))
def test_anything_sent_is_taken_whole_or_refused_by_field(changes):
    save, errors = outcome(row(**changes))
    if save is None:
        # Another position has another shape, which the response may not fit.
        assert errors
        assert set(errors) <= {*changes, "response"}
        return
    shape = SHAPES[save.position]
    assert save.response == checked_response(
        shape.type,
        save.response,
        option_count=shape.option_count,
        prompt_count=shape.prompt_count,
    )
    assert set(save.struck) <= set(range(shape.option_count))
