"""The outline of an exam: its domains, tasks and topics, level by level. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Outline:
    """A tree all of whose leaves lie equally deep, without its root, the exam as a whole.

    `parents[k]` holds, for each area of level k, the index of the area of level k - 1 that it lies
    in, 0 throughout at level 0; areas stand in the order of what they lie in. `shares` holds what
    each leaf weighs in the exam; the shares add up to 1. Raises ValueError when a level is out of
    order, leaves an area of the level above empty, or when the shares do not fit.
    """

    parents: tuple[tuple[int, ...], ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        above = 1
        for level in self.parents:
            if sorted(level) != list(level) or set(level) != set(range(above)):
                raise ValueError("areas must follow what they lie in, and fill all of it")
            above = len(level)
        if len(self.shares) != above or not np.isclose(sum(self.shares), 1) or min(self.shares) < 0:
            raise ValueError("a share for each leaf, none below 0, together 1")

    @property
    def depth(self) -> int:
        return len(self.parents)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(level) for level in self.parents)

    @cached_property
    def starts(self) -> tuple[Ints, ...]:
        """For each level, where the areas of each area above begin."""
        return tuple(
            np.flatnonzero(np.diff(np.array(level), prepend=-1)).astype(np.intp)
            for level in self.parents
        )

    def leaves_of(self, level: int) -> Ints:
        """Return for each leaf the index of the area of `level` that it lies in."""
        place = np.arange(self.sizes[-1], dtype=np.intp)
        for parents in reversed(self.parents[level + 1 :]):
            place = np.array(parents, dtype=np.intp)[place]
        return place

    @cached_property
    def mixing(self) -> tuple[Floats, ...]:
        """For each level above the leaves, areas by leaves, what averages leaves by their shares.

        An area whose leaves weigh nothing averages them evenly.
        """
        return tuple(self._mixing(level) for level in range(self.depth - 1))

    def _mixing(self, level: int) -> Floats:
        member = self.leaves_of(level)[None, :] == np.arange(self.sizes[level])[:, None]
        weights = member * np.array(self.shares)
        empty = weights.sum(axis=1) == 0
        weights[empty] = member[empty]
        mixed: Floats = weights / weights.sum(axis=1, keepdims=True)
        return mixed

    def shares_of(self, level: int) -> Floats:
        """Return what each area of `level` weighs in the exam."""
        return np.bincount(
            self.leaves_of(level), weights=np.array(self.shares), minlength=self.sizes[level]
        )


class Grove(NamedTuple):
    """The outlines of many learners, each cut down to the areas that they answered in.

    For each level, `parents` holds the row, among those of the level above, that each area lies in,
    at level 0 the learner's; `starts` is as an outline's. Learners without an answer have no row.
    """

    parents: tuple[Ints, ...]
    starts: tuple[Ints, ...]


def grove(outline: Outline, learner: Ints, leaf: Ints) -> Grove:
    """Return what `learner` and `leaf` of each answered leaf, by learner and leaf, make."""
    parents: list[Ints] = []
    starts: list[Ints] = []
    area = leaf
    for above in reversed(outline.parents):
        around = np.array(above, dtype=np.intp)[area]
        keys = learner * (len(above) + 1) + around
        _, first, row = np.unique(keys, return_index=True, return_inverse=True)
        parents.append(row)
        starts.append(first)
        learner, area = learner[first], around[first]
    return Grove(tuple(reversed(parents)), tuple(reversed(starts)))


def nested(leaves: Sequence[tuple[int, ...]], shares: Sequence[float]) -> Outline:
    """Return the outline of leaves given as paths, such as (domain, task, topic), in order."""
    depth = len(leaves[0])
    parents: list[tuple[int, ...]] = []
    above: dict[tuple[int, ...], int] = {(): 0}
    for level in range(1, depth + 1):
        paths = list(dict.fromkeys(path[:level] for path in leaves))
        parents.append(tuple(above[path[:-1]] for path in paths))
        above = {path: place for place, path in enumerate(paths)}
    return Outline(tuple(parents), tuple(shares))
