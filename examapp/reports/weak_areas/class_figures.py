"""From the answers of a class to its figures."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np

from examapp.exams.rules import ExamRules
from examapp.reports.class_standing import (
    ENOUGH_ANSWERS,
    ClassArea,
    ClassStanding,
    GivenAnswer,
    MemberArea,
)
from examapp.reports.measurement import evidence
from examapp.reports.measurement.class_estimates import ClassAreas, class_areas, class_scores
from examapp.reports.measurement.growth import Clock, clock
from examapp.reports.measurement.learner import Scores, interval
from examapp.reports.measurement.outline import Floats, Outline
from examapp.reports.weak_areas.basis import Area, ExamBasis, exam_basis
from examapp.reports.weak_areas.body import Verdict
from examapp.reports.weak_areas.calibrated_items import BankItem
from examapp.reports.weak_areas.estimate import PassMark
from questions.models import Exam

DAY = timedelta(days=1)
# Later sittings of a member are taken together with this one.
MOST_OCCASIONS = 4


class _Class(NamedTuple):
    """The members in order, their answers, and when their sittings were."""

    members: list[int]
    answers: evidence.Answers
    when: Clock


def standing_of(exam: Exam, given: Sequence[GivenAnswer]) -> ClassStanding:
    """Return what the answers of a class say; answers to questions of old are left out."""
    basis = exam_basis(exam)
    mark = PassMark.of(ExamRules.of(exam), exam.scored_count, standard=basis.standard)
    group, outline = _class_of(given, basis), basis.plan.outline
    scores = class_scores(
        group.answers, basis.items, outline, basis.spreads, basis.walk, group.when, basis.bank
    )
    told = class_areas(scores, outline, group.answers, cut=mark.cut)
    domains, tasks, topics = (
        _areas(level, basis.plan.levels[level], told[level], mark) for level in range(outline.depth)
    )
    people = _people(group, scores, outline, mark.cut)
    return ClassStanding(len(group.members), domains, tasks, topics, people)


def _class_of(given: Sequence[GivenAnswer], basis: ExamBasis) -> _Class:
    rows = [
        (answer, item)
        for answer in given
        if (item := BankItem(answer.version, answer.topic, answer.type, answer.level))
        in basis.index_of
    ]
    sat: dict[int, dict[UUID, tuple[int, datetime]]] = defaultdict(dict)
    for answer in given:
        own = sat[answer.candidate]
        own.setdefault(answer.session, (min(len(own), MOST_OCCASIONS - 1), answer.at))
    members = list(sat)
    index_of = {member: index for index, member in enumerate(members)}
    answers = evidence.answers(
        [index_of[answer.candidate] for answer, _ in rows],
        [basis.plan.leaf_of[item.topic] for _, item in rows],
        [basis.index_of[item] for _, item in rows],
        [answer.credit for answer, _ in rows],
        occasion=[sat[answer.candidate][answer.session][0] for answer, _ in rows],
    )
    return _Class(members, answers, _clock([sat[member] for member in members]))


def _clock(sat: Sequence[dict[UUID, tuple[int, datetime]]]) -> Clock:
    """Return when sittings were, members by occasions; the last one of a member repeats."""
    ends = [[at for _, at in own.values()] for own in sat]
    width = min(max(map(len, ends)), MOST_OCCASIONS)
    exams = [[min(place, len(own) - 1) for place in range(width)] for own in ends]
    days = [
        [(own[place] - own[0]) / DAY for place in places]
        for own, places in zip(ends, exams, strict=True)
    ]
    return clock(np.zeros((len(sat), width)), exams, days)


def _areas(
    level: int, areas: Sequence[Area], told: ClassAreas, mark: PassMark
) -> tuple[ClassArea, ...]:
    columns = np.stack(
        [
            *(100 * part for part in (told.mean, told.low, told.high, told.below)),
            mark.points * told.gain,
        ],
        axis=1,
    )
    rows = zip(areas, told.answered.tolist(), columns.round(1).tolist(), strict=True)
    return tuple(
        ClassArea(level, area.pk or 0, area.number, area.title, area.slug, round(members), *row)
        for area, members, row in rows
    )


def _people(
    group: _Class, scores: Scores, outline: Outline, cut: float
) -> dict[int, tuple[tuple[MemberArea, ...], ...]]:
    """Return for each member the areas of each level."""
    levels = [
        _member_areas(draws, outline, level, group, cut)
        for level, draws in enumerate(scores.levels)
    ]
    return {
        member: tuple(level[index] for level in levels)
        for index, member in enumerate(group.members)
    }


def _member_areas(
    draws: Floats, outline: Outline, level: int, group: _Class, cut: float
) -> list[tuple[MemberArea, ...]]:
    answers, size = group.answers, outline.sizes[level]
    shape = (len(group.members), size)
    cell = answers.learner * size + outline.leaves_of(level)[answers.leaf]
    n = np.bincount(cell, minlength=shape[0] * size).reshape(shape)
    right = np.bincount(cell, weights=answers.credit, minlength=shape[0] * size).reshape(shape)
    low, high = interval(draws)
    side = np.where(low >= cut, "above", np.where(high < cut, "below", "open"))
    verdict = np.where(n >= ENOUGH_ANSWERS, side, "too_few").tolist()
    shares = (100 * np.stack([draws.mean(axis=1), low, high], axis=-1)).round(1).tolist()
    counts = zip(n.tolist(), right.tolist(), shares, verdict, strict=True)
    return [tuple(map(_member_area, *columns)) for columns in counts]


def _member_area(n: int, right: float, shares: Sequence[float], verdict: Verdict) -> MemberArea:
    percent, low, high = shares
    return MemberArea(n, right, percent, low, high, verdict)
