"""Which items give each other away, and so never stand in one form or practice set. Pure."""

from collections.abc import Iterable


def conflicts_of[K: (int, str)](
    key: K, *, facts: Iterable[str], enemies: Iterable[K]
) -> frozenset[str]:
    """Return names of an item's conflicts: items that share one may not meet.

    Two items on one fact conflict, and two that are named as enemies. `key` and `enemies` identify
    items in one way, by primary key or by ref.
    """
    conflicts = {f"fact {fact}" for fact in facts}
    for enemy in enemies:
        conflicts.add(f"enemies {sorted((key, enemy))}")
    return frozenset(conflicts)
