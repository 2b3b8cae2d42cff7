"""Assembly: seats, a pool and a seed give a form. Pure; the same arguments give the same form.

The choice of items is a 0-1 programme (van der Linden 2005, "Linear Models for Optimal Test
Design", chapters 3 to 5): a variable for each item, an equation for each quota, and an objective
that prefers what the candidate has not seen, or saw longest ago. HiGHS, in SciPy, solves it.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from examapp.exams.assembly.apportionment import seats

# Objective: one more step of `staleness` outweighs any random tie-break and any uneven task.
_SEEN_COST = 1000.0
_UNEVEN_COST = 10.0
_SECONDS = 5.0
_GAP = 1e-4


class BankTooSmall(Exception):
    """The pool cannot fill a form; the message says what is missing."""


@dataclass(frozen=True)
class DomainQuota:
    """A domain's weight, and the weights of its tasks."""

    key: int
    title: str
    weight: float
    tasks: Mapping[int, float]


@dataclass(frozen=True)
class FormPlan:
    """What a form must hold. `type_mix` may be empty: any mix. `case_count` counts case studies."""

    scored_count: int
    unscored_count: int
    domains: tuple[DomainQuota, ...]
    type_mix: Mapping[str, int]
    case_count: int = 0


@dataclass(frozen=True)
class PoolItem:
    """An item that may be drawn.

    `seen_rank` is 0 for an item never seen by the candidate, else 1 for the one seen longest ago,
    and so on. Items that share one of `conflicts` never stand in one form.
    """

    key: int
    domain: int
    task: int
    type: str
    seen_rank: int = 0
    case: int | None = None
    conflicts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Seat:
    """One place of an assembled form, in order."""

    key: int
    is_scored: bool


def assemble(plan: FormPlan, pool: Sequence[PoolItem], *, seed: int) -> list[Seat]:
    """Return the seats of a form in the order they are sat.

    Raises BankTooSmall when no choice of items from the pool meets the plan.
    """
    rng = random.Random(seed)
    pool = [item for item in pool if item.case is None or plan.case_count]
    pool = sorted(pool, key=lambda item: item.key)
    rng.shuffle(pool)
    weights = {domain.key: domain.weight for domain in plan.domains}
    scored = seats(weights, plan.scored_count)
    unscored = seats(weights, plan.unscored_count)
    quotas = {key: scored[key] + unscored[key] for key in weights}
    _check_supply(plan, pool, quotas)
    chosen = _choose(plan, pool, quotas, rng)
    return arrange(chosen, unscored, rng)


def _check_supply(plan: FormPlan, pool: Sequence[PoolItem], quotas: Mapping[int, int]) -> None:
    """Raise BankTooSmall with every domain and type that is short."""
    by_domain = Counter(item.domain for item in pool)
    by_type = Counter(item.type for item in pool)
    short = [
        f"domain {domain.title} has {by_domain[domain.key]} of {quotas[domain.key]} items"
        for domain in plan.domains
        if by_domain[domain.key] < quotas[domain.key]
    ]
    short += [
        f"type {name.replace('_', ' ')} has {by_type[name]} of {count} items"
        for name, count in plan.type_mix.items()
        if by_type[name] < count
    ]
    if short:
        raise BankTooSmall("The bank is too small for a mock exam: " + "; ".join(short) + ".")


