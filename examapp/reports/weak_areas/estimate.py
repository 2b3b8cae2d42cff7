"""From evidence to figures: what is estimated of a candidate, area by area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

import numpy as np

from examapp.exams.rules import ExamRules
from examapp.exams.scoring import Scale
from examapp.reports.measurement import areas, learner, next_items, trajectory, unanswered
from examapp.reports.measurement import evidence as layout
from examapp.reports.measurement.history import History, history
from examapp.reports.measurement.improvement import ENOUGH_Z, improvement
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import Floats
from examapp.reports.weak_areas.basis import ExamBasis
from examapp.reports.weak_areas.body import GrowthVerdict
from examapp.reports.weak_areas.calibrated_items import calibrated
from examapp.reports.weak_areas.evidence import Answer, Evidence, Sitting
from examapp.reports.weak_areas.occasions import Occasion, Occasions, occasions_of

# How many areas of each level count as its weakest: domains, tasks, topics.
WEAKEST_OF_LEVEL = (1, 3, 5)
# With fewer answers before or since, nothing is said of a change.
ENOUGH_TO_COMPARE = 10
# A mock exam with fewer answers says nothing of pace.
ENOUGH_FOR_PACE = 5


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
    def of(cls, rules: ExamRules, scored_count: int, *, standard: float | None) -> Self:
        """Return the mark of a fresh form; `standard` is its cut by ratings, where there is one."""
        own = rules.scale
        scale = Scale(own.low, own.cut, own.high, own.raw_cut if standard is None else standard)
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


class GrowthFigures(NamedTuple):
    """Whether ability was higher since an occasion than before it, and how surely one would see it.

    `since` is when the last occasion before it was; `power` is how often half a logit is seen.
    """

    verdict: GrowthVerdict
    since: datetime
    power: float


class PassFigures(NamedTuple):
    """The chance to pass: as exams were taken so far, and with every question answered.

    `not_reached` and `omitted` are shares of questions left. `is_apart` where the two chances
    differ enough to be told, `is_pace` where most were not reached.
    """

    as_taken: Distribution
    all_answered: Distribution
    not_reached: float
    omitted: float
    is_apart: bool
    is_pace: bool


@dataclass(frozen=True)
class Estimate:
    """What is estimated of a candidate.

    `inside` answers lie in areas of the exam; `levels` are domains, tasks and topics; `score` is
    the share of the whole exam, with its range on the scale; `worth` is what one more answer
    in each leaf would tell about what is weak, in nats. `history` has the figures of each occasion.
    """

    inside: int
    score: Distribution
    low_scaled: int
    high_scaled: int
    passing: PassFigures
    levels: tuple[LevelFigures, ...]
    worth: Floats
    growth: GrowthFigures | None
    occasions: tuple[Occasion, ...]
    history: History


class _Known(NamedTuple):
    """A candidate's answers as arrays, when they were given, and what they say."""

    answers: layout.Answers
    occasions: Occasions
    path: trajectory.Trajectory
    scores: learner.Scores


def estimate_candidate(evidence: Evidence, basis: ExamBasis, pass_mark: PassMark) -> Estimate:
    """Return what a candidate's answers say about passing and about each area of the exam."""
    known = _known(evidence, basis)
    rules = learner.FormRules(pass_mark.scored_count, pass_mark.needed)
    outline, score = basis.plan.outline, Distribution.of(known.scores.exam[0])
    blanks = _blanks(evidence)
    available = _unanswered(known.answers, basis)
    left = unanswered.rate_of(blanks.asked, blanks.not_reached + blanks.omitted)
    return Estimate(
        inside=len(known.answers),
        score=score,
        low_scaled=pass_mark.scale.scaled(score.low),
        high_scaled=pass_mark.scale.scaled(score.high),
        passing=_passing(known.scores, rules, blanks),
        levels=tuple(
            _level(level, known, basis, pass_mark.cut, available) for level in range(outline.depth)
        ),
        worth=next_items.worth_of_leaves(known.scores, outline)[0],
        growth=_growth(known, basis),
        occasions=known.occasions.occasions,
        history=history(known.path, basis.bank, rules, left=left.draws(learner.DRAWS)),
    )


def estimate_scores(evidence: Evidence, basis: ExamBasis) -> learner.Scores:
    """Return draws of a candidate's true scores."""
    return _known(evidence, basis).scores


