"""Item statistics: what all finished sessions of an exam say of its questions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import mean, median
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Count, Max

from examapp.exams.models import SessionItem
from examapp.reports.item_analysis.answers import CHANGES, ItemAnswer, answers_to, changes_of
from examapp.reports.item_analysis.bodies import QuestionBody, VersionBody
from examapp.reports.item_analysis.credit_table import CreditTable
from examapp.reports.measurement import classical, verdicts
from examapp.reports.measurement.tables import plain
from examapp.reports.models import ItemStatistics
from questions.items.content import words_in
from questions.items.item import letter
from questions.items.responses import authored
from questions.models import Exam, QuestionVersion

FIFTHS = 5


class Counted(NamedTuple):
    """How many answers to a version count, and when the newest score with one was given."""

    newest: datetime
    n: int


def counted_answers(exam: Exam) -> dict[int, Counted]:
    """Return by version what there is to count."""
    rows = (
        SessionItem.objects.of_statistics()
        .filter(session__exam=exam, session__scores__is_current=True, credit__isnull=False)
        .order_by()
    )
    found = rows.values("version").annotate(newest=Max("session__scores__scored_at"), n=Count("pk"))
    return {row["version"]: Counted(row["newest"], row["n"]) for row in found}


@dataclass(frozen=True)
class Stale:
    """Versions whose statistics are of the past: `newest` score by version, and those `emptied`.

    The last have no answer any more, since their sittings were discarded or left out.
    """

    newest: dict[int, datetime]
    emptied: frozenset[int]


def stale_versions(exam: Exam) -> Stale:
    """Return the versions whose answers are not those that were counted."""
    stored = {
        version: Counted(newest, n + (left_out or 0))
        for version, newest, n, left_out in ItemStatistics.objects.filter(question__exam=exam)
        .exclude(version=None)
        .values_list("version", "scored_through", "n", "body__left_out")
    }
    now = counted_answers(exam)
    return Stale(
        {
            version: counted.newest
            for version, counted in now.items()
            if version not in stored
            or stored[version].newest < counted.newest
            or stored[version].n != counted.n
        },
        frozenset(stored.keys() - now.keys()),
    )


@dataclass(frozen=True)
class VersionAnswers:
    """The answers to a version that count; `changes` is how answers changed, by item.

    `asked` is how many sittings asked it; the rest did not reach it, or guessed at it unread.
    """

    version: QuestionVersion
    answers: Sequence[ItemAnswer]
    changes: Mapping[int, str]
    asked: int

    @cached_property
    def seconds(self) -> list[float]:
        return [answer.elapsed_ms / 1000 for answer in self.answers if answer.elapsed_ms]

    @property
    def change_counts(self) -> dict[str, int]:
        kinds = [self.changes[answer.pk] for answer in self.answers if answer.pk in self.changes]
        return {kind: kinds.count(kind) for kind in CHANGES}

    def by_fifth(self, fifths: Mapping[UUID, int]) -> tuple[list[int], list[float]]:
        """Return for each fifth of ability how many met the version and the credit they earned."""
        met, right = [0] * FIFTHS, [0.0] * FIFTHS
        for answer in self.answers:
            fifth = fifths.get(answer.session)
            if fifth is not None:
                met[fifth] += 1
                right[fifth] += float(answer.credit or 0)
        return met, right


def version_statistics(
    table: CreditTable, versions: Iterable[int], newest: dict[int, datetime]
) -> list[ItemStatistics]:
    """Return the statistics of some versions, unsaved, from a constant number of statements.

    `newest` is when the newest score of each was given.
    """
    wanted = list(versions)
    asked = answers_to(wanted)
    answers = {
        version: [answer for answer in group if answer.pk in table.presented]
        for version, group in asked.items()
    }
    keys = {answer.keyed_by for group in answers.values() for answer in group}
    known = QuestionVersion.objects.in_bulk({*wanted, *keys})
    changes = changes_of(answers, known)
    column_of = {version: column for column, version in enumerate(table.versions)}
    return [
        _statistics(
            table,
            column_of[version],
            VersionAnswers(known[version], answers[version], changes, len(asked[version])),
            newest[version],
        )
        for version in wanted
        if version in column_of and answers[version]
    ]


def _statistics(
    table: CreditTable, column: int, group: VersionAnswers, newest: datetime
) -> ItemStatistics:
    entries = table.by_column[column]
    figures = classical.figures_beside(table.credit[entries], table.rests[entries])
    facility, deviation, discrimination, upper_lower, efficiency = figures
    met, right = group.by_fifth(table.fifths)
    evidence = _evidence(group, len(entries), facility, plain(discrimination), table.fifths, met)
    flags = verdicts.flags(evidence)
    body: VersionBody = {
        "deviation": plain(deviation),
        "upper_lower": plain(upper_lower),
        "efficiency": plain(efficiency),
        "guess": evidence.guess,
        "mean_seconds": mean(group.seconds) if group.seconds else None,
        "blank": sum(answer.response is None for answer in group.answers),
        "left_out": group.asked - len(group.answers),
        "flagged": sum(answer.flagged for answer in group.answers),
        "changed": group.change_counts,
        "met": met,
        "right": [round(credit, 2) for credit in right],
        "parts": [
            {"label": part.label, "is_key": part.is_key, "counts": list(part.counts)}
            for part in evidence.parts
        ],
    }
    difficulty, error = (figures[column] for figures in table.difficulties)
    return ItemStatistics(
        question_id=group.version.question_id,
        version=group.version,
        n=evidence.n,
        facility=facility,
        discrimination=evidence.discrimination,
        difficulty=plain(difficulty),
        difficulty_error=plain(error),
        median_seconds=evidence.median_seconds,
        flags=verdicts.plain(flags),
        severity=max((flag.severity for flag in flags), default=0),
        scored_through=newest,
        body=body,
    )


def _evidence(
    group: VersionAnswers,
    n: int,
    facility: float,
    discrimination: float | None,
    fifths: Mapping[UUID, int],
    met: list[int],
) -> verdicts.Evidence:
    """Return what flags are raised from."""
    version, seconds = group.version, group.seconds
    return verdicts.Evidence(
        n=n,
        facility=facility,
        discrimination=discrimination,
        guess=guess_score(version),
        median_seconds=median(seconds) if seconds else None,
        words=words_in(version.content),
        parts=tuple(_parts(version, group.answers, fifths)),
        met=tuple(met),
        is_choice=version.kind.is_choice,
    )


def guess_score(version: QuestionVersion) -> float:
    """Return the credit that blind guessing earns on average, all or nothing."""
    return version.kind.chance(len(version.content["options"]), len(version.key["right"]))


def _parts(
    version: QuestionVersion, answers: Sequence[ItemAnswer], fifths: Mapping[UUID, int]
) -> list[verdicts.Part]:
    """Return who took each option; for ordering and matching, who had each part right."""
    right: list[int] = version.key["right"]
    is_choice = version.kind.is_choice
    count = len(version.content["options"]) if is_choice else len(right)
    counts = [[0] * FIFTHS for _ in range(count)]
    for answer in answers:
        fifth = fifths.get(answer.session)
        response = authored(version.type, answer.response, answer.shuffle)
        if fifth is None or response is None:
            continue
        for index in version.kind.taken(response, right):
            counts[index][fifth] += 1
    return [
        verdicts.Part(
            label=letter(index) if is_choice else str(index + 1),
            is_key=index in right if is_choice else True,
            counts=tuple(by_fifth),
        )
        for index, by_fifth in enumerate(counts)
    ]


def pooled_statistics(
    table: CreditTable, question_id: int, versions: Sequence[ItemStatistics]
) -> ItemStatistics:
    """Return the statistics of a question over all its versions, unsaved.

    Flags are those of the newest version that can be judged: what was wrong with an older one may
    be fixed.
    """
    columns = {version: column for column, version in enumerate(table.versions)}
    entries = np.concatenate([table.by_column[columns[row.version_id or 0]] for row in versions])
    figures = classical.figures_beside(table.credit[entries], table.rests[entries])
    facility, deviation, discrimination, upper_lower, efficiency = figures
    newest = max(versions, key=lambda row: (row.n >= verdicts.ENOUGH_ANSWERS, row.version_id or 0))
    timed = [row for row in versions if row.median_seconds is not None]
    difficulty, error = _pooled_difficulty(versions)
    body: QuestionBody = {
        "deviation": plain(deviation),
        "upper_lower": plain(upper_lower),
        "efficiency": plain(efficiency),
        "judged_version": newest.version_id,
    }
    return ItemStatistics(
        question_id=question_id,
        version=None,
        n=len(entries),
        facility=facility,
        discrimination=plain(discrimination),
        difficulty=difficulty,
        difficulty_error=error,
        median_seconds=max(timed, key=lambda row: row.n).median_seconds if timed else None,
        flags=newest.flags,
        severity=newest.severity,
        scored_through=max(row.scored_through for row in versions),
        body=body,
    )


def _pooled_difficulty(versions: Sequence[ItemStatistics]) -> tuple[float | None, float | None]:
    """Return the mean difficulty of versions weighed by their precision, and its error."""
    known = [row for row in versions if row.difficulty is not None and row.difficulty_error]
    if not known:
        return None, None
    weights = [1 / (row.difficulty_error or 1) ** 2 for row in known]
    total = sum((row.difficulty or 0) * weight for row, weight in zip(known, weights, strict=True))
    return total / sum(weights), sum(weights) ** -0.5
