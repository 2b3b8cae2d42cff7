"""Every credit of an exam's finished sessions, laid out for statistics."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from examapp.exams.models import SessionItem
from examapp.reports.measurement import classical
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.rasch import Totals, marginal
from questions.models import Exam


@dataclass(frozen=True)
class CreditTable:
    """Every credit of every finished session of an exam; a blank earns nothing.

    `row` and `column` index `sessions` and `versions`; arrays have an entry for each session item.
    `domains` holds the domain that each version was first asked in.
    """

    sessions: list[UUID]
    versions: list[int]
    domains: Ints
    row: Ints
    column: Ints
    credit: Floats
    is_scored: NDArray[np.bool_]

    @cached_property
    def totals(self) -> Floats:
        """The credit of each session."""
        return np.bincount(self.row, weights=self.credit, minlength=len(self.sessions))

    @cached_property
    def counts(self) -> Floats:
        """The number of items of each session."""
        return np.bincount(self.row, minlength=len(self.sessions)).astype(float)

    @cached_property
    def fifths(self) -> dict[UUID, int]:
        """The fifth, 0 the weakest, of each session by its share of right answers."""
        fifths = classical.by_fifth(self.totals / np.maximum(self.counts, 1))
        return dict(zip(self.sessions, map(int, fifths), strict=True))

    @cached_property
    def rests(self) -> Floats:
        """For each item, the share that its session earned on the others."""
        others = self.counts[self.row] - 1
        rest = (self.totals[self.row] - self.credit) / np.maximum(others, 1)
        return np.where(others > 0, rest, np.nan)

    @cached_property
    def by_column(self) -> list[Ints]:
        """For each version, the entries that are of it."""
        order = np.argsort(self.column, kind="stable")
        edges = np.searchsorted(self.column[order], np.arange(len(self.versions) + 1))
        return [order[low:high] for low, high in pairwise(edges)]

    @cached_property
    def difficulties(self) -> tuple[Floats, Floats]:
        """Rasch difficulties of all versions and their errors; NaN where answers cannot tell."""
        right = (self.credit == 1).astype(float)
        hits = np.bincount(self.column, weights=right, minlength=len(self.versions))
        met = np.bincount(self.column, minlength=len(self.versions))
        varies = (hits > 0) & (hits < met)
        difficulty, error = np.full((2, len(self.versions)), np.nan)
        if varies.sum() >= 2:
            difficulty[varies], error[varies] = marginal(self._totals(varies, right, hits))
        return difficulty, error

    def _totals(self, varies: NDArray[np.bool_], right: Floats, hits: Floats) -> Totals:
        """Return what the Rasch model needs of the versions whose answers vary."""
        inside = varies[self.column]
        column_of = np.cumsum(varies) - 1
        shape = (len(self.sessions), int(varies.sum()))
        index = (self.row[inside], column_of[self.column[inside]])
        presented = csr_array((np.ones(int(inside.sum())), index), shape=shape)
        total = np.bincount(self.row[inside], weights=right[inside], minlength=len(self.sessions))
        return Totals(presented, total, np.ones(len(self.sessions)), hits[varies])


def credit_table(exam: Exam) -> CreditTable:
    """Read all credits of an exam in one statement."""
    items = (
        SessionItem.objects.of_statistics()
        .filter(session__exam=exam, credit__isnull=False)
        .order_by("session__finished_at", "session", "position")
    )
    fields = items.values_list("session", "version", "topic__task__domain", "credit", "is_scored")
    sessions: dict[UUID, int] = {}
    versions: dict[int, int] = {}
    domains: list[int] = []
    entries = []
    for session, version, domain, credit, is_scored in fields.iterator(chunk_size=20_000):
        column = versions.setdefault(version, len(versions))
        if column == len(domains):
            domains.append(domain)
        row = sessions.setdefault(session, len(sessions))
        entries.append((row, column, float(credit or 0), is_scored))
    table = np.array(entries, dtype=float).reshape(-1, 4)
    return CreditTable(
        list(sessions),
        list(versions),
        np.array(domains, dtype=np.intp),
        table[:, 0].astype(np.intp),
        table[:, 1].astype(np.intp),
        table[:, 2],
        table[:, 3].astype(bool),
    )
