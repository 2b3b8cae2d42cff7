"""Fixed mock forms: many forms from one pool that share no item. Pure.

A 0-1 programme as in assembly, with a variable for each item in each form (van der Linden 2005,
chapter 6, "Multiple tests"). HiGHS, in SciPy, solves it.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from examapp.exams.assembly.apportionment import seats
from examapp.exams.assembly.optimizer import BankTooSmall, PoolItem, Programme, Seat, arrange

_SECONDS = 600.0


@dataclass(frozen=True)
class Limit:
    """How many items of a group a form may hold, both ends included."""

    members: frozenset[int]
    low: int
    high: int


@dataclass(frozen=True)
class FormsPlan:
    """What the forms must hold.

    `tasks` has the items of each task for each form, `types` those of each type for every form;
    `unscored_count` items of a form do not count, shared out by the weights of domains. `limits`
    hold in every form, over keys of items.
    """

    tasks: Sequence[Mapping[int, int]]
    types: Mapping[str, int]
    unscored_count: int
    weights: Mapping[int, float]
    limits: Sequence[Limit] = ()


def build(plan: FormsPlan, pool: Sequence[PoolItem], *, seed: int) -> list[list[Seat]]:
    """Return the seats of every form, in the order they are sat; no item stands in two.

    Raises BankTooSmall when the pool cannot give so many forms.
    """
    rng = random.Random(seed)
    pool = sorted(pool, key=lambda item: item.key)
    rng.shuffle(pool)
    forms = len(plan.tasks)
    programme = Programme(len(pool) * forms)

    def column(form: int, index: int) -> int:
        return form * len(pool) + index

    for index in range(len(pool)):
        programme.row([(column(form, index), 1) for form in range(forms)], 0, 1)
    for form in range(forms):
        for members, low, high in _rows(plan, pool, form):
            programme.row([(column(form, index), 1) for index in members], low, high)
    cost = [rng.random() for _ in range(programme.columns)]
    upper = [1.0] * programme.columns
    values = programme.solve(cost, upper, whole=programme.columns, seconds=_SECONDS)
    if not values:
        raise BankTooSmall(f"The bank is too small for {forms} forms that share no item.")
    unscored = seats(plan.weights, plan.unscored_count)
    chosen = [
        [item for index, item in enumerate(pool) if values[column(form, index)] > 0.5]
        for form in range(forms)
    ]
    return [arrange(items, unscored, rng) for items in chosen]


def _rows(
    plan: FormsPlan, pool: Sequence[PoolItem], form: int
) -> Iterator[tuple[list[int], int, int]]:
    """Yield what a form must hold: items by their place in the pool, least, most."""
    for task, count in plan.tasks[form].items():
        yield [i for i, item in enumerate(pool) if item.task == task], count, count
    for name, count in plan.types.items():
        yield [i for i, item in enumerate(pool) if item.type == name], count, count
    for limit in plan.limits:
        members = [i for i, item in enumerate(pool) if item.key in limit.members]
        yield members, limit.low, limit.high
    clashing: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(pool):
        for conflict in sorted(item.conflicts):
            clashing[conflict].append(index)
    yield from ((members, 0, 1) for members in clashing.values() if len(members) > 1)
