"""Fixed mock forms: many forms from one pool that share no item. Pure.

A 0-1 programme as in assembly, with two variables for each item in each form: it stands there and
counts, or stands there and does not (van der Linden 2005, chapter 6, "Multiple tests"; chapter 12
for items that do not count). HiGHS, in SciPy, solves it.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from examapp.exams.assembly.optimizer import BankTooSmall, PoolItem, Programme, Seat

_SECONDS = 900.0
# Any forms that meet the plan will do: the costs are there for chance alone.
_GAP = 0.9


@dataclass(frozen=True)
class Limit:
    """How many items of a group may stand together, both ends included."""

    members: frozenset[int]
    low: int
    high: int


@dataclass(frozen=True)
class Balance:
    """Between which sums a value of items must add up, both ends included."""

    values: Mapping[int, float]
    low: float
    high: float


@dataclass(frozen=True)
class FormsPlan:
    """What each of `forms` forms must hold.

    `tasks` has the items of each task, `scored` how many of them count, `types` the items of each
    type. `limits` hold in every form, `scored_limits` and `balances` over what counts in it, and
    `total_limits` over all forms together. All are over keys of items.
    """

    forms: int
    tasks: Mapping[int, int]
    scored: Mapping[int, int]
    types: Mapping[str, int]
    limits: Sequence[Limit] = ()
    scored_limits: Sequence[Limit] = ()
    total_limits: Sequence[Limit] = ()
    balances: Sequence[Balance] = field(default=())


def build(plan: FormsPlan, pool: Sequence[PoolItem], *, seed: int) -> list[list[Seat]]:
    """Return the seats of every form, in the order they are sat; no item stands in two.

    Raises BankTooSmall when the pool cannot give so many forms.
    """
    rng = random.Random(seed)
    pool = sorted(pool, key=lambda item: item.key)
    rng.shuffle(pool)
    programme = _programme(plan, pool)
    cost = [rng.random() for _ in range(programme.columns)]
    upper = [1.0] * programme.columns
    values = programme.solve(cost, upper, whole=programme.columns, seconds=_SECONDS, gap=_GAP)
    if not values:
        raise BankTooSmall(f"The bank is too small for {plan.forms} forms that share no item.")
    chosen = [column for column, value in enumerate(values) if value > 0.5]
    forms: list[list[Seat]] = [[] for _ in range(plan.forms)]
    for column in chosen:
        form, place = divmod(column, 2 * len(pool))
        index, is_unscored = divmod(place, 2)
        forms[form].append(Seat(pool[index].key, not is_unscored))
    for seats in forms:
        rng.shuffle(seats)
    return forms


@dataclass(frozen=True)
class _Row:
    """A sum over places of the pool, and whether only items that count enter it."""

    weights: Mapping[int, float]
    low: float
    high: float
    is_scored: bool = False


def _programme(plan: FormsPlan, pool: Sequence[PoolItem]) -> Programme:
    programme = Programme(2 * len(pool) * plan.forms)
    place = {item.key: index for index, item in enumerate(pool)}

    def columns(form: int, index: int) -> tuple[int, int]:
        first = 2 * (form * len(pool) + index)
        return first, first + 1

    def everywhere(indexes: Sequence[int]) -> list[tuple[int, float]]:
        forms = range(plan.forms)
        return [(c, 1.0) for index in indexes for form in forms for c in columns(form, index)]

    for index in range(len(pool)):
        programme.row(everywhere([index]), 0, 1)
    for limit in plan.total_limits:
        members = sorted(place[key] for key in limit.members)
        programme.row(everywhere(members), limit.low, limit.high)
    rows = [*_quota_rows(plan, pool), *_limit_rows(plan, place), *_clashes(pool)]
    for form in range(plan.forms):
        for row in rows:
            width = 1 if row.is_scored else 2
            terms = [
                (column, weight)
                for index, weight in row.weights.items()
                for column in columns(form, index)[:width]
            ]
            programme.row(terms, row.low, row.high)
    return programme


def _quota_rows(plan: FormsPlan, pool: Sequence[PoolItem]) -> Iterator[_Row]:
    for task, count in plan.tasks.items():
        members = {i: 1.0 for i, item in enumerate(pool) if item.task == task}
        yield _Row(members, count, count)
        yield _Row(members, plan.scored[task], plan.scored[task], is_scored=True)
    for name, count in plan.types.items():
        yield _Row({i: 1.0 for i, item in enumerate(pool) if item.type == name}, count, count)


def _limit_rows(plan: FormsPlan, place: Mapping[int, int]) -> Iterator[_Row]:
    for limits, is_scored in ((plan.limits, False), (plan.scored_limits, True)):
        for limit in limits:
            members = {place[key]: 1.0 for key in sorted(limit.members)}
            yield _Row(members, limit.low, limit.high, is_scored)
    for balance in plan.balances:
        values = {place[key]: value for key, value in balance.values.items()}
        yield _Row(values, balance.low, balance.high, is_scored=True)


def _clashes(pool: Sequence[PoolItem]) -> Iterator[_Row]:
    clashing: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(pool):
        for conflict in sorted(item.conflicts):
            clashing[conflict].append(index)
    for members in clashing.values():
        if len(members) > 1:
            yield _Row(dict.fromkeys(members, 1.0), 0, 1)
