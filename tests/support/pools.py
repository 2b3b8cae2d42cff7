"""Pools of items to draw forms from."""

from collections import Counter
from dataclasses import replace

from hypothesis import strategies as st

from examapp.exams.assembly.apportionment import seats
from examapp.exams.assembly.optimizer import DomainQuota, FormPlan, PoolItem

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


TYPES = ("mc", "mr", "or")


def quotas_of(plan):
    """Return (scored, unscored) seats by domain."""
    weights = {domain.key: domain.weight for domain in plan.domains}
    return seats(weights, plan.scored_count), seats(weights, plan.unscored_count)


@st.composite
def plans(draw):
    domains = tuple(
        DomainQuota(
            number,
            f"{number} Domain",
            draw(st.integers(1, 100)),
            {
                10 * number + task: draw(st.integers(1, 9))
                for task in range(draw(st.integers(1, 3)))
            },
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    )
    scored, unscored = draw(st.integers(1, 14)), draw(st.integers(0, 5))
    return FormPlan(scored, unscored, domains, {}, draw(st.integers(0, 1)))


@st.composite
def plans_with_pools(draw):
    """Return a plan and a pool that holds a form for it, among items that may clash with it."""
    plan = draw(plans())
    rng = draw(st.randoms(use_true_random=False))
    scored, unscored = quotas_of(plan)

    def items(first, places):
        return [
            PoolItem(
                key,
                domain.key,
                rng.choice(list(domain.tasks)),
                rng.choice(TYPES),
                seen_rank=rng.randrange(4),
            )
            for key, domain in enumerate(places, first)
        ]

    planted = items(0, [d for d in plan.domains for _ in range(scored[d.key] + unscored[d.key])])
    if draw(st.booleans()):
        plan = replace(plan, type_mix=Counter(item.type for item in planted))
    others = items(100, rng.choices(plan.domains, k=draw(st.integers(0, 25))))
    if plan.case_count:
        in_case = set(rng.sample(range(len(planted)), min(3, len(planted))))
        planted = [replace(p, case=1) if p.key in in_case else p for p in planted]
    others = [replace(o, case=rng.choice([None, None, 2, 3])) for o in others]
    pool = planted + others
    for number in range(draw(st.integers(0, 12))):
        pair = rng.sample(range(len(pool)), min(2, len(pool)))
        if any(place >= len(planted) for place in pair):
            for place in pair:
                old = pool[place]
                pool[place] = replace(old, conflicts=old.conflicts | {f"enemies {number}"})
    rng.shuffle(pool)
    return plan, pool


def assert_keeps_every_rule(form, plan, pool):
    """Quotas of domain and type, no conflicts, cases whole and together."""
    items = {item.key: item for item in pool}
    chosen = [items[seat.key] for seat in form]
    scored, unscored = quotas_of(plan)
    assert len({item.key for item in chosen}) == plan.scored_count + plan.unscored_count
    for is_scored, quota in ((True, scored), (False, unscored)):
        given_ = Counter(items[s.key].domain for s in form if s.is_scored is is_scored)
        assert given_ == {domain: count for domain, count in quota.items() if count}
    if plan.type_mix:
        assert Counter(item.type for item in chosen) == plan.type_mix
    conflicts = Counter(conflict for item in chosen for conflict in item.conflicts)
    assert set(conflicts.values()) <= {1}
    cases = {item.case for item in chosen if item.case is not None}
    assert len(cases) == plan.case_count
    for case in cases:
        whole = sorted(item.key for item in pool if item.case == case)
        first = next(place for place, item in enumerate(chosen) if item.case == case)
        assert [item.key for item in chosen[first : first + len(whole)]] == whole
        assert len([item for item in chosen if item.case == case]) == len(whole)
