"""Form statistics: how scores spread, how reliable they are, and what domain scores add."""

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

import numpy as np

from examapp.exams.models import ExamFormKinds
from examapp.reports.item_analysis.bodies import DomainReliability, FormBody, LeftOutSittings
from examapp.reports.item_analysis.credit_table import CreditTable
from examapp.reports.item_analysis.next_answers import next_answers
from examapp.reports.item_analysis.predictions import predictions
from examapp.reports.measurement import classical
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.subscores import subscores
from examapp.reports.measurement.tables import plain
from examapp.reports.models import ENOUGH_SITTINGS, FormStatistics
from questions.models import Domain, Exam


def form_statistics(exam: Exam, table: CreditTable) -> list[FormStatistics]:
    """Return the statistics of each fixed form that was sat, and of all sessions, unsaved."""
    domains = list(Domain.objects.filter(exam=exam).order_by("number"))
    every_row = np.arange(len(table.sessions))
    return [
        _statistics(exam, None, table, every_row, exam.scored_count, domains),
        *(
            _statistics(exam, form, table, np.array(rows, dtype=np.intp), None, domains)
            for form, rows in _rows_by_form(exam, table).items()
        ),
    ]


def _rows_by_form(exam: Exam, table: CreditTable) -> dict[int, list[int]]:
    """Return the rows of the sessions of each fixed form."""
    rows: dict[int, list[int]] = defaultdict(list)
    row_of = {session: row for row, session in enumerate(table.sessions)}
    fixed = exam.sessions.telling().filter(form__kind=ExamFormKinds.FIXED)
    for form, session in fixed.values_list("form", "pk"):
        # A form whose sittings were all given up has a row too, without a figure.
        rows[form] += [row_of[session]] if session in row_of else []
    return rows


def _statistics(
    exam: Exam,
    form: int | None,
    table: CreditTable,
    rows: Ints,
    length: int | None,
    domains: Sequence[Domain],
) -> FormStatistics:
    """Return one form's figures; `length` items stand for a form where sessions had their own."""
    credit, columns = _scored_credit(table, rows)
    figures = classical.whole_figures(credit, length=length)
    body: FormBody = {
        "mean": plain(figures.mean),
        "deviation": plain(figures.deviation),
        "distribution": _distribution(credit),
        "scored_count": length or len(columns),
        "domains": _domain_reliability(credit, table.domains[columns], domains),
    }
    if form is None:
        body["left_out"] = cast(LeftOutSittings, table.left_out._asdict())
        body["predictions"] = predictions(exam)
        body["next_answers"] = next_answers(exam)
    return FormStatistics(
        exam=exam,
        form_id=form,
        n=figures.n,
        kr20=plain(figures.alpha),
        sem=plain(figures.sem),
        body=body,
    )


def _scored_credit(table: CreditTable, rows: Ints) -> tuple[Floats, Ints]:
    """Return the credit of scored items, sessions by items (NaN: not asked), and their columns."""
    inside = np.isin(table.row, rows) & table.is_scored
    columns, column = np.unique(table.column[inside], return_inverse=True)
    row_of = np.zeros(len(table.sessions), dtype=np.intp)
    row_of[rows] = np.arange(len(rows))
    credit = np.full((len(rows), len(columns)), np.nan)
    credit[row_of[table.row[inside]], column] = table.credit[inside]
    return credit, columns


def _distribution(credit: Floats) -> list[list[int]]:
    """Return [number right, sessions] for each score that there is."""
    totals = np.nansum(credit, axis=1) if credit.shape[1] else np.zeros(0)
    values, persons = np.unique(np.floor(totals + 1e-9).astype(int), return_counts=True)
    return [[int(value), int(count)] for value, count in zip(values, persons, strict=True)]


def _domain_reliability(
    credit: Floats, domain_of: Ints, domains: Sequence[Domain]
) -> list[DomainReliability]:
    """Return what the scores of an exam's domains tell; [] from too few sessions to judge.

    `domain_of` is the domain of each column of `credit`.
    """
    if len(credit) < ENOUGH_SITTINGS:
        return []
    part_of = {domain.pk: number for number, domain in enumerate(domains)}
    # What lies in no domain of the exam today is a part of its own, for the whole's sake.
    other = len(domains)
    part = np.array([part_of.get(domain, other) for domain in domain_of.tolist()], dtype=np.intp)
    scores = subscores(credit, part, len(domains) + 1)[: len(domains)]
    return [
        {
            "number": domain.number,
            "title": domain.title,
            "items": round(figures.items, 1),
            "own": plain(figures.own),
            "whole": plain(figures.whole),
            "both": plain(figures.both),
            "adds_value": figures.adds_value,
        }
        for domain, figures in zip(domains, scores, strict=True)
    ]