class Programme:
    """Rows of a sparse 0-1 programme, gathered one at a time."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.entries: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def row(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        index = len(self.low)
        self.entries += [(index, column, value) for column, value in terms]
        self.low.append(low)
        self.high.append(high)

    def solve(
        self,
        cost: Sequence[float],
        upper: Sequence[float],
        *,
        whole: int,
        seconds: float = _SECONDS,
        gap: float = _GAP,
    ) -> list[float]:
        """Return the cheapest values, the first `whole` of them 0 or 1; [] when nothing fits.

        `gap` is how far their cost may be from the least, as a share of it.
        """
        # SciPy takes a second to load, and only a process that draws a form needs it.
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        rows, columns, values = zip(*self.entries, strict=True)
        matrix = csr_array((values, (rows, columns)), shape=(len(self.low), self.columns))
        result = milp(
            np.array(cost),
            integrality=np.array([1] * whole + [0] * (self.columns - whole)),
            bounds=Bounds(np.zeros(self.columns), np.array(upper)),
            constraints=LinearConstraint(matrix, np.array(self.low), np.array(self.high)),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        return [] if result.x is None else list(result.x)


def _choose(
    plan: FormPlan, pool: Sequence[PoolItem], quotas: Mapping[int, int], rng: random.Random
) -> list[PoolItem]:
    """Solve for the items: domain and type quotas exact, tasks as even as their weights ask."""
    tasks = {
        task: share
        for domain in plan.domains
        for task, share in seats(domain.tasks, quotas[domain.key]).items()
    }
    first_task = len(pool)  # after the items: for each task, how far below its share it falls
    columns = first_task + len(tasks)
    programme = Programme(columns)
    cases = sorted({item.case for item in pool if item.case is not None})
    for domain, count in quotas.items():
        programme.row(
            [(i, 1) for i, item in enumerate(pool) if item.domain == domain], count, count
        )
    for name, count in plan.type_mix.items():
        programme.row([(i, 1) for i, item in enumerate(pool) if item.type == name], count, count)
    for column, (task, share) in enumerate(tasks.items(), first_task):
        terms = [(i, 1.0) for i, item in enumerate(pool) if item.task == task]
        programme.row([*terms, (column, 1.0)], share, inf)
    clashing: dict[str, list[int]] = defaultdict(list)
    for i, item in enumerate(pool):
        for conflict in sorted(item.conflicts):
            clashing[conflict].append(i)
    for members in clashing.values():
        if len(members) > 1:
            programme.row([(i, 1) for i in members], 0, 1)
    firsts = []
    for case in cases:
        members = [i for i, item in enumerate(pool) if item.case == case]
        firsts.append(members[0])
        for other in members[1:]:
            programme.row([(members[0], 1), (other, -1)], 0, 0)
    if firsts or plan.case_count:
        if len(firsts) < plan.case_count:
            raise BankTooSmall(
                f"The bank is too small for a mock exam: it has {len(firsts)} of "
                f"{plan.case_count} case studies."
            )
        programme.row([(i, 1) for i in firsts], plan.case_count, plan.case_count)
    cost = [_SEEN_COST * item.seen_rank + rng.random() for item in pool]
    cost += [_UNEVEN_COST] * len(tasks)
    upper = [1.0] * len(pool) + [float(max(tasks.values()))] * len(tasks)
    values = programme.solve(cost, upper, whole=len(pool))
    if not values:
        raise BankTooSmall(
            "The bank is too small for a mock exam: its questions cannot meet the domain and "
            "type quotas "
            "together without two that give each other away."
        )
    return [item for item, value in zip(pool, values, strict=False) if value > 0.5]


def arrange(
    chosen: Sequence[PoolItem], unscored: Mapping[int, int], rng: random.Random
) -> list[Seat]:
    """Shuffle the items, those of a case side by side, and mark which do not count.

    Items of a case are scored before others are, so that a case counts as a whole where it can.
    """
    blocks: dict[object, list[PoolItem]] = defaultdict(list)
    for item in chosen:
        blocks[("case", item.case) if item.case is not None else ("item", item.key)].append(item)
    order = list(blocks.values())
    rng.shuffle(order)
    uncounted: set[int] = set()
    for domain, count in unscored.items():
        in_domain = [item for item in chosen if item.domain == domain]
        rng.shuffle(in_domain)
        in_domain.sort(key=lambda item: item.case is not None)
        uncounted |= {item.key for item in in_domain[:count]}
    return [
        Seat(item.key, item.key not in uncounted)
        for block in order
        for item in sorted(block, key=lambda item: item.key)
    ]
