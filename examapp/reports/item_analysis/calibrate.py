"""A new calibration of an exam's items and learners, from all first answers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from examapp.exams.models import SessionItem
from examapp.reports.item_analysis.credit_table import CreditTable
from examapp.reports.item_analysis.learner_growth import Exam as SatExam
from examapp.reports.item_analysis.learner_growth import clock_of, fitted
from examapp.reports.measurement import calibration as estimation
from examapp.reports.measurement import evidence
from examapp.reports.models import ESTIMATOR, Calibration
from examapp.reports.weak_areas.basis import Blueprint, PoolItem, blueprint, pool
from examapp.reports.weak_areas.calibrated_items import (
    BankItem,
    CalibrationKey,
    StoredParameters,
    calibrated,
    growth_of,
    level_indexes,
    stored_parameters,
)
from questions.models import Exam


class FirstAnswer(NamedTuple):
    """A candidate's first answer to a question, in a mock exam that ended then."""

    candidate: int
    session: UUID
    at: datetime
    item: BankItem
    credit: float


def calibrate(exam: Exam, table: CreditTable) -> Calibration | None:
    """Estimate items, spreads and growth from all first answers; None when there are no new ones.

    A question that someone met twice counts once, as it was answered before its key was known.
    What `table` leaves out is left out here.
    """
    first = _first_answers(exam, table.presented)
    last = Calibration.objects.filter(exam=exam).defer("parameters").last()
    if not first or (last is not None and last.answers == len(first)):
        return None
    asked = pool(exam)
    plan = blueprint(exam, [each.item for each in asked])
    answers = [answer for answer in first if answer.item.topic in plan.leaf_of]
    return Calibration.objects.create(
        exam=exam,
        number=last.number + 1 if last else 1,
        estimator=ESTIMATOR,
        answers=len(first),
        learners=len({answer.candidate for answer in answers}),
        parameters=_estimate(
            exam,
            answers,
            plan,
            {each.item: each for each in asked},
            CalibrationKey(last.pk, last.made_at) if last else None,
            table.least_seconds,
        ),
    )


def _first_answers(exam: Exam, presented: Collection[int]) -> Collection[FirstAnswer]:
    items = (
        SessionItem.objects.of_statistics()
        .filter(session__exam=exam, credit__isnull=False)
        .exclude(response__isnull=True)
    )
    rows = items.order_by("session__finished_at", "position").values_list(
        *("pk", "session__candidate", "session", "session__finished_at"),
        *("version", "topic", "version__type", "version__level", "credit", "version__question"),
    )
    first: dict[tuple[int, int], FirstAnswer] = {}
    for pk, candidate, session, at, *item, credit, question in rows.iterator(chunk_size=20_000):
        if pk in presented and (candidate, question) not in first:
            answer = FirstAnswer(candidate, session, at, BankItem._make(item), float(credit))
            first[candidate, question] = answer
    return first.values()


def _estimate(
    exam: Exam,
    answers: Sequence[FirstAnswer],
    plan: Blueprint,
    rated: Mapping[BankItem, PoolItem],
    last: CalibrationKey | None,
    least_seconds: Mapping[int, float],
) -> StoredParameters:
    """Return the parameters by the answers, from those of the `last` calibration on."""
    items = list(dict.fromkeys(answer.item for answer in answers))
    item_index = {item: index for index, item in enumerate(items)}
    ratings = [rated[item].rating if item in rated else float("nan") for item in items]
    learners = {answer.candidate: None for answer in answers}
    learner_index = {candidate: index for index, candidate in enumerate(learners)}
    sat = [SatExam(answer.candidate, answer.session, answer.at) for answer in answers]
    when = clock_of(exam, sat, learner_index)
    given = evidence.answers(
        [learner_index[answer.candidate] for answer in answers],
        [plan.leaf_of[answer.item.topic] for answer in answers],
        [item_index[answer.item] for answer in answers],
        [answer.credit for answer in answers],
        occasion=when.of_answer,
    )
    # Who learned from one exam to the next is not mistaken for easy items.
    apart, persons = evidence.by_occasion(given)
    found = estimation.calibrate(
        apart,
        plan.outline,
        calibrated(items, last, ratings=ratings),
        level=level_indexes(items),
        learners=persons,
    )
    found, growth = fitted(given, found, plan.outline, when, growth_of(last))
    return stored_parameters(items, found, growth, least_seconds)