def _known(evidence: Evidence, basis: ExamBasis) -> _Known:
    """Return what a candidate's answers say of every area today."""
    leaf_of, outline = basis.plan.leaf_of, basis.plan.outline
    # An answer whose topic has left the blueprint counts nowhere.
    inside = [answer for answer in evidence.answers if answer.item.topic in leaf_of]
    when = occasions_of(evidence, [(answer.session, answer.at) for answer in inside])
    index, items = _items(inside, basis)
    answers = layout.answers(
        np.zeros(len(inside)),
        [leaf_of[answer.item.topic] for answer in inside],
        index,
        [answer.credit for answer in inside],
        occasion=when.of_answer,
    )
    path = trajectory.infer(answers, items, outline, basis.spreads, basis.walk, when.when)
    # What is not known of a question that may be asked again; retired ones are asked no more.
    asked = answers.take(np.flatnonzero(answers.item < len(basis.pool)))
    counts = asked.counts(1, outline.sizes[-1], len(basis.pool))
    return _Known(answers, when, path, learner.scores_at(path, basis.bank, counts=counts))


def _items(answers: list[Answer], basis: ExamBasis) -> tuple[list[int], Items]:
    """Return the index of each answer's item, and all indexed items."""
    index_of, items = basis.index_of, basis.items
    indexes = [index_of.get(answer.item, -1) for answer in answers]
    if -1 not in indexes:
        return indexes, items
    retired = list({answer.item: None for answer in answers if answer.item not in index_of})
    index_of = index_of | {item: len(items) + n for n, item in enumerate(retired)}
    both = items.joined(calibrated(retired, basis.calibration).items)
    return [index_of[answer.item] for answer in answers], both


def _blanks(evidence: Evidence) -> unanswered.Blanks:
    """Return how the questions of mock exams were left; of one hardly begun nothing is told.

    Where time was left at the end, the last questions were left as any others are.
    """
    sat = [
        sitting
        for sitting in evidence.sittings
        if sitting.asked - sitting.blank >= min(ENOUGH_FOR_PACE, sitting.asked)
    ]
    return unanswered.Blanks(
        *np.array([(sitting.asked, *_left(sitting)) for sitting in sat], dtype=float)
        .reshape(-1, 3)
        .T
    )


def _left(sitting: Sitting) -> tuple[int, int]:
    """Return how many questions a sitting's time did not reach, and how many were omitted."""
    if sitting.ran_out:
        return sitting.not_reached, sitting.omitted
    return 0, sitting.blank


def _passing(
    scores: learner.Scores, rules: learner.FormRules, blanks: unanswered.Blanks
) -> PassFigures:
    """Return the chance that a fresh form reaches the cut."""
    chances = unanswered.pass_chances(scores, rules, blanks)
    return PassFigures(
        Distribution.of(chances.as_taken),
        Distribution.of(chances.all_answered),
        chances.not_reached,
        chances.omitted,
        chances.differ,
        chances.is_pace,
    )


def _growth(known: _Known, basis: ExamBasis) -> GrowthFigures | None:
    """Return how ability moved since the last mock exam but one; None with nothing to compare."""
    occasions, of_answer = known.occasions.occasions, known.occasions.of_answer
    counts = np.bincount(of_answer, minlength=len(occasions))
    since = _compared(occasions, [int(count) for count in counts])
    if since is None:
        return None
    exams = sum(each.session is not None for each in occasions)
    usual = basis.usual_steps[min(max(exams - 2, 0), len(basis.usual_steps) - 1)]
    found = improvement(known.path, since=since, usual=usual)
    is_lower = found.estimate[0] <= -ENOUGH_Z * found.error[0]
    verdict: GrowthVerdict = "lower" if is_lower else "too_early"
    if found.is_improved[0]:
        verdict = "improved"
    return GrowthFigures(verdict, occasions[since - 1].at, float(found.power[0]))


def _compared(occasions: tuple[Occasion, ...], counts: Sequence[int]) -> int | None:
    """Return the occasion from which on ability is compared with before: the newest mock exam.

    Of practice alone, or where too few answers lie on one side, the newest with enough on both.
    """
    sat = [place for place, each in enumerate(occasions) if each.session and place]
    places = (*reversed(sat), *range(len(occasions) - 1, 0, -1))
    enough = (
        since
        for since in places
        if min(sum(counts[:since]), sum(counts[since:])) >= ENOUGH_TO_COMPARE
    )
    return next(enough, None)


def _level(
    level: int, known: _Known, basis: ExamBasis, cut: float, available: Floats
) -> LevelFigures:
    """Return the figures of a level's areas; `available` questions of each leaf are left to ask."""
    answers, scores = known.answers, known.scores
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
        available=np.bincount(of_leaf, weights=available, minlength=size),
    )
    credit = np.bincount(area, weights=answers.credit, minlength=size)
    return LevelFigures(count, credit, shares, estimates)


def _unanswered(answers: layout.Answers, basis: ExamBasis) -> Floats:
    """Return how many questions of each leaf are left to ask."""
    answered = np.bincount(answers.leaf, minlength=len(basis.counts))
    left: Floats = np.maximum(basis.counts - answered, 0.0)
    return left
