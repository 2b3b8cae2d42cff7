"""Lots: a form drawn by chance from what its candidate has never seen. Pure.

Where such a draw fills every quota and gives every task its share, no programme could do better: it
holds nothing that was seen before and no task falls short. It costs a hundredth of the programme
and needs no SciPy, which matters when a whole class starts at one moment. What chance does not find
in these tries is left to the programme of assembly, which finds a form wherever there is one.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from examapp.exams.assembly import optimizer
from examapp.exams.assembly.apportionment import seats
from examapp.exams.assembly.optimizer import FormPlan, PoolItem, Seat

# Two of five succeed with the shipped bank, and all of these together take less than the programme.
_TRIES = 24
# Items that come together or not at all: those of a case, or one by itself.
type Block = tuple[PoolItem, ...]


def assemble(plan: FormPlan, pool: Sequence[PoolItem], *, seed: int) -> list[Seat]:
    """Return the seats of a form in the order they are sat; the same arguments give the same form.

    Raises BankTooSmall when no choice of items from the pool meets the plan.
    """
    return by_chance(plan, pool, seed=seed) or optimizer.assemble(plan, pool, seed=seed)


def by_chance(plan: FormPlan, pool: Sequence[PoolItem], *, seed: int) -> list[Seat]:
    """Return the seats of a form as chance finds it in a few tries; [] where it does not."""
    rng = random.Random(seed)
    weights = {domain.key: domain.weight for domain in plan.domains}
    scored = seats(weights, plan.scored_count)
    unscored = seats(weights, plan.unscored_count)
    quotas = {key: scored[key] + unscored[key] for key in weights}
    blocks = _blocks(plan, pool)
    for _ in range(_TRIES):
        chosen = _draw(plan, quotas, blocks, rng)
        if chosen:
            return optimizer.arrange(chosen, unscored, rng)
    return []


def _blocks(plan: FormPlan, pool: Sequence[PoolItem]) -> list[Block]:
    """Return what was never seen, in an order of its own; cases are whole, where any are sat."""
    by_case: defaultdict[object, list[PoolItem]] = defaultdict(list)
    for item in sorted(pool, key=lambda item: item.key):
        if item.case is None:
            by_case["item", item.key].append(item)
        elif plan.case_count:
            by_case["case", item.case].append(item)
    return [tuple(items) for items in by_case.values() if not any(i.seen_rank for i in items)]


def _draw(
    plan: FormPlan, quotas: Mapping[int, int], blocks: Sequence[Block], rng: random.Random
) -> list[PoolItem]:
    """Take blocks in a random order, cases and rare types first, wherever there is room for one.

    Returns [] unless everything is filled in the end.
    """
    supply = Counter(item.type for block in blocks for item in block)
    rarity = {name: count / (supply[name] or 1) for name, count in plan.type_mix.items()}
    room = _Room(plan, quotas)
    order = list(blocks)
    rng.shuffle(order)
    order.sort(key=lambda block: (block[0].case is None, -rarity.get(block[0].type, 0)))
    for block in order:
        if room.holds(block):
            room.take(block)
    return room.chosen if room.is_full else []


class _Room:
    """What is still to be filled of a form."""

    def __init__(self, plan: FormPlan, quotas: Mapping[int, int]) -> None:
        self.domains = Counter(quotas)
        self.tasks = Counter[int]()
        for domain in plan.domains:
            self.tasks.update(seats(domain.tasks, quotas[domain.key]))
        self.types = Counter(plan.type_mix)
        self.has_types = bool(plan.type_mix)
        self.cases = plan.case_count
        self.conflicts: set[str] = set()
        self.chosen: list[PoolItem] = []

    @property
    def is_full(self) -> bool:
        open_seats = (*self.domains.values(), *self.tasks.values(), *self.types.values())
        return not self.cases and not any(open_seats)

    def holds(self, block: Block) -> bool:
        first = block[0]
        if not self.tasks[first.task] or (self.has_types and not self.types[first.type]):
            return False
        if first.case is not None and not self.cases:
            return False
        conflicts = [conflict for item in block for conflict in item.conflicts]
        if self.conflicts.intersection(conflicts) or len(set(conflicts)) < len(conflicts):
            return False
        wanted = (
            (self.domains, Counter(item.domain for item in block)),
            (self.tasks, Counter(item.task for item in block)),
            *([(self.types, Counter(item.type for item in block))] if self.has_types else ()),
        )
        return all(need <= open_seats for open_seats, need in wanted)

    def take(self, block: Block) -> None:
        self.cases -= block[0].case is not None
        for item in block:
            self.domains[item.domain] -= 1
            self.tasks[item.task] -= 1
            if self.has_types:
                self.types[item.type] -= 1
            self.conflicts |= item.conflicts
            self.chosen.append(item)
