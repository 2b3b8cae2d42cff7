"""From figures to a report's body: its areas, what to study, what changed."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

import numpy as np

from examapp.reports.measurement.areas import FEW_ANSWERS, is_change
from examapp.reports.measurement.confusions import Choice, confusions
from examapp.reports.weak_areas.basis import Area, Blueprint, ExamBasis
from examapp.reports.weak_areas.body import (
    AreaEstimate,
    Change,
    DomainChange,
    EarlierReport,
    Growth,
    LargestGain,
    LikelyScore,
    MixUp,
    PathPoint,
    Readiness,
    ReportBody,
    StudyTopic,
    TopicEstimate,
    Unanswered,
    UndecidedTask,
    Verdict,
    WeakestDomain,
)
from examapp.reports.weak_areas.estimate import Distribution, Estimate, LevelFigures, PassMark
from examapp.reports.weak_areas.evidence import Evidence
from examapp.reports.weak_areas.sentences import study_reason

# With fewer answers nothing is said about passing.
ENOUGH_FOR_READINESS = 20
DOTS = 20
# How often a distractor is usually chosen where it is offered, and how many mix-ups are told.
USUAL_RATE, MOST_MIX_UPS = 0.12, 5
STUDY_TOPICS, UNDECIDED_TASKS = 3, 3
# How many domains are named at most for what moved the whole.
MOST_MOVERS = 2
_DIGITS = 2


def report_body(
    evidence: Evidence,
    estimate: Estimate,
    basis: ExamBasis,
    pass_mark: PassMark,
    earlier: EarlierReport | None,
) -> ReportBody:
    """Return what an estimate says, and what changed since the report before."""
    plan = basis.plan
    domains = _areas(plan.levels[0], estimate.levels[0], pass_mark)
    tasks = _areas(plan.levels[1], estimate.levels[1], pass_mark)
    topics = _topics(plan, estimate, pass_mark)
    likely, growth = _likely_score(estimate), _growth(estimate)
    return ReportBody(
        answers=len(evidence.answers),
        blank=evidence.sittings[-1].blank if evidence.sittings else 0,
        outside=len(evidence.answers) - estimate.inside,
        exams=evidence.exams,
        practiced=evidence.practiced,
        domains=tuple(domains),
        tasks=tuple(tasks),
        topics=tuple(sorted(topics, key=lambda topic: -topic.gain_points)),
        readiness=_readiness(estimate.passing.as_taken, len(evidence.answers)),
        likely=likely,
        weakest=WeakestDomain.of(domains),
        held_by=LargestGain.of(domains),
        unknown=_undecided_tasks(estimate, plan, tasks),
        study=_study_topics(topics, tasks, evidence),
        change=_change(earlier, likely, domains, growth) if earlier else None,
        rapid=evidence.rapid,
        unanswered=_unanswered(estimate, len(evidence.answers)),
        growth=growth,
        path=_path(estimate, likely),
        mix_ups=_mix_ups(evidence, basis),
    )


def _topics(plan: Blueprint, estimate: Estimate, pass_mark: PassMark) -> list[TopicEstimate]:
    """Return the topics in the order of the outline; a task without topics has none."""
    return [
        _area(partial(TopicEstimate, place=row[0].leaf), *row)
        for row in _rows(plan.levels[2], estimate.levels[2], pass_mark)
        if row[0].pk is not None
    ]


def _areas(
    areas: tuple[Area, ...], figures: LevelFigures, pass_mark: PassMark
) -> list[AreaEstimate]:
    """Return the estimates of a level's areas, in the order of the outline."""
    return [_area(AreaEstimate, *row) for row in _rows(areas, figures, pass_mark)]


def _rows(
    areas: tuple[Area, ...], figures: LevelFigures, pass_mark: PassMark
) -> Iterator[tuple[Area, list[float], str, int | None]]:
    """Return each area of a level with what `_area` takes beside it."""
    estimates = figures.estimates
    shares = (
        *(figures.shares, estimates.mean, estimates.error, estimates.low, estimates.high),
        *(estimates.chance_below, estimates.weakest),
    )
    columns = [
        *(figures.answers, figures.credit, figures.answers - figures.credit),
        *(100 * share for share in shares),
        pass_mark.points * estimates.gain,
    ]
    rows = np.stack(columns, axis=1).round(_DIGITS).tolist()
    return zip(areas, rows, estimates.verdict, estimates.more_needed, strict=True)


