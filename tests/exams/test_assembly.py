"""Assembly: seats, a pool and a seed give a form."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.exams.assembly.optimizer import BankTooSmall, DomainQuota, FormPlan, PoolItem, assemble
from tests.support.pools import (
    PLAN,
    assert_keeps_every_rule,
    plans,
    plans_with_pools,
    pool_of,
)


def test_quotas_are_exact():
    pool = pool_of(60)
    form = assemble(PLAN, pool, seed=1)
    items = {item.key: item for item in pool}
    assert len({seat.key for seat in form}) == 13
    assert Counter(items[seat.key].domain for seat in form) == {1: 8, 2: 5}
    assert Counter(items[seat.key].domain for seat in form if seat.is_scored) == {1: 6, 2: 4}
    assert Counter(items[seat.key].type for seat in form) == {"mc": 11, "mr": 2}


def test_tasks_share_a_domain_by_weight():
    pool = pool_of(90)
    form = assemble(PLAN, pool, seed=1)
    tasks = Counter(next(i.task for i in pool if i.key == seat.key) for seat in form)
    assert (tasks[11], tasks[12]) == (5, 3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**62), st.integers(30, 60), st.randoms(use_true_random=False))
def test_any_seed_and_pool_order_keep_the_rules(seed, size, rng):
    pool = pool_of(size)
    # Enemies in pairs, some items seen, in a random order.
    pool = [
        replace(
            item,
            conflicts=frozenset({f"pair {item.key // 2}"} if item.key < 12 else ()),
            seen_rank=rng.randrange(3),
        )
        for item in pool
    ]
    form = assemble(PLAN, pool, seed=seed)
    rng.shuffle(pool)
    assert assemble(PLAN, pool, seed=seed) == form
    chosen = [seat.key for seat in form]
    assert len(set(chosen)) == 13
    pairs = Counter(key // 2 for key in chosen if key < 12)
    assert all(count == 1 for count in pairs.values())
    types = Counter(item.type for item in pool if item.key in chosen)
    assert types == {"mc": 11, "mr": 2}


def test_other_seeds_give_other_forms():
    forms = {tuple(assemble(PLAN, pool_of(60), seed=seed)) for seed in range(6)}
    assert len(forms) == 6


def test_places_and_what_does_not_count_are_drawn_by_lot():
    """A pool that just suffices leaves nothing else to chance."""
    pool = [PoolItem(key, *((1, 11) if key < 8 else (2, 21)), "mc") for key in range(13)]
    forms = [assemble(replace(PLAN, type_mix={}), pool, seed=seed) for seed in range(40)]
    assert len({form[0].key for form in forms}) > 5
    assert {seat.key for form in forms for seat in form if not seat.is_scored} == set(range(13))


def test_every_item_has_a_chance():
    seen = {seat.key for seed in range(60) for seat in assemble(PLAN, pool_of(30), seed=seed)}
    assert seen == set(range(30))


def test_the_unseen_come_first_then_what_was_seen_longest_ago():
    pool = [replace(item, seen_rank=item.key % 3) for item in pool_of(90, mr_every=5)]
    # As many unseen as the form needs, in each domain and type? Then nothing seen is drawn.
    form = assemble(
        replace(PLAN, type_mix={}), [replace(i, seen_rank=int(i.key >= 45)) for i in pool], seed=3
    )
    assert max(seat.key for seat in form) < 45


def test_items_of_a_case_come_together_or_not_at_all():
    plan = replace(PLAN, case_count=1)
    cases = [PoolItem(100 + n, 1, 11, "mc", case=n // 3 + 1) for n in range(6)]
    for seed in range(5):
        form = [seat.key for seat in assemble(plan, pool_of(60) + cases, seed=seed)]
        places = [place for place, key in enumerate(form) if key >= 100]
        assert len(places) == 3
        assert places[2] - places[0] == 2
        assert len({(form[place] - 100) // 3 for place in places}) == 1


def test_without_cases_in_the_blueprint_none_is_drawn():
    cases = [PoolItem(100 + n, 1, 11, "mc", case=1) for n in range(3)]
    assert all(seat.key < 100 for seat in assemble(PLAN, pool_of(40) + cases, seed=1))


@pytest.mark.parametrize(
    ("plan", "pool", "missing"),
    [
        (PLAN, [], "domain 1 First has 0 of 8 items; domain 2 Second has 0 of 5 items"),
        (PLAN, pool_of(60, mr_every=99), "type mr has 1 of 2 items"),
        (replace(PLAN, case_count=1), pool_of(60), "it has 0 of 1 case studies"),
        (
            PLAN,
            [replace(item, conflicts=frozenset({"one fact"})) for item in pool_of(60)],
            "cannot meet the domain and type quotas",
        ),
    ],
)
def test_what_is_missing_is_said(plan, pool, missing):
    with pytest.raises(BankTooSmall) as caught:
        assemble(plan, pool, seed=1)
    assert missing in str(caught.value)


# --- Any plan, any pool -----------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(plans_with_pools(), st.integers(0, 2**62))
def test_a_form_that_exists_is_found_and_keeps_every_rule(plan_and_pool, seed):
    plan, pool = plan_and_pool
    form = assemble(plan, pool, seed=seed)
    assert_keeps_every_rule(form, plan, pool)


@settings(max_examples=40, deadline=None)
@given(plans_with_pools(), st.integers(0, 2**62), st.randoms(use_true_random=False))
def test_a_seed_makes_the_same_form_whatever_the_order_of_the_pool(plan_and_pool, seed, rng):
    plan, pool = plan_and_pool
    form = assemble(plan, pool, seed=seed)
    rng.shuffle(pool)
    assert assemble(plan, pool, seed=seed) == form


@settings(max_examples=40, deadline=None)
@given(plans_with_pools(), st.integers(0, 2**62))
def test_an_item_of_a_case_goes_uncounted_last(plan_and_pool, seed):
    plan, pool = plan_and_pool
    items = {item.key: item for item in pool}
    form = assemble(plan, pool, seed=seed)
    for domain in plan.domains:
        own = [
            (items[seat.key].case is not None, seat.is_scored)
            for seat in form
            if items[seat.key].domain == domain.key
        ]
        if (True, False) in own:
            assert (False, True) not in own


@settings(max_examples=40, deadline=None)
@given(plans(), st.lists(st.integers(0, 9), min_size=90, max_size=90), st.integers(0, 2**62))
def test_what_was_seen_longest_ago_is_drawn_before_what_was_seen_since(plan, ranks, seed):
    """With nothing else to respect, each domain takes its lowest ranks, 0 being never seen."""
    plan = replace(plan, case_count=0)
    pool = []
    for key, rank in enumerate(ranks):
        domain = plan.domains[key % len(plan.domains)]
        pool.append(PoolItem(key, domain.key, next(iter(domain.tasks)), "mc", seen_rank=rank))
    chosen = {seat.key for seat in assemble(plan, pool, seed=seed)}
    for domain in plan.domains:
        own = [item for item in pool if item.domain == domain.key]
        drawn = sorted(item.seen_rank for item in own if item.key in chosen)
        assert drawn == sorted(item.seen_rank for item in own)[: len(drawn)]


def may_stand_together(plan, items, quotas):
    return (
        Counter(item.domain for item in items) == quotas
        and Counter(item.type for item in items) == plan.type_mix
        and max(Counter(c for item in items for c in item.conflicts).values(), default=1) == 1
    )


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2]),
            st.sampled_from(["mc", "mr"]),
            st.frozensets(st.sampled_from("abc"), max_size=2),
        ),
        max_size=9,
    )
)
def test_a_form_is_refused_only_when_no_choice_of_items_would_do(rows):
    domains = (DomainQuota(1, "1 One", 60, {1: 1}), DomainQuota(2, "2 Two", 40, {2: 1}))
    plan = FormPlan(5, 0, domains, {"mc": 3, "mr": 2})
    pool = [
        PoolItem(key, domain, domain, kind, conflicts=conflicts)
        for key, (domain, kind, conflicts) in enumerate(rows)
    ]
    exists = any(may_stand_together(plan, five, {1: 3, 2: 2}) for five in combinations(pool, 5))
    try:
        form = assemble(plan, pool, seed=1)
    except BankTooSmall:
        form = None
    assert (form is not None) == exists


def test_items_of_cases_are_no_supply_where_no_case_is_sat():
    cases = [PoolItem(100 + n, 2, 21, "mc", case=1) for n in range(9)]
    pool = [item for item in pool_of(60) if item.domain == 1]
    with pytest.raises(BankTooSmall, match="domain 2 Second has 0 of 5 items"):
        assemble(PLAN, pool + cases, seed=1)


def test_everything_that_is_short_is_named_together():
    with pytest.raises(BankTooSmall) as caught:
        assemble(PLAN, pool_of(9, mr_every=9), seed=1)
    assert str(caught.value) == (
        "The bank is too small for a mock exam: domain 1 First has 6 of 8 items; "
        "domain 2 Second has 3 of 5 items; type mc has 8 of 11 items; type mr has 1 of 2 items."
    )


def test_a_type_is_named_as_people_say_it():
    plan = replace(PLAN, type_mix={"multiple_response": 13})
    with pytest.raises(BankTooSmall, match="type multiple response has 0 of 13 items"):
        assemble(plan, pool_of(60), seed=1)
