"""From evidence to figures: what is estimated of a candidate, area by area."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, Self

import numpy as np

from examapp.exams.models import ExamSession
from examapp.exams.scoring import Scale
from examapp.reports.measurement import areas, learner, next_items, posterior
from examapp.reports.measurement import evidence as layout
from examapp.reports.measurement.outline import Floats
from examapp.reports.weak_areas.basis import ExamBasis
from examapp.reports.weak_areas.calibrated_items import calibrated
from examapp.reports.weak_areas.evidence import Answer, Evidence

DAY = timedelta(days=1)
# How many areas of each level count as its weakest: domains, tasks, topics.
WEAKEST_OF_LEVEL = (1, 3, 5)


@dataclass(frozen=True)
class PassMark:
    """What passes an exam: `needed` of `scored_count` questions, a share of `cut` of the credit.

    `points` of the scale are what all the credit would be worth at the rate below the cut.
    """

    scored_count: int
    needed: int
    cut: float
    points: float
    scale: Scale

    @classmethod
    def of(cls, session: ExamSession) -> Self:
        scale, scored_count = session.scale, session.exam.scored_count
        return cls(
            scored_count,
            needed=scale.needed(scored_count),
            cut=scale.raw_cut,
            points=scale.points_below_cut,
            scale=scale,
        )


class Distribution(NamedTuple):
    """What draws say of one share, 0 to 1: mean, standard deviation, and its likely range."""

    mean: float
    error: float
    low: float
    high: float

    @classmethod
    def of(cls, draws: Floats) -> Self:
        low, high = learner.interval(draws, axis=0)
        return cls(float(draws.mean()), float(draws.std()), float(low), float(high))


@dataclass(frozen=True)
class LevelFigures:
    """The areas of a level, a column each: answers, their credit, weight in the exam, estimates."""

    answers: Floats
    credit: Floats
    shares: Floats
    estimates: areas.AreaEstimates


@dataclass(frozen=True)
class Estimate:
    """What is estimated of a candidate.

    `inside` answers lie in areas of the exam; `levels` are domains, tasks and topics; `score` is
    the share of the whole exam, with its range on the scale; `worth` is what one more answer
    in each leaf would tell about what is weak, in nats.
    """

    inside: int
    score: Distribution
    low_scaled: int
    high_scaled: int
    pass_chance: Distribution
    levels: tuple[LevelFigures, ...]
    worth: Floats


def estimate_candidate(evidence: Evidence, basis: ExamBasis, pass_mark: PassMark) -> Estimate:
    """Return what a candidate's answers say about passing and about each area of the exam."""
    answers, scores = _answers_and_scores(evidence, basis)
    rules = learner.FormRules(pass_mark.scored_count, pass_mark.needed)
    outline, score = basis.plan.outline, Distribution.of(scores.exam[0])
    return Estimate(
        inside=len(answers),
        score=score,
        low_scaled=pass_mark.scale.scaled(score.low),
        high_scaled=pass_mark.scale.scaled(score.high),
        pass_chance=Distribution.of(learner.chance_to_pass(scores, rules)[0]),
        levels=tuple(
            _level(level, answers, scores, basis, pass_mark.cut) for level in range(outline.depth)
        ),
        worth=next_items.worth_of_leaves(scores, outline)[0],
    )


def estimate_scores(evidence: Evidence, basis: ExamBasis) -> learner.Scores:
    """Return draws of a candidate's true scores."""
    return _answers_and_scores(evidence, basis)[1]


def _answers_and_scores(
    evidence: Evidence, basis: ExamBasis
) -> tuple[layout.Answers, learner.Scores]:
    """Return the answers as arrays, weighed by their age, and draws of the true scores."""
    leaf_of, outline = basis.plan.leaf_of, basis.plan.outline
    # An answer whose topic has left the blueprint counts nowhere.
    inside = [answer for answer in evidence.answers if answer.item.topic in leaf_of]
    items, logs = _items(inside, basis)
    answers = layout.answers(
        np.zeros(len(inside)),
        [leaf_of[answer.item.topic] for answer in inside],
        items,
        [answer.credit for answer in inside],
        layout.recency([(evidence.as_of - answer.at) / DAY for answer in inside]),
    )
    leaves = outline.sizes[-1]
    counts = answers.counts(1, leaves, len(logs) // 2)
    likelihood = layout.log_likelihood(counts, logs, leaves=leaves)
    abilities = posterior.infer(likelihood, outline, basis.spreads)
    return answers, learner.scores(abilities, basis.bank)


def _items(answers: list[Answer], basis: ExamBasis) -> tuple[list[int], Floats]:
    """Return the index of each answer's item, and the log chances of all indexed items."""
    index_of, logs = basis.index_of, basis.logs
    indexes = [index_of.get(answer.item, -1) for answer in answers]
    if -1 not in indexes:
        return indexes, logs
    retired = list({answer.item: None for answer in answers if answer.item not in index_of})
    index_of = index_of | {item: len(logs) // 2 + n for n, item in enumerate(retired)}
    curves = calibrated(retired, basis.calibration).items.curves()
    logs = np.concatenate([logs, layout.log_chances(curves)])
    return [index_of[answer.item] for answer in answers], logs


def _level(
    level: int, answers: layout.Answers, scores: learner.Scores, basis: ExamBasis, cut: float
) -> LevelFigures:
    outline, of_leaf = basis.plan.outline, basis.plan.outline.leaves_of(level)
    size, area = outline.sizes[level], of_leaf[answers.leaf]
    count = np.bincount(area, minlength=size).astype(float)
    shares = outline.shares_of(level)
    estimates = areas.judge(
        scores.levels[level][0],
        shares,
        count,
        cut=cut,
        named=WEAKEST_OF_LEVEL[level],
        available=np.bincount(of_leaf, weights=_unanswered(answers, basis), minlength=size),
    )
    credit = np.bincount(area, weights=answers.credit, minlength=size)
    return LevelFigures(count, credit, shares, estimates)


def _unanswered(answers: layout.Answers, basis: ExamBasis) -> Floats:
    """Return how many questions of each leaf are left to ask."""
    leaves = basis.plan.outline.sizes[-1]
    in_pool = [basis.plan.leaf_of[item.topic] for item in basis.asked]
    answered = np.bincount(answers.leaf, minlength=leaves)
    left: Floats = np.maximum(np.bincount(in_pool, minlength=leaves) - answered, 0.0)
    return left
