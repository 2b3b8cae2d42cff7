"""Form statistics: how scores were spread, how reliable they are, and what a domain's own adds."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from examapp.exams.models import ExamFormKinds
from examapp.reports.item_analysis.item_statistics import Sheet
from examapp.reports.measurement import classical
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.measurement.subscores import subscores
from examapp.reports.measurement.tables import plain
from examapp.reports.models import ENOUGH_SITTINGS, FormStatistics
from questions.models import Domain, Exam


def form_statistics(exam: Exam, whole: Sheet) -> list[FormStatistics]:
    """Return the statistics of each fixed form that was sat, and of all sittings, unsaved."""
    parts = list(Domain.objects.filter(exam=exam).order_by("number"))
    everything = np.arange(len(whole.sittings))
    found = [_form(exam, None, whole, everything, exam.scored_count, parts)]
    of_form: dict[int, list[int]] = defaultdict(list)
    place = {sitting: n for n, sitting in enumerate(whole.sittings)}
    fixed = exam.sessions.filter(form__kind=ExamFormKinds.FIXED, status="finished")
    for form, session in fixed.values_list("form", "pk"):
        if session in place:
            of_form[form].append(place[session])
    found += [
        _form(exam, form, whole, np.array(rows), None, parts) for form, rows in of_form.items()
    ]
    return found


def _form(
    exam: Exam,
    form: int | None,
    whole: Sheet,
    rows: Ints,
    length: int | None,
    parts: Sequence[Domain],
) -> FormStatistics:
    """Return one form's figures; `length` items stand for a form where each sitting had its own."""
    inside = np.isin(whole.sitting, rows) & whole.is_scored
    columns, column = np.unique(whole.column[inside], return_inverse=True)
    place = np.zeros(len(whole.sittings), dtype=np.intp)
    place[rows] = np.arange(len(rows))
    table = np.full((len(rows), len(columns)), np.nan)
    table[place[whole.sitting[inside]], column] = whole.credit[inside]
    figures = classical.whole_figures(table, length=length)
    totals = np.nansum(table, axis=1) if len(columns) else np.zeros(0)
    values, persons = np.unique(np.floor(totals + 1e-9).astype(int), return_counts=True)
    return FormStatistics(
        exam=exam,
        form_id=form,
        n=figures.n,
        kr20=plain(figures.alpha),
        sem=plain(figures.sem),
        body={
            "mean": plain(figures.mean),
            "deviation": plain(figures.deviation),
            "distribution": [[int(v), int(p)] for v, p in zip(values, persons, strict=True)],
            "scored_count": length or len(columns),
            "domains": _domains(table, whole.domains[columns], parts),
        },
    )


def _domains(table: Floats, domains: Ints, parts: Sequence[Domain]) -> list[dict[str, Any]]:
    """Return what the scores of an exam's domains tell; [] from too few sittings to judge."""
    if len(table) < ENOUGH_SITTINGS:
        return []
    place = {domain.pk: number for number, domain in enumerate(parts)}
    # What lies in no domain of the exam today is a part of its own, for the whole's sake.
    part = np.array([place.get(domain, len(parts)) for domain in domains.tolist()], dtype=np.intp)
    found = subscores(table, part, len(parts) + 1)[: len(parts)]
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
        for domain, figures in zip(parts, found, strict=True)
    ]
