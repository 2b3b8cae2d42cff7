"""What to answer next, from all that a candidate answered so far."""

import secrets
from collections.abc import Sequence

import numpy as np

from examapp.reports.measurement import next_items
from examapp.reports.measurement.items import GRID, STEP
from examapp.reports.measurement.learner import Scores
from examapp.reports.measurement.outline import Floats, Ints
from examapp.reports.weak_areas.basis import ExamBasis, exam_basis
from examapp.reports.weak_areas.estimate import estimate_scores
from examapp.reports.weak_areas.evidence import Evidence, evidence_of
from questions.models import Exam, Question


def next_questions(candidate: int, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return those of `questions`, at most `count`, whose answers would tell most, best first."""
    basis = exam_basis(exam)
    evidence = evidence_of(candidate, exam.pk, least_seconds=basis.least_seconds)
    scores = estimate_scores(evidence, basis)
    asked = basis.asked
    leaves = basis.leaves
    question_of = _question_of(questions)
    chosen = next_items.choose(
        next_items.worth_of_leaves(scores, basis.plan.outline)[0],
        _information(basis, scores, leaves),
        leaves,
        np.array([item.version in question_of for item in asked]),
        count=count,
    )
    return [question_of[asked[index].version] for index in chosen]


def survey_questions(candidate: int, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return those of `questions`, at most `count`, that together tell most about all domains."""
    basis = exam_basis(exam)
    evidence = evidence_of(candidate, exam.pk, least_seconds=basis.least_seconds)
    leaves = basis.leaves
    information = next_items.expected_information(
        basis.items.curves(), estimate_scores(evidence, basis).abilities[0], leaves
    )
    question_of = _question_of(questions)
    outline = basis.plan.outline
    chosen = next_items.survey(
        outline,
        next_items.leaf_covariance(outline, basis.spreads, _told(evidence, basis, information)),
        information,
        leaves,
        np.array([item.version in question_of for item in basis.asked]),
        count=count,
        rng=np.random.default_rng(secrets.randbits(62)),
    )
    return [question_of[basis.asked[index].version] for index in chosen]


def _told(evidence: Evidence, basis: ExamBasis, information: Floats) -> Floats:
    """Return by leaf what the answers so far said; one to a retired question as much as others."""
    told = np.zeros(basis.plan.outline.sizes[-1])
    usual = float(information.mean()) if len(information) else 0.0
    for answer in evidence.answers:
        leaf, index = basis.plan.leaf_of.get(answer.item.topic), basis.index_of.get(answer.item)
        if leaf is not None:
            told[leaf] += usual if index is None else information[index]
    return told


def _question_of(questions: Sequence[int]) -> dict[int | None, int]:
    """Return questions by their newest version."""
    return dict(Question.objects.filter(pk__in=questions).values_list("current_version", "pk"))


def _information(basis: ExamBasis, scores: Scores, leaves: Ints) -> Floats:
    """Return the information of each item that may be asked, at the candidate's ability."""
    ability = scores.abilities[0].mean(axis=0)
    point = np.clip(np.rint((ability - GRID[0]) / STEP).astype(int), 0, len(GRID) - 1)
    information = next_items.item_information(basis.items.curves())
    at_ability: Floats = information[np.arange(len(basis.pool)), point[leaves]]
    return at_ability
