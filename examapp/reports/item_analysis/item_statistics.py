"""Item statistics from the database: what all finished sittings of an exam say of its questions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from statistics import mean, median
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import F, Max
from scipy.sparse import csr_array

from examapp.exams.models import AnswerEvent, SessionItem
from examapp.reports.measurement import classical, verdicts
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.rasch import Totals, marginal
from examapp.reports.measurement.tables import plain
from examapp.reports.models import ItemStatistics
from questions.items.item import letter
from questions.items.responses import authored, grade
from questions.models import Exam, QuestionVersion

FIFTHS = 5


@dataclass(frozen=True)
class Sheet:
    """Every credit of every finished sitting of an exam; a blank earns nothing.

    `sitting` and `column` index `sittings` and `versions`; arrays are as long as there are items.
    `domains` holds the domain that each version was first asked in.
    """

    sittings: list[Any]
    versions: list[int]
    domains: Ints
    sitting: Ints
    column: Ints
    credit: Floats
    is_scored: np.ndarray

    @cached_property
    def totals(self) -> Floats:
        return np.bincount(self.sitting, weights=self.credit, minlength=len(self.sittings))

    @cached_property
    def counts(self) -> Floats:
        return np.bincount(self.sitting, minlength=len(self.sittings)).astype(float)

    @cached_property
    def fifths(self) -> dict[Any, int]:
        """The fifth, 0 the weakest, of each sitting by its share of right answers."""
        found = classical.by_fifth(self.totals / np.maximum(self.counts, 1))
        return dict(zip(self.sittings, map(int, found), strict=True))

    @cached_property
    def rests(self) -> Floats:
        """For each item, the share that its sitting earned on the others."""
        others = self.counts[self.sitting] - 1
        rest = (self.totals[self.sitting] - self.credit) / np.maximum(others, 1)
        return np.where(others > 0, rest, np.nan)

    @cached_property
    def by_column(self) -> list[Ints]:
        order = np.argsort(self.column, kind="stable")
        edges = np.searchsorted(self.column[order], np.arange(len(self.versions) + 1))
        return [order[low:high] for low, high in pairwise(edges)]

    @cached_property
    def difficulties(self) -> tuple[Floats, Floats]:
        """Rasch difficulties of all versions and their errors; NaN where answers cannot tell."""
        right = (self.credit == 1).astype(float)
        hits = np.bincount(self.column, weights=right, minlength=len(self.versions))
        met = np.bincount(self.column, minlength=len(self.versions))
        known = (hits > 0) & (hits < met)
        difficulty, error = np.full((2, len(self.versions)), np.nan)
        if known.sum() < 2:
            return difficulty, error
        inside = known[self.column]
        place = np.cumsum(known) - 1
        shape = (len(self.sittings), int(known.sum()))
        index = (self.sitting[inside], place[self.column[inside]])
        presented = csr_array((np.ones(int(inside.sum())), index), shape=shape)
        total = np.bincount(
            self.sitting[inside], weights=right[inside], minlength=len(self.sittings)
        )
        given = Totals(presented, total, np.ones(len(self.sittings)), hits[known])
        difficulty[known], error[known] = marginal(given)
        return difficulty, error


def sheet(exam: Exam) -> Sheet:
    """Read all credits of an exam in one statement."""
    rows = (
        SessionItem.objects.telling()
        .filter(session__exam=exam, session__status="finished", credit__isnull=False)
        .order_by("session__finished_at", "session", "position")
    )
    fields = rows.values_list("session", "version", "topic__task__domain", "credit", "is_scored")
    sittings: dict[Any, int] = {}
    versions: dict[int, int] = {}
    domains: list[int] = []
    found = []
    for session, version, domain, credit, is_scored in fields.iterator(chunk_size=20_000):
        column = versions.setdefault(version, len(versions))
        if column == len(domains):
            domains.append(domain)
        sitting = sittings.setdefault(session, len(sittings))
        found.append((sitting, column, float(credit or 0), is_scored))
    table = np.array(found, dtype=float).reshape(-1, 4)
    return Sheet(
        list(sittings),
        list(versions),
        np.array(domains, dtype=np.intp),
        table[:, 0].astype(np.intp),
        table[:, 1].astype(np.intp),
        table[:, 2],
        table[:, 3].astype(bool),
    )


def newest_scores(exam: Exam) -> dict[int, datetime]:
    """Return for each version the time of the newest score that an answer to it went into."""
    rows = (
        SessionItem.objects.telling()
        .filter(session__exam=exam, session__status="finished", session__scores__is_current=True)
        .order_by()
    )
    return dict(
        rows.values("version")
        .annotate(newest=Max("session__scores__scored_at"))
        .values_list("version", "newest")
    )


def stale_versions(exam: Exam) -> dict[int, datetime]:
    """Return the versions with answers that are not counted yet, each with its newest score."""
    counted = dict(
        ItemStatistics.objects.filter(question__exam=exam)
        .exclude(version=None)
        .values_list("version", "scored_through")
    )
    return {
        version: newest
        for version, newest in newest_scores(exam).items()
        if version not in counted or counted[version] < newest
    }


class _Answer(NamedTuple):
    """An item of a finished sitting; plain, since there are as many as answers."""

    pk: int
    version: int
    session: UUID
    response: Any
    shuffle: list[int]
    elapsed_ms: int
    flagged: bool
    credit: Decimal | None
    keyed_by: int
    grading_policy: str


_ANSWER = (*_Answer._fields[:-1], "session__grading_policy")


def version_statistics(
    whole: Sheet, versions: Iterable[int], newest: dict[int, datetime]
) -> list[ItemStatistics]:
    """Return the statistics of some versions, unsaved, from a constant number of statements."""
    wanted = list(versions)
    items: dict[int, list[_Answer]] = defaultdict(list)
    rows = SessionItem.objects.telling().filter(version__in=wanted, session__status="finished")
    for row in rows.values_list(*_ANSWER):
        answer = _Answer._make(row)
        items[answer.version].append(answer)
    keys = {answer.keyed_by for group in items.values() for answer in group}
    known = QuestionVersion.objects.in_bulk({*wanted, *keys})
    changes = _changes(wanted, items, known)
    column_of = {version: column for column, version in enumerate(whole.versions)}
    return [
        _one(whole, column_of[version], known[version], items[version], changes, newest[version])
        for version in wanted
        if version in column_of
    ]


def _one(
    whole: Sheet,
    column: int,
    version: QuestionVersion,
    items: Sequence[_Answer],
    changes: dict[int, str],
    newest: datetime,
) -> ItemStatistics:
    mine = whole.by_column[column]
    credit, rest = whole.credit[mine], whole.rests[mine]
    facility, deviation, discrimination, upper_lower, efficiency = classical.figures_beside(
        credit, rest
    )
    seconds = [item.elapsed_ms / 1000 for item in items if item.elapsed_ms]
    met, right = [0] * FIFTHS, [0.0] * FIFTHS
    for item in items:
        fifth = whole.fifths.get(item.session)
        if fifth is not None:
            met[fifth] += 1
            right[fifth] += float(item.credit or 0)
    parts = _parts(version, items, whole.fifths)
    evidence = verdicts.Evidence(
        n=len(mine),
        facility=facility,
        discrimination=plain(discrimination),
        guess=guess_score(version),
        median_seconds=median(seconds) if seconds else None,
        words=_words(version),
        parts=tuple(parts),
        met=tuple(met),
        is_choice=version.kind.is_choice,
    )
    raised = verdicts.flags(evidence)
    difficulty, error = (each[column] for each in whole.difficulties)
    kinds = [changes[item.pk] for item in items if item.pk in changes]
    return ItemStatistics(
        question_id=version.question_id,
        version=version,
        n=len(mine),
        facility=facility,
        discrimination=plain(discrimination),
        difficulty=plain(difficulty),
        difficulty_error=plain(error),
        median_seconds=evidence.median_seconds,
        flags=verdicts.plain(raised),
        severity=max((flag.severity for flag in raised), default=0),
        scored_through=newest,
        body={
            "deviation": plain(deviation),
            "upper_lower": plain(upper_lower),
            "efficiency": plain(efficiency),
            "guess": evidence.guess,
            "mean_seconds": mean(seconds) if seconds else None,
            "blank": sum(item.response is None for item in items),
            "flagged": sum(item.flagged for item in items),
            "changed": {kind: kinds.count(kind) for kind in CHANGES},
            "met": met,
            "right": [round(each, 2) for each in right],
            "parts": [
                {"label": part.label, "is_key": part.is_key, "counts": list(part.counts)}
                for part in parts
            ],
            "summary": verdicts.summary(len(mine), raised),
        },
    )


def guess_score(version: QuestionVersion) -> float:
    """Return the credit that blind guessing earns on average, all or nothing."""
    return version.kind.chance(len(version.content["options"]), len(version.key["right"]))


def _words(version: QuestionVersion) -> int:
    content = version.content
    texts = [content["stem"], *content["options"], *content.get("prompts", [])]
    return sum(len(str(text).split()) for text in texts)


def _parts(
    version: QuestionVersion, items: Sequence[_Answer], fifths: dict[Any, int]
) -> list[verdicts.Part]:
    """Return who took each option; for ordering and matching, who placed each part right."""
    right: list[int] = version.key["right"]
    is_choice = version.kind.is_choice
    count = len(version.content["options"]) if is_choice else len(right)
    counts = [[0] * FIFTHS for _ in range(count)]
    for item in items:
        fifth = fifths.get(item.session)
        response = authored(version.type, item.response, item.shuffle)
        if fifth is None or response is None:
            continue
        for index in version.kind.taken(response, right):
            counts[index][fifth] += 1
    return [
        verdicts.Part(
            label=letter(index) if is_choice else str(index + 1),
            is_key=index in right if is_choice else True,
            counts=tuple(each),
        )
        for index, each in enumerate(counts)
    ]


CHANGES = ("wrong_right", "right_wrong", "wrong_wrong")


def _changes(
    versions: Sequence[int],
    items: Mapping[int, Sequence[_Answer]],
    known: Mapping[int, QuestionVersion],
) -> dict[int, str]:
    """Return how the answer to each item changed from the first to the last, where it did."""
    answered = AnswerEvent.objects.filter(
        item__version__in=versions,
        item__session__status="finished",
        outcome=AnswerEvent.Outcome.SAVED,
    ).exclude(response__isnull=True)
    # The database compares: most answers are the first.
    first = answered.order_by("item_id", "revision").distinct("item_id").values("pk")
    others = AnswerEvent.objects.filter(pk__in=first).exclude(response=F("item__response"))
    began_with = dict(others.values_list("item", "response"))
    found = {}
    for item in (each for group in items.values() for each in group):
        if item.pk not in began_with or item.response is None:
            continue
        was = _is_right(item, began_with[item.pk], known[item.keyed_by])
        now = item.credit == 1
        if was and now:
            continue
        found[item.pk] = f"{'right' if was else 'wrong'}_{'right' if now else 'wrong'}"
    return found


def _is_right(item: _Answer, response: Any, key: QuestionVersion) -> bool:
    chosen = authored(key.type, response, item.shuffle)
    return grade(key.type, key.key["right"], chosen, item.grading_policy) == 1


def pooled_statistics(
    whole: Sheet, question_id: int, versions: Sequence[ItemStatistics]
) -> ItemStatistics:
    """Return the statistics of a question over all its versions, unsaved.

    Flags are those of the newest version that can be judged: what an older one suffered from may
    have been mended.
    """
    columns = {version: column for column, version in enumerate(whole.versions)}
    mine = np.concatenate([whole.by_column[columns[row.version_id or 0]] for row in versions])
    facility, deviation, discrimination, upper_lower, efficiency = classical.figures_beside(
        whole.credit[mine], whole.rests[mine]
    )
    known = [row for row in versions if row.difficulty is not None and row.difficulty_error]
    weights = [1 / (row.difficulty_error or 1) ** 2 for row in known]
    newest = max(versions, key=lambda row: (row.n >= verdicts.ENOUGH_ANSWERS, row.version_id or 0))
    timed = [row for row in versions if row.median_seconds is not None]
    place = sum((row.difficulty or 0) * weight for row, weight in zip(known, weights, strict=True))
    return ItemStatistics(
        question_id=question_id,
        version=None,
        n=len(mine),
        facility=facility,
        discrimination=plain(discrimination),
        difficulty=place / sum(weights) if known else None,
        difficulty_error=sum(weights) ** -0.5 if known else None,
        median_seconds=max(timed, key=lambda row: row.n).median_seconds if timed else None,
        flags=newest.flags,
        severity=newest.severity,
        scored_through=max(row.scored_through for row in versions),
        body={
            "deviation": plain(deviation),
            "upper_lower": plain(upper_lower),
            "efficiency": plain(efficiency),
            "summary": newest.body["summary"],
            "judged_version": newest.version_id,
        },
    )
