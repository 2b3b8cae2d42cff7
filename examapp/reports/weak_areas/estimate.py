"""From evidence to a report's body: what is estimated of a candidate, area by area."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self, cast

import numpy as np

from examapp.exams.models import ExamSession
from examapp.exams.scoring import Scale
from examapp.reports.measurement import areas, learner, posterior
from examapp.reports.measurement import evidence as layout
from examapp.reports.measurement.next_items import worth_of_leaves
from examapp.reports.measurement.outline import Floats
from examapp.reports.weak_areas.basis import Area, Blueprint, ExamBasis
from examapp.reports.weak_areas.body import (
    AreaEstimate,
    EarlierReport,
    LargestGain,
    LikelyScore,
    Readiness,
    ReportBody,
    StudyTopic,
    TopicEstimate,
    UndecidedTask,
    Verdict,
    WeakestDomain,
)
from examapp.reports.weak_areas.calibrated_items import log_chances_of
from examapp.reports.weak_areas.change import change_since
from examapp.reports.weak_areas.evidence import Answer, Evidence
from examapp.reports.weak_areas.sentences import study_reason

# With fewer answers nothing is said about passing.
ENOUGH_FOR_READINESS = 20
DOTS = 20
DAY = timedelta(days=1)
# How many areas of each level count as its weakest: domains, tasks, topics.
WEAKEST_OF_LEVEL = (1, 3, 5)
STUDY_TOPICS, UNDECIDED_TASKS = 3, 3
_DIGITS = 2


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


@dataclass(frozen=True)
class Estimate:
    """What is estimated of a candidate: draws of the true scores.

    `answers` and `credit` count the answers in each leaf and add up what they earned; `unanswered`
    is how many questions of the leaf are left to ask.
    """

    scores: learner.Scores
    answers: Floats
    credit: Floats
    unanswered: Floats


def report_body(
    evidence: Evidence, basis: ExamBasis, pass_mark: PassMark, earlier: EarlierReport | None
) -> ReportBody:
    """Return what the evidence says, and what changed since the report before."""
    estimate = estimate_scores(evidence, basis)
    domains, tasks, topics = area_estimates(estimate, basis.plan, pass_mark)
    likely = _likely_score(estimate, pass_mark)
    return ReportBody(
        answers=len(evidence.answers),
        blank=evidence.blank,
        outside=len(evidence.answers) - round(estimate.answers.sum()),
        exams=evidence.exams,
        practised=evidence.practiced,
        domains=tuple(domains),
        tasks=tuple(tasks),
        topics=tuple(sorted(topics, key=lambda topic: -topic.gain_points)),
        readiness=_readiness(estimate, pass_mark, len(evidence.answers)),
        likely=likely,
        weakest=WeakestDomain.of(domains),
        held_by=LargestGain.of(domains),
        unknown=_undecided_tasks(estimate, basis.plan, tasks),
        study=_study_topics(topics, tasks, evidence),
        change=change_since(earlier, likely, domains) if earlier else None,
    )


def estimate_scores(evidence: Evidence, basis: ExamBasis) -> Estimate:
    """Return what a candidate's answers say, each weighed by its age as of the evidence."""
    leaf_of, leaves = basis.plan.leaf_of, basis.plan.outline.sizes[-1]
    # An answer whose topic has left the blueprint counts nowhere.
    inside = [answer for answer in evidence.answers if answer.item.topic in leaf_of]
    items, logs = _items_of(inside, basis)
    leaf = np.array([leaf_of[answer.item.topic] for answer in inside], dtype=np.intp)
    credit = np.array([answer.credit for answer in inside])
    weight = layout.recency([(evidence.as_of - answer.at) / DAY for answer in inside])
    answers = layout.answers(np.zeros(len(inside)), leaf, items, credit, weight)
    counts = answers.counts(1, leaves, len(logs) // 2)
    likelihood = layout.log_likelihood(counts, logs, leaves=leaves)
    abilities = posterior.infer(likelihood, basis.plan.outline, basis.spreads)
    answered = np.bincount(leaf, minlength=leaves).astype(float)
    in_pool = np.bincount([leaf_of[item.topic] for item in basis.asked], minlength=leaves)
    return Estimate(
        learner.scores(abilities, basis.bank),
        answered,
        np.bincount(leaf, weights=credit, minlength=leaves),
        np.maximum(in_pool - answered, 0),
    )


def _items_of(answers: list[Answer], basis: ExamBasis) -> tuple[list[int], Floats]:
    """Return the index of each answer's item, and the log chances of all indexed items."""
    index_of, logs = basis.index_of, basis.logs
    indexes = [index_of.get(answer.item, -1) for answer in answers]
    if -1 not in indexes:
        return indexes, logs
    retired = list({answer.item: None for answer in answers if answer.item not in index_of})
    index_of = index_of | {item: len(logs) // 2 + n for n, item in enumerate(retired)}
    logs = np.concatenate([logs, log_chances_of(retired, basis.calibration)])
    return [index_of[answer.item] for answer in answers], logs


def area_estimates(
    estimate: Estimate, plan: Blueprint, pass_mark: PassMark
) -> tuple[list[AreaEstimate], list[AreaEstimate], list[TopicEstimate]]:
    """Return the estimates of all domains, tasks and topics, in the order of the outline."""
    domains, tasks, leaves = (
        _level_estimates(estimate, plan, pass_mark, level) for level in range(3)
    )
    topics = [
        TopicEstimate(**vars(leaf), place=area.leaf)
        for area, leaf in zip(plan.levels[2], leaves, strict=True)
        if area.pk is not None
    ]
    return domains, tasks, topics


def _level_estimates(
    estimate: Estimate, plan: Blueprint, pass_mark: PassMark, level: int
) -> list[AreaEstimate]:
    size, of_leaf = plan.outline.sizes[level], plan.outline.leaves_of(level)
    n = np.bincount(of_leaf, weights=estimate.answers, minlength=size)
    right = np.bincount(of_leaf, weights=estimate.credit, minlength=size)
    shares = plan.outline.shares_of(level)
    judged = areas.judge(
        estimate.scores.levels[level][0],
        shares,
        n,
        cut=pass_mark.cut,
        named=WEAKEST_OF_LEVEL[level],
        available=np.bincount(of_leaf, weights=estimate.unanswered, minlength=size),
    )
    percents = (
        *(shares, judged.mean, judged.error, judged.low, judged.high),
        *(judged.chance_below, judged.weakest),
    )
    columns = [n, right, n - right, *(100 * each for each in percents)]
    columns.append(pass_mark.points * judged.gain)
    figures = np.stack(columns, axis=1).round(_DIGITS).tolist()
    rows = zip(plan.levels[level], figures, judged.verdict, judged.more_needed, strict=True)
    return [_area_estimate(*row) for row in rows]


def _area_estimate(
    area: Area, figures: list[float], verdict: str, more_needed: int | None
) -> AreaEstimate:
    n, right, wrong, share, mean, error, low, high, below, weakest, gain = figures
    return AreaEstimate(
        pk=area.pk or 0,
        number=area.number,
        title=area.title,
        slug=area.slug,
        read_minutes=area.read_minutes,
        n=round(n),
        right=right,
        wrong=wrong,
        share_percent=share,
        estimate_percent=mean,
        error_percent=error,
        low_percent=low,
        high_percent=high,
        chance_below_percent=below,
        chance_weakest_percent=weakest,
        gain_points=gain,
        verdict=cast(Verdict, verdict),
        more_needed=more_needed,
    )


def _readiness(estimate: Estimate, pass_mark: PassMark, answers: int) -> Readiness:
    """Return the chance that a fresh form reaches the cut, with its likely range."""
    rules = learner.FormRules(pass_mark.scored_count, pass_mark.needed)
    chances = learner.chance_to_pass(estimate.scores, rules)[0]
    mean = float(chances.mean())
    low, high = map(float, learner.interval(chances, axis=0))
    return Readiness(
        is_enough=answers >= ENOUGH_FOR_READINESS,
        percent=round(100 * mean, 1),
        low_percent=round(100 * low, 1),
        high_percent=round(100 * high, 1),
        of_dots=round(DOTS * mean),
        low_dots=round(DOTS * low),
        high_dots=round(DOTS * high),
        dots=DOTS,
        more_needed=max(0, ENOUGH_FOR_READINESS - answers),
    )


def _likely_score(estimate: Estimate, pass_mark: PassMark) -> LikelyScore:
    """Return the share of right answers over the whole exam, and its range on the scale."""
    draws = estimate.scores.exam[0]
    low, high = map(float, learner.interval(draws, axis=0))
    return LikelyScore(
        percent=round(100 * float(draws.mean()), 1),
        error_percent=round(100 * float(draws.std()), 2),
        low_percent=round(100 * low, 1),
        high_percent=round(100 * high, 1),
        low_scaled=pass_mark.scale.scaled(low),
        high_scaled=pass_mark.scale.scaled(high),
    )


def _undecided_tasks(
    estimate: Estimate, plan: Blueprint, tasks: list[AreaEstimate]
) -> tuple[UndecidedTask, ...]:
    """Return the undecided tasks where an answer would tell most about what is weak."""
    worth = worth_of_leaves(estimate.scores, plan.outline)[0]
    most = np.maximum.reduceat(worth, plan.outline.starts[2]).tolist()
    undecided = [
        (value, task)
        for value, task in zip(most, tasks, strict=True)
        if task.verdict in ("open", "too_few")
    ]
    undecided.sort(key=lambda pair: -pair[0])
    return tuple(UndecidedTask.of(task) for _, task in undecided[:UNDECIDED_TASKS])


def _study_topics(
    topics: list[TopicEstimate], tasks: list[AreaEstimate], evidence: Evidence
) -> tuple[StudyTopic, ...]:
    """Return the topics with a wrong answer that gain most, each with the reason."""
    task_of, guesses = {task.number: task for task in tasks}, evidence.guesses
    gains = [
        topic
        for topic in topics
        if topic.wrong > 0 and topic.verdict != "above" and topic.gain_points > 0
    ]
    gains.sort(key=lambda topic: -topic.gain_points)
    return tuple(
        StudyTopic(
            **vars(topic),
            why=study_reason(
                topic, task_of[topic.number], guesses=guesses[topic.pk], few=areas.FEW_ANSWERS
            ),
        )
        for topic in gains[:STUDY_TOPICS]
    )
