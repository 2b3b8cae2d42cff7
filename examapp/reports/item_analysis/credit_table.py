"""Every credit of an exam's finished sessions, laid out for statistics."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray
from scipy.sparse import csr_array

from examapp.exams.models import SessionItem
from examapp.reports.measurement import classical
from examapp.reports.measurement.effort import ENOUGH_TIMES, effort, thresholds, tried
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.rasch_marginal import Totals, marginal
from questions.items.content import words_in
from questions.models import Exam, QuestionVersion

# A sitting of which a smaller share was answered was given up.
LEAST_ANSWERED = 0.25


class LeftOut(NamedTuple):
    """What statistics leave out, beyond what people set aside themselves.

    `abandoned` and `hasty` count sittings: hardly answered, and answered faster than reading.
    `rapid` and `not_reached` count questions of the others.
    """

    abandoned: int
    hasty: int
    rapid: int
    not_reached: int


@dataclass(frozen=True)
class CreditTable:
    """Every credit of every finished session of an exam that was meant; a blank earns nothing.

    `row` and `column` index `sessions` and `versions`; arrays have an entry for each session item,
    `item` its key. `is_presented` where the question was reached and not guessed at unread: what is
    said of items rests on those alone. `domains` holds the domain that each version was first asked
    in, `least_seconds` the time under which an answer is a rapid guess, where times tell.
    """

    sessions: list[UUID]
    versions: list[int]
    domains: Ints
    row: Ints
    column: Ints
    item: Ints
    credit: Floats
    is_scored: NDArray[np.bool_]
    is_presented: NDArray[np.bool_]
    least_seconds: dict[int, float]
    left_out: LeftOut

    @cached_property
    def presented(self) -> frozenset[int]:
        """The session items that statistics of items rest on."""
        return frozenset(self.item[self.is_presented].tolist())

    @cached_property
    def totals(self) -> Floats:
        """The credit of each session."""
        return self._of_sessions(self.credit)

    @cached_property
    def counts(self) -> Floats:
        """The number of items of each session."""
        return self._of_sessions(np.ones(len(self.credit)))

    def _of_sessions(self, values: Floats) -> Floats:
        weights = np.where(self.is_presented, values, 0.0)
        return np.bincount(self.row, weights=weights, minlength=len(self.sessions))

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
        """For each version, the entries that present it."""
        entries = np.flatnonzero(self.is_presented)
        order = entries[np.argsort(self.column[entries], kind="stable")]
        edges = np.searchsorted(self.column[order], np.arange(len(self.versions) + 1))
        return [order[low:high] for low, high in pairwise(edges)]

    @cached_property
    def difficulties(self) -> tuple[Floats, Floats]:
        """Rasch difficulties of all versions and their errors; NaN where answers cannot tell."""
        column, size = self.column[self.is_presented], len(self.versions)
        right = (self.credit[self.is_presented] == 1).astype(float)
        hits = np.bincount(column, weights=right, minlength=size)
        met = np.bincount(column, minlength=size)
        varies = (hits > 0) & (hits < met)
        difficulty, error = np.full((2, size), np.nan)
        if varies.sum() >= 2:
            difficulty[varies], error[varies] = marginal(self._totals(varies, hits))
        return difficulty, error

    def _totals(self, varies: NDArray[np.bool_], hits: Floats) -> Totals:
        """Return what the Rasch model needs of the versions whose answers vary."""
        inside = varies[self.column] & self.is_presented
        right = (self.credit[inside] == 1).astype(float)
        column_of = np.cumsum(varies) - 1
        shape = (len(self.sessions), int(varies.sum()))
        index = (self.row[inside], column_of[self.column[inside]])
        presented = csr_array((np.ones(int(inside.sum())), index), shape=shape)
        total = np.bincount(self.row[inside], weights=right, minlength=len(self.sessions))
        return Totals(presented, total, np.ones(len(self.sessions)), hits[varies])


class _Entries(NamedTuple):
    """What was read: an entry for each item of each finished session, in the order asked."""

    sessions: list[UUID]
    versions: list[int]
    domains: list[int]
    row: Ints
    column: Ints
    item: Ints
    credit: Floats
    is_scored: NDArray[np.bool_]
    is_blank: NDArray[np.bool_]
    seconds: Floats


def credit_table(exam: Exam) -> CreditTable:
    """Read all credits of an exam; without sittings that were given up, or clicked through."""
    read = _entries(exam)
    least, is_timed = _least_seconds(read)
    became = effort(read.row, np.arange(len(read.row)), read.is_blank, read.seconds, least)
    answered = np.bincount(read.row, became.is_evidence | became.is_rapid, len(read.sessions))
    asked = np.bincount(read.row, minlength=len(read.sessions))
    is_begun = answered >= LEAST_ANSWERED * asked
    is_meant = is_begun & tried(read.row, became) if len(read.row) else is_begun
    kept = np.flatnonzero(is_meant[read.row])
    row_of = np.cumsum(is_meant) - 1
    is_presented = ~(became.is_rapid | became.is_not_reached)[kept]
    left_out = LeftOut(
        int((~is_begun).sum()),
        int((is_begun & ~is_meant).sum()),
        int(became.is_rapid[kept].sum()),
        int(became.is_not_reached[kept].sum()),
    )
    return CreditTable(
        [session for session, meant in zip(read.sessions, is_meant, strict=True) if meant],
        read.versions,
        np.array(read.domains, dtype=np.intp),
        row_of[read.row[kept]].astype(np.intp),
        read.column[kept],
        read.item[kept],
        read.credit[kept],
        read.is_scored[kept],
        is_presented,
        is_timed,
        left_out,
    )


def _least_seconds(read: _Entries) -> tuple[Floats, dict[int, float]]:
    """Return each entry's threshold in seconds, and by version those that times tell."""
    contents = QuestionVersion.objects.filter(pk__in=read.versions).values_list("pk", "content")
    words_of = {version: float(words_in(content)) for version, content in contents}
    words = np.array([words_of[version] for version in read.versions])
    least = thresholds(read.column, read.seconds, words)
    timed = np.bincount(read.column[read.seconds > 0], minlength=len(read.versions))
    told = np.flatnonzero(timed >= ENOUGH_TIMES).tolist()
    return least[read.column], {read.versions[place]: float(least[place]) for place in told}


def _entries(exam: Exam) -> _Entries:
    """Read the items of an exam's finished sessions in one statement."""
    items = (
        SessionItem.objects.of_statistics()
        .filter(session__exam=exam, credit__isnull=False)
        .annotate(is_blank=Q(response__isnull=True))
        .order_by("session__finished_at", "session", "position")
    )
    fields = items.values_list(
        *("session", "version", "topic__task__domain"),
        *("pk", "credit", "is_scored", "is_blank", "elapsed_ms"),
    )
    sessions: dict[UUID, int] = {}
    versions: dict[int, int] = {}
    domains: list[int] = []
    entries = []
    for session, version, domain, pk, credit, *flags in fields.iterator(chunk_size=20_000):
        column = versions.setdefault(version, len(versions))
        if column == len(domains):
            domains.append(domain)
        row = sessions.setdefault(session, len(sessions))
        entries.append((row, column, pk, float(credit or 0), *flags))
    table = np.array(entries, dtype=float).reshape(-1, 7)
    row, column, item = table[:, :3].astype(np.intp).T
    scored, blank = table[:, 4:6].astype(bool).T
    return _Entries(
        list(sessions),
        list(versions),
        domains,
        row,
        column,
        item,
        table[:, 3],
        scored,
        blank,
        table[:, 6] / 1000,
    )
