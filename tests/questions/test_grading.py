"""Grading: key and response give a credit."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT, POLICIES
from questions.items.kinds.registry import kind_names
from questions.items.responses import authored, grade

TYPES = sorted(kind_names())
policies = st.sampled_from(sorted(POLICIES))


@st.composite
def graded(draw):
    """A type, a key and a well-formed response to it."""
    item_type = draw(st.sampled_from(TYPES))
    size = draw(st.integers(4, 8))
    indexes = st.integers(0, size - 1)
    if item_type == "multiple_choice":
        return item_type, [draw(indexes)], draw(st.none() | indexes)
    if item_type == "matching":
        count = draw(st.integers(3, 7))
        right = draw(st.lists(indexes, min_size=count, max_size=count))
        response = draw(st.lists(st.none() | indexes, min_size=count, max_size=count))
        return item_type, right, response
    least = 2 if item_type == "multiple_response" else 3
    right = draw(st.lists(indexes, min_size=least, max_size=size - 1, unique=True))
    return item_type, right, draw(st.none() | st.lists(indexes, max_size=size, unique=True))


@given(graded(), policies)
def test_credit_is_a_share(case, policy):
    item_type, right, response = case
    assert 0.0 <= grade(item_type, right, response, policy) <= 1.0


@given(graded(), policies)
def test_the_key_itself_earns_full_credit(case, policy):
    item_type, right, _ = case
    response = right[0] if item_type == "multiple_choice" else right
    assert grade(item_type, right, response, policy) == 1.0


@given(graded(), policies)
def test_full_credit_means_the_key(case, policy):
    item_type, right, response = case
    if grade(item_type, right, response, policy) == 1.0:
        given_ = [response] if isinstance(response, int) else list(response or [])
        same = sorted if item_type == "multiple_response" else list
        assert same(given_) == same(right)


@given(graded(), policies)
def test_a_blank_earns_nothing(case, policy):
    item_type, right, _ = case
    assert grade(item_type, right, None, policy) == 0.0


@given(policies)
def test_a_match_without_any_pair_is_a_blank(policy):
    assert grade("matching", [0, 0, 1], [None, None, None], policy) == 0.0
    assert grade("ordering", [0, 1, 2], [], policy) == 0.0
    assert grade("multiple_response", [0, 1], [], policy) == 0.0


@given(graded(), policies, st.randoms(use_true_random=False))
def test_the_order_in_which_options_were_shown_changes_no_credit(case, policy, rng):
    item_type, right, response = case
    shuffle = list(range(8))
    rng.shuffle(shuffle)
    if isinstance(response, int):
        shown = shuffle.index(response)
    else:
        shown = response and [None if r is None else shuffle.index(r) for r in response]
    assert grade(item_type, right, authored(item_type, shown, shuffle), policy) == grade(
        item_type, right, response, policy
    )


@given(graded())
def test_all_or_nothing_knows_no_part(case):
    item_type, right, response = case
    assert grade(item_type, right, response) in (0.0, 1.0)


@given(graded())
def test_partial_credit_never_gives_less(case):
    item_type, right, response = case
    whole = grade(item_type, right, response, ALL_OR_NOTHING)
    assert grade(item_type, right, response, PARTIAL_CREDIT) >= whole


@pytest.mark.parametrize(("size", "right", "credit"), [(5, [0, 1], 0.0), (5, [0, 1, 2], 1 / 3)])
def test_ticking_everything_is_no_way_to_full_credit(size, right, credit):
    everything = list(range(size))
    assert grade("multiple_response", right, everything) == 0.0
    assert grade("multiple_response", right, everything, PARTIAL_CREDIT) == pytest.approx(credit)


@pytest.mark.parametrize(
    ("chosen", "strict", "partial"),
    [
        ([], 0, 0),
        ([0], 0, 0.5),
        ([0, 1], 1, 1),
        ([0, 2], 0, 0),
        ([0, 1, 2], 0, 0.5),
        ([0, 1, 2, 3, 4], 0, 0),
        ([2, 3, 4], 0, 0),
        ([0, 0], 0, 0.5),
        ([0, 1, 2, 2], 0, 0.5),
    ],
)
def test_two_right_of_five_earn_what_the_policy_says(chosen, strict, partial):
    """Other systems pay for a blank, for everything ticked, or twice for one option."""
    assert grade("multiple_response", [0, 1], chosen, ALL_OR_NOTHING) == strict
    assert grade("multiple_response", [0, 1], chosen, PARTIAL_CREDIT) == partial


@given(
    st.sets(st.integers(0, 7), min_size=2, max_size=7),
    st.sets(st.integers(0, 7)),
    st.integers(0, 7),
)
def test_one_more_wrong_option_never_pays(right, chosen, more):
    if more not in right:
        before, after = sorted(chosen - {more}), sorted(chosen | {more})
        assert grade("multiple_response", sorted(right), after, PARTIAL_CREDIT) <= grade(
            "multiple_response", sorted(right), before, PARTIAL_CREDIT
        )


def test_guessing_a_pair_earns_no_more_than_its_chance_of_being_the_key():
    pairs = [list(pair) for pair in combinations(range(5), 2)]
    earned = [grade("multiple_response", [0, 1], pair, PARTIAL_CREDIT) for pair in pairs]
    assert sum(earned) / len(pairs) == 1 / 10


@given(st.permutations([0, 2, 3]))
def test_the_order_of_ticks_does_not_matter(response):
    assert grade("multiple_response", [3, 0, 2], response) == 1.0


@pytest.mark.parametrize(
    ("response", "whole", "part"),
    [
        ([0, 1, 2], 1.0, 1.0),
        ([1, 0, 2], 0.0, 1 / 3),
        ([0, 1], 0.0, 2 / 3),
        ([0, 1, 2, 3], 0.0, 3 / 4),
        ([1, 2, 0], 0.0, 0.0),
    ],
)
def test_ordering_counts_places(response, whole, part):
    assert grade("ordering", [0, 1, 2], response) == whole
    assert grade("ordering", [0, 1, 2], response, PARTIAL_CREDIT) == pytest.approx(part)


def test_a_prompt_without_a_match_is_wrong_and_the_others_count():
    assert grade("matching", [2, 0, 1], [2, None, 1]) == 0.0
    assert grade("matching", [2, 0, 1], [2, None, 1], PARTIAL_CREDIT) == pytest.approx(2 / 3)


def test_one_response_may_be_right_for_two_prompts():
    assert grade("matching", [1, 1, 0], [1, 1, 0]) == 1.0


@pytest.mark.parametrize(("item_type", "policy"), [("essay", ALL_OR_NOTHING), ("ordering", "kind")])
def test_an_unknown_type_or_policy_is_no_zero(item_type, policy):
    with pytest.raises(KeyError):
        grade(item_type, [0], None, policy)
