"""Assembly: seats, a pool and a seed give a form."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.exams.assembly import BankTooSmall, DomainQuota, FormPlan, PoolItem, assemble

PLAN = FormPlan(
    scored_count=10,
    unscored_count=3,
    domains=(
        DomainQuota(1, "1 First", 60, {11: 2.0, 12: 1.0}),
        DomainQuota(2, "2 Second", 40, {21: 1.0}),
    ),
    type_mix={"mc": 11, "mr": 2},
)


def pool_of(size, *, mr_every=4):
    """Return items over three tasks in turn, every fourth of the type mr."""
    places = [(1, 11), (1, 12), (2, 21)]
    return [
        PoolItem(key, *places[key % 3], "mr" if key % mr_every == 0 else "mc")
        for key in range(size)
    ]


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
