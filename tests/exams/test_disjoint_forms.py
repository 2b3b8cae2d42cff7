"""Many forms from one pool: disjoint, at quotas, within limits."""

from collections import Counter

import pytest

from examapp.exams.assembly.disjoint_forms import Balance, FormsPlan, Limit, build
from examapp.exams.assembly.optimizer import BankTooSmall, PoolItem

TYPES = {"multiple_choice": 4, "ordering": 1}


def pool(size=30, conflicts=None):
    """Items of two domains with a task each, every fifth of them ordering."""
    return [
        PoolItem(
            key=key,
            domain=key % 2,
            task=key % 2,
            type="ordering" if key % 5 == 0 else "multiple_choice",
            conflicts=frozenset((conflicts or {}).get(key, ())),
        )
        for key in range(size)
    ]


def plan(forms=3, **changes):
    values = {"tasks": {0: 3, 1: 2}, "scored": {0: 2, 1: 2}, "types": TYPES}
    return FormsPlan(forms=forms, **{**values, **changes})


def keys(forms):
    return [{seat.key for seat in form} for form in forms]


def test_forms_share_no_item_and_hold_their_quotas():
    items = {item.key: item for item in pool()}
    forms = build(plan(), list(items.values()), seed=1)
    assert len(set().union(*keys(forms))) == 15
    for form in forms:
        assert Counter(items[seat.key].task for seat in form) == {0: 3, 1: 2}
        assert Counter(items[seat.key].type for seat in form) == TYPES
        assert Counter(items[seat.key].task for seat in form if seat.is_scored) == {0: 2, 1: 2}


def test_the_same_seed_gives_the_same_forms():
    assert build(plan(), pool(), seed=4) == build(plan(), pool(), seed=4)
    assert keys(build(plan(), pool(), seed=4)) != keys(build(plan(), pool(), seed=5))


def test_items_in_conflict_never_share_a_form():
    clash = {key: {"fact"} for key in (1, 2, 3)}
    for form in keys(build(plan(), pool(15, clash), seed=1)):
        assert len(form & {1, 2, 3}) <= 1


def test_more_in_conflict_than_there_are_forms_is_too_small_a_bank():
    clash = {key: {"fact"} for key in (1, 2, 3, 4)}
    with pytest.raises(BankTooSmall, match="too small for 3 forms that share no item"):
        build(plan(), pool(15, clash), seed=1)


def test_a_limit_holds_in_every_form():
    limit = Limit(frozenset(range(0, 30, 3)), 2, 2)
    for form in keys(build(plan(limits=[limit]), pool(), seed=1)):
        assert len(form & limit.members) == 2


def test_a_limit_over_what_counts_leaves_the_rest_alone():
    limit = Limit(frozenset(range(0, 30, 3)), 0, 0)
    plans = plan(scored_limits=[limit], limits=[Limit(limit.members, 1, 5)])
    for form in build(plans, pool(), seed=1):
        assert [seat.is_scored for seat in form if seat.key in limit.members] == [False]


def test_a_limit_over_all_forms_leaves_items_free():
    limit = Limit(frozenset(range(10)), 0, 2)
    assert len(set().union(*keys(build(plan(), pool(), seed=1))) & limit.members) > 2
    forms = build(plan(total_limits=[limit]), pool(), seed=1)
    assert len(set().union(*keys(forms)) & limit.members) <= 2


def test_what_counts_is_equally_hard_in_every_form():
    shares = {key: 0.5 + key % 7 / 20 for key in range(30)}

    def spread(balances):
        forms = build(plan(balances=balances), pool(), seed=1)
        sums = [sum(shares[seat.key] for seat in form if seat.is_scored) for form in forms]
        return max(sums) - min(sums)

    assert spread([]) > 0.1
    assert spread([Balance(shares, 2.58, 2.62)]) <= 0.04 + 1e-6


def test_too_few_items_are_too_small_a_bank():
    with pytest.raises(BankTooSmall):
        build(plan(4), pool(15), seed=1)
