"""A new calibration of an exam's items and learners, from all first answers."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from examapp.exams.models import SessionItem
from examapp.reports.measurement import calibration as estimation
from examapp.reports.measurement import evidence
from examapp.reports.models import ESTIMATOR, Calibration
from examapp.reports.weak_areas.basis import Blueprint, blueprint, pool
from examapp.reports.weak_areas.calibrated_items import (
    BankItem,
    CalibrationKey,
    StoredParameters,
    calibrated,
    level_indexes,
    stored_parameters,
)
from questions.models import Exam


class FirstAnswer(NamedTuple):
    """A candidate's first answer to a question."""

    candidate: int
    item: BankItem
    credit: float


def calibrate(exam: Exam) -> Calibration | None:
    """Estimate items and spreads from all first answers; None when there are no new ones.

    A question that someone met twice counts once, as it was answered before its key was known.
    """
    first = _first_answers(exam)
    last = Calibration.objects.filter(exam=exam).defer("parameters").last()
    if not first or (last is not None and last.answers == len(first)):
        return None
    plan = blueprint(exam, pool(exam))
    answers = [answer for answer in first if answer.item.topic in plan.leaf_of]
    learners = {answer.candidate for answer in answers}
    return Calibration.objects.create(
        exam=exam,
        number=last.number + 1 if last else 1,
        estimator=ESTIMATOR,
        answers=len(first),
        learners=len(learners),
        parameters=_estimate(
            answers, plan, CalibrationKey(last.pk, last.made_at) if last else None
        ),
    )


def _first_answers(exam: Exam) -> Collection[FirstAnswer]:
    items = (
        SessionItem.objects.of_statistics()
        .filter(session__exam=exam, credit__isnull=False)
        .exclude(response__isnull=True)
    )
    rows = items.order_by("session__finished_at", "position").values_list(
        *("session__candidate", "version", "topic", "version__type", "version__level"),
        *("credit", "version__question"),
    )
    first: dict[tuple[int, int], FirstAnswer] = {}
    for candidate, *item_fields, credit, question in rows.iterator(chunk_size=20_000):
        answer = FirstAnswer(candidate, BankItem._make(item_fields), float(credit))
        first.setdefault((candidate, question), answer)
    return first.values()


def _estimate(
    answers: list[FirstAnswer], plan: Blueprint, last: CalibrationKey | None
) -> StoredParameters:
    """Return the parameters by the answers, from those of the `last` calibration on."""
    items = list(dict.fromkeys(answer.item for answer in answers))
    item_index = {item: index for index, item in enumerate(items)}
    candidates = dict.fromkeys(answer.candidate for answer in answers)
    learner_index = {candidate: index for index, candidate in enumerate(candidates)}
    calibration = estimation.calibrate(
        evidence.answers(
            [learner_index[answer.candidate] for answer in answers],
            [plan.leaf_of[answer.item.topic] for answer in answers],
            [item_index[answer.item] for answer in answers],
            np.array([answer.credit for answer in answers]),
        ),
        plan.outline,
        calibrated(items, last),
        level=level_indexes(items),
        learners=len(learner_index),
    )
    return stored_parameters(items, calibration)
