"""Which questions make a set: what was seen longest ago first, nothing that gives another away.

Pure: the pool, its order and the random generator are arguments.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A question that may be asked.

    `seen_rank` is 0 for a question never met and grows with how lately it was. Two that share one
    of `conflicts` give each other away.
    """

    key: int
    seen_rank: float
    conflicts: frozenset[str] = frozenset()


def in_turn(pool: Iterable[Candidate], rng: random.Random) -> list[Candidate]:
    """Return candidates in the order they should be asked, alike ones by chance."""
    shuffled = list(pool)
    rng.shuffle(shuffled)
    return sorted(shuffled, key=lambda candidate: candidate.seen_rank)


def first_of(turn: Sequence[Candidate], count: int) -> list[int]:
    """Return the keys of the first `count`, passing over what gives an earlier one away."""
    chosen: list[int] = []
    given_away: set[str] = set()
    for candidate in turn:
        if len(chosen) == count:
            break
        if not given_away & candidate.conflicts:
            chosen.append(candidate.key)
            given_away |= candidate.conflicts
    return chosen


def first_over_areas(
    turn: Sequence[Candidate], count: int, *, area_of: Mapping[int, int], seats: Mapping[int, int]
) -> list[int]:
    """Return the keys of the first `count`, of each area as many as it has seats.

    What an area cannot fill, since it has too few or they give others away, goes to those that come
    next in turn, whatever their area.
    """
    chosen: list[int] = []
    given_away: set[str] = set()
    taken: Counter[int] = Counter()
    for is_within in (True, False):
        for candidate in turn:
            area = area_of[candidate.key]
            is_full = len(chosen) == count or (is_within and taken[area] == seats.get(area, 0))
            if is_full or candidate.key in chosen or given_away & candidate.conflicts:
                continue
            chosen.append(candidate.key)
            given_away |= candidate.conflicts
            taken[area] += 1
    return chosen
