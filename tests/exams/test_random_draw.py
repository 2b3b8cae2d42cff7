"""Lots: chance finds a form like the programme's, or leaves it to the programme."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.exams.assembly import optimizer, random_draw
from examapp.exams.assembly.optimizer import BankTooSmall, PoolItem
from examapp.exams.services.form_drawing import draw, form_plan
from questions import services as questions
from questions.models import QuestionVersion
from tests.conftest import BANK
from tests.support.builders import make_user
from tests.support.pools import PLAN, assert_keeps_every_rule, plans_with_pools, pool_of, quotas_of


@pytest.fixture
def _no_programme(monkeypatch):
    """Chance has to do: the programme finds nothing."""
    monkeypatch.setattr(optimizer.Programme, "solve", lambda self, *args, **options: [])


@settings(max_examples=80, deadline=None)
@given(plans_with_pools(), st.integers(0, 2**62), st.randoms(use_true_random=False))
def test_a_form_keeps_every_rule_whatever_the_order_of_the_pool(plan_and_pool, seed, rng):
    plan, pool = plan_and_pool
    form = random_draw.assemble(plan, pool, seed=seed)
    rng.shuffle(pool)
    assert random_draw.assemble(plan, pool, seed=seed) == form
    assert_keeps_every_rule(form, plan, pool)


@settings(max_examples=60, deadline=None)
@given(plans_with_pools(), st.integers(0, 2**62))
def test_what_chance_finds_is_as_good_as_the_programme_s(plan_and_pool, seed):
    """Nothing seen, and no task further from its share."""
    plan, pool = plan_and_pool
    items = {item.key: item for item in pool}

    def worth(form):
        tasks = Counter(items[seat.key].task for seat in form)
        ranks = sum(items[seat.key].seen_rank for seat in form)
        quotas = {key: sum(q[key] for q in quotas_of(plan)) for key in quotas_of(plan)[0]}
        shares = [optimizer.seats(d.tasks, quotas[d.key]) for d in plan.domains]
        return ranks, sum(max(0, n - tasks[task]) for each in shares for task, n in each.items())

    assert worth(random_draw.assemble(plan, pool, seed=seed)) == worth(
        optimizer.assemble(plan, pool, seed=seed)
    )


@pytest.mark.usefixtures("_no_programme")
def test_chance_is_enough_where_there_is_plenty():
    forms = {tuple(random_draw.assemble(PLAN, pool_of(60), seed=seed)) for seed in range(20)}
    assert len(forms) == 20


@pytest.mark.usefixtures("_no_programme")
def test_a_case_is_drawn_whole_or_not_at_all():
    plan = replace(PLAN, case_count=1)
    cases = [PoolItem(100 + n, 1, 11, "mc", case=n // 3 + 1) for n in range(6)]
    for seed in range(10):
        form = [seat.key for seat in random_draw.assemble(plan, pool_of(60) + cases, seed=seed)]
        assert sorted(key for key in form if key >= 100) in ([100, 101, 102], [103, 104, 105])


def test_what_chance_cannot_find_is_left_to_the_programme(monkeypatch):
    """Everything was seen, so that the order in which it was decides."""
    pool = [replace(item, seen_rank=item.key + 1) for item in pool_of(60)]
    assert random_draw.assemble(PLAN, pool, seed=1) == optimizer.assemble(PLAN, pool, seed=1)
    with pytest.raises(BankTooSmall, match="domain 1 First has 0 of 8 items"):
        random_draw.assemble(PLAN, [], seed=1)


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.usefixtures("_no_programme")
def test_the_shipped_bank_needs_no_programme_for_a_newcomer():
    exam = questions.load(BANK).exam
    for _ in range(5):
        drawn = draw(make_user(), exam)
        assert len({seat.question for seat in drawn.seats}) == 65
        asked = QuestionVersion.objects.in_bulk([seat.version for seat in drawn.seats])
        types = Counter(version.type for version in asked.values())
        assert types == form_plan(exam).type_mix