def _area[Row: AreaEstimate](
    kind: Callable[..., Row],
    area: Area,
    figures: list[float],
    verdict: str,
    more_needed: int | None,
) -> Row:
    n, right, wrong, share, mean, error, low, high, below, weakest, gain = figures
    return kind(
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


def _readiness(chance: Distribution, answers: int) -> Readiness:
    """Return the chance that a fresh form reaches the cut, with its likely range."""
    return Readiness(
        is_enough=answers >= ENOUGH_FOR_READINESS,
        percent=round(100 * chance.mean, 1),
        low_percent=round(100 * chance.low, 1),
        high_percent=round(100 * chance.high, 1),
        of_dots=round(DOTS * chance.mean),
        low_dots=round(DOTS * chance.low),
        high_dots=round(DOTS * chance.high),
        dots=DOTS,
        more_needed=max(0, ENOUGH_FOR_READINESS - answers),
    )


def _likely_score(estimate: Estimate) -> LikelyScore:
    """Return the share of right answers over the whole exam, and its range on the scale."""
    score = estimate.score
    return LikelyScore(
        percent=round(100 * score.mean, 1),
        error_percent=round(100 * score.error, 2),
        low_percent=round(100 * score.low, 1),
        high_percent=round(100 * score.high, 1),
        low_scaled=estimate.low_scaled,
        high_scaled=estimate.high_scaled,
    )


def _unanswered(estimate: Estimate, answers: int) -> Unanswered | None:
    """Return what unanswered questions cost; None where that is little, or too little is known."""
    passing = estimate.passing
    if not passing.is_apart or answers < ENOUGH_FOR_READINESS:
        return None
    return Unanswered(
        round(100 * passing.not_reached, 1),
        round(100 * passing.omitted, 1),
        passing.is_pace,
        _readiness(passing.all_answered, answers),
    )


def _growth(estimate: Estimate) -> Growth | None:
    growth = estimate.growth
    if growth is None:
        return None
    return Growth(growth.verdict, growth.since.isoformat(), round(100 * growth.power))


def _path(estimate: Estimate, likely: LikelyScore) -> tuple[PathPoint, ...]:
    """Return the figures of each occasion; those of the last are today's own."""
    figures = np.round(100 * np.stack(estimate.history, axis=1), 1)
    today = estimate.passing.as_taken
    figures[-1] = [
        *(likely.percent, likely.low_percent, likely.high_percent),
        *(round(100 * part, 1) for part in (today.mean, today.low, today.high)),
    ]
    pairs = zip(estimate.occasions, figures.tolist(), strict=True)
    return tuple(
        PathPoint(each.at.isoformat(), each.session is not None, *row) for each, row in pairs
    )


def _mix_ups(evidence: Evidence, basis: ExamBasis) -> tuple[MixUp, ...]:
    """Return what the candidate takes for what, from the options that were chosen."""
    slug_of = {area.pk: area.slug for area in basis.plan.levels[2]}

    choices = (
        Choice(topic, abouts, tuple([abouts[index] for index in answer.taken]))
        for answer in evidence.answers
        if (topic := slug_of.get(answer.item.topic))
        and (abouts := basis.abouts.get(answer.item.version))
    )
    found = confusions(choices, rate=USUAL_RATE)
    return tuple(
        MixUp(each.about, each.topic, each.count, each.met)
        for each in found[:MOST_MIX_UPS]
        if each.ratio > 1
    )


def _undecided_tasks(
    estimate: Estimate, plan: Blueprint, tasks: list[AreaEstimate]
) -> tuple[UndecidedTask, ...]:
    """Return the undecided tasks where an answer would tell most about what is weak."""
    worth = np.maximum.reduceat(estimate.worth, plan.outline.starts[2]).tolist()
    undecided = [
        (value, task)
        for value, task in zip(worth, tasks, strict=True)
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
                topic, task_of[topic.number], guesses=guesses[topic.pk], few=FEW_ANSWERS
            ),
        )
        for topic in gains[:STUDY_TOPICS]
    )


# --- What moved by more than chance -------------------------------------------------------------

type DomainPair = tuple[AreaEstimate, AreaEstimate]


def _change(
    earlier: EarlierReport,
    likely: LikelyScore,
    domains: list[AreaEstimate],
    growth: Growth | None,
) -> Change:
    """Return what moved from an earlier report to these estimates.

    Nothing is named where the candidate did not move by more than chance.
    """
    is_beyond_noise = growth is not None and growth.verdict != "too_early"
    before = {domain.pk: domain for domain in earlier.domains}
    pairs = [(before[domain.pk], domain) for domain in domains if domain.pk in before]
    changes = [(pair, _domain_change(pair)) for pair in pairs]
    moved_it = movers(pairs, likely.percent - earlier.likely.percent)
    return Change(
        readiness_from_percent=earlier.readiness.percent if earlier.readiness.is_enough else None,
        from_percent=earlier.likely.percent,
        to_percent=likely.percent,
        is_beyond_noise=is_beyond_noise,
        movers=moved_it if is_beyond_noise else (),
        domains=tuple(
            change
            for (then, now), change in changes
            if is_beyond_noise
            and is_change(
                then.estimate_percent / 100,
                then.error_percent / 100,
                now.estimate_percent / 100,
                now.error_percent / 100,
            )
        ),
    )


def movers(pairs: list[DomainPair], whole: float) -> tuple[DomainChange, ...]:
    """Return the fewest domains, two at most, that make up half of how the whole moved."""
    if not whole:
        return ()
    parts = [(_part_of_move(pair), pair) for pair in pairs]
    parts.sort(key=lambda row: row[0] / whole, reverse=True)
    named: list[DomainChange] = []
    total = 0.0
    for part, pair in parts[:MOST_MOVERS]:
        if part * whole > 0 and abs(total) < abs(whole) / 2:
            named.append(_domain_change(pair))
            total += part
    return tuple(named)


def _part_of_move(pair: DomainPair) -> float:
    then, now = pair
    return now.share_percent / 100 * (now.estimate_percent - then.estimate_percent)


def _domain_change(pair: DomainPair) -> DomainChange:
    then, now = pair
    return DomainChange(now.number, now.title, then.estimate_percent, now.estimate_percent)
