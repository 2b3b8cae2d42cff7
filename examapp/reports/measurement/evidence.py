"""Answers, laid out for arithmetic. Pure."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from examapp.reports.measurement.outline import Floats, Ints


@dataclass(frozen=True)
class Answers:
    """Answers of learners to items, arrays of one length; `leaf` is the area each item lies in.

    `credit` is the share that was right, 0 to 1; `weight` is what an answer counts; `occasion` is
    which of the learner's sittings and practice, in order, it was given in.
    """

    learner: Ints
    leaf: Ints
    item: Ints
    credit: Floats
    weight: Floats
    occasion: Ints | None = None

    def __len__(self) -> int:
        return len(self.item)

    def take(self, chosen: Ints) -> "Answers":
        """Return some of the answers."""
        return Answers(
            self.learner[chosen],
            self.leaf[chosen],
            self.item[chosen],
            self.credit[chosen],
            self.weight[chosen],
            None if self.occasion is None else self.occasion[chosen],
        )

    def counts(self, learners: int, leaves: int, items: int) -> csr_array:
        """Return how often each item was right (column 2i) and wrong (2i + 1), by learner and leaf.

        A row stands for a leaf of a learner: row = learner * leaves + leaf.
        """
        row = np.concatenate([self.learner * leaves + self.leaf] * 2)
        column = np.concatenate([2 * self.item, 2 * self.item + 1])
        value = np.concatenate([self.weight * self.credit, self.weight * (1 - self.credit)])
        keep = value > 0
        shape = (learners * leaves, 2 * items)
        return csr_array((value[keep], (row[keep], column[keep])), shape=shape)


def log_chances(curves: Floats) -> Floats:
    """Return log P(right) and log P(wrong) of each item, two rows an item."""
    logs = np.stack([np.log(curves), np.log1p(-curves)], axis=1)
    return logs.reshape(-1, curves.shape[1])


def log_likelihood(counts: csr_array, logs: Floats, *, leaves: int) -> Floats:
    """Return the log likelihood of the answers: learners by leaves by points of the grid.

    `logs` are the log chances of the items that `counts` counts.
    """
    found: Floats = counts @ logs
    return found.reshape(-1, leaves, logs.shape[1])


def answers(
    learner: ArrayLike,
    leaf: ArrayLike,
    item: ArrayLike,
    credit: ArrayLike,
    weight: ArrayLike = 1.0,
    occasion: ArrayLike | None = None,
) -> Answers:
    """Return answers from sequences; one weight may stand for all."""
    index = np.asarray(item, dtype=np.intp)
    return Answers(
        np.asarray(learner, dtype=np.intp),
        np.asarray(leaf, dtype=np.intp),
        index,
        np.asarray(credit, dtype=float),
        np.broadcast_to(np.asarray(weight, dtype=float), index.shape).copy(),
        None if occasion is None else np.asarray(occasion, dtype=np.intp),
    )


def by_occasion(given: Answers) -> tuple[Answers, int]:
    """Return the answers with each learner's every occasion as a learner of its own, and how many.

    So calibration mistakes nobody who learned from one occasion to the next for an easy item.
    """
    if given.occasion is None:
        return given, int(given.learner.max(initial=-1)) + 1
    key = given.learner * (int(given.occasion.max(initial=0)) + 1) + given.occasion
    known, person = np.unique(key, return_inverse=True)
    return replace(given, learner=person, occasion=None), len(known)
