"""What a finished sitting shows of itself: its domains, what was missed, how its time went."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from statistics import mean, median
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.html import strip_tags

from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, Score, SessionItem
from examapp.exams.scoring import DROP
from examapp.exams.services.answer_changes import ChangedAnswers, changed_answers
from examapp.exams.services.discard import FEW_ANSWERS
from questions.compiled_query import CompiledQuery

# The slowest questions that the page names.
SLOWEST = 3
# Places of the strip of bars, one a question: its ground line and its highest bar, in pixels.
_GROUND, _HIGHEST = 72, 64


@dataclass(frozen=True)
class MissedItem:
    """A question that was missed: where it stood, its first words, its topic."""

    position: int
    words: str
    topic: str
    is_blank: bool


@dataclass(frozen=True)
class DomainResult:
    """A domain of a sitting: how many of its questions were right, and those that were missed."""

    number: int
    title: str
    right: int
    total: int
    missed: tuple[MissedItem, ...]


@dataclass(frozen=True)
class PaceBar:
    """A question's time as a bar of the strip; `x` and `width` are per cent, heights pixels."""

    x: float
    width: float
    y: float
    height: float
    is_missed: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def dot_y(self) -> float:
        return round(self.y - 6, 1)


@dataclass(frozen=True)
class TimedItem:
    """A question that took long: its place, seconds, and whether it was right."""

    position: int
    seconds: int
    is_right: bool


@dataclass(frozen=True)
class Part:
    """A part of the paper: right answers out of its questions, and seconds a question."""

    right: int
    total: int
    seconds: int


@dataclass(frozen=True)
class Pace:
    """How the time of a sitting went; seconds a question, minutes in all.

    `usual` is the median, `allowed` what there was for each. `last` is the last quarter of the
    paper and `before` the rest. `allowed_y` is where the strip draws the time there was.
    """

    usual: int
    allowed: int
    used_minutes: int
    allowed_minutes: int
    slowest: tuple[TimedItem, ...]
    last: Part
    before: Part
    bars: tuple[PaceBar, ...]
    allowed_y: float

    @property
    def spare_minutes(self) -> int:
        return max(0, self.allowed_minutes - self.used_minutes)


@dataclass(frozen=True)
class SittingResult:
    """All that a sitting says of itself; `pace` is None where no time was measured.

    `difference` is the points against the sitting before, `earlier`; `lacking` how many more right
    answers would have passed.
    """

    right: int
    total: int
    answered: int
    asked: int
    unscored: int
    domains: tuple[DomainResult, ...]
    changed: ChangedAnswers
    pace: Pace | None
    earlier: ExamSession | None
    difference: int
    lacking: int

    @property
    def missed(self) -> int:
        return self.total - self.right

    @property
    def difference_down(self) -> int:
        return -self.difference

    @property
    def is_blank(self) -> bool:
        """Whether too little was answered for a score."""
        return self.answered < FEW_ANSWERS


class _Item(NamedTuple):
    """A question of a sitting, as its result reads it; `stem` is HTML."""

    position: int
    is_scored: bool
    credit: Decimal | None
    is_answered: bool
    elapsed_ms: int
    policy: str | None
    stem: str
    topic: str
    domain: int
    domain_title: str

    @property
    def is_right(self) -> bool:
        return self.credit == 1

    @property
    def is_dropped(self) -> bool:
        """Whether it was taken out of the score: it says nothing, neither right nor missed."""
        return self.policy == DROP


def result_of(session: ExamSession, score: Score) -> SittingResult:
    """Return what a finished sitting shows, from a few statements however long it is."""
    everything = [_Item(*row) for row in _ITEMS.rows(session.pk)]
    items = [item for item in everything if not item.is_dropped]
    earlier, scaled = _earlier(session)
    return SittingResult(
        right=sum(item.is_right for item in items),
        total=len(items),
        answered=sum(item.is_answered for item in everything),
        asked=len(everything),
        unscored=sum(not item.is_scored for item in everything),
        domains=_domains(items),
        changed=changed_answers(session),
        pace=_pace(session, everything),
        earlier=earlier,
        difference=score.scaled - scaled if earlier else 0,
        lacking=_lacking(session, score),
    )


def scores_alone(session: ExamSession, score: Score) -> SittingResult:
    """Return what a sitting shows while its candidate is in an exam: scores, and no question."""
    rows = score.domain_scores.select_related("domain")
    domains = tuple(
        DomainResult(row.domain.number, row.domain.title, int(row.credit), row.max_credit, ())
        for row in rows
    )
    counts = session.items.aggregate(answered=Count("response"), asked=Count("pk"))
    return SittingResult(
        right=int(score.credit),
        total=score.max_credit,
        **counts,
        unscored=counts["asked"] - score.max_credit,
        domains=domains,
        changed=ChangedAnswers(0, 0, 0),
        pace=None,
        earlier=None,
        difference=0,
        lacking=_lacking(session, score),
    )


def late_count(session: ExamSession) -> int:
    """Return how many questions hold an answer that came after the end."""
    return len(_LATE.rows(session.pk))


_LATE = CompiledQuery(
    lambda session: SessionItem.objects.filter(session=session).late().order_by().values_list("pk")
)


def _items_of(session: UUID) -> QuerySet[SessionItem, tuple[object, ...]]:
    """Return the columns of _Item, in the order of the paper."""
    items = SessionItem.objects.filter(session=session).order_by("position")
    return items.values_list(
        "position",
        "is_scored",
        "credit",
        ExpressionWrapper(Q(response__isnull=False), BooleanField()),
        "elapsed_ms",
        "correction__policy",
        KeyTextTransform("stem", "version__html"),
        "topic__title",
        "topic__task__domain__number",
        "topic__task__domain__title",
    )


_ITEMS = CompiledQuery(_items_of)


def _words(stem: str, *, most: int = 90) -> str:
    """Return the first words of a question as it was asked."""
    text = " ".join(strip_tags(stem).split())
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def _earlier(session: ExamSession) -> tuple[ExamSession | None, int]:
    """Return the counted sitting of the same exam before this one, and its current score.

    None and 0 where there is none, or where its score is held back.
    """
    rows = _EARLIER.rows(session.candidate_id, session.exam_id, session.pk)
    if not rows or rows[0][1] is None:
        return None, 0
    key, scaled = rows[0]
    return ExamSession.objects.select_related("form").get(pk=key), scaled


def _earlier_of(
    candidate: int, exam: int, session: UUID
) -> QuerySet[ExamSession, tuple[UUID, int | None]]:
    scores = Score.objects.filter(session=OuterRef("pk"), is_current=True)
    scores = scores.exclude(is_held_back("session")).order_by()
    ended = ExamSession.objects.filter(pk=session).order_by().values("finished_at")
    sessions = ExamSession.objects.counted().filter(candidate=candidate, exam=exam)
    before = sessions.filter(finished_at__lt=Subquery(ended)).order_by("-finished_at")
    return before.values_list("pk", Subquery(scores.values("scaled")[:1]))[:1]


_EARLIER = CompiledQuery(_earlier_of)


def _lacking(session: ExamSession, score: Score) -> int:
    needed = Fraction(session.raw_cut) * score.max_credit
    return max(0, math.ceil(needed - Fraction(score.credit)))


def _domains(items: Iterable[_Item]) -> tuple[DomainResult, ...]:
    def domain_of(item: _Item) -> tuple[int, str]:
        return item.domain, item.domain_title

    ordered = sorted(items, key=lambda item: (item.domain, item.position))
    return tuple(
        _domain(*domain, list(inside)) for domain, inside in groupby(ordered, key=domain_of)
    )


def _domain(number: int, title: str, items: Sequence[_Item]) -> DomainResult:
    missed = tuple(
        MissedItem(item.position, _words(item.stem), item.topic, not item.is_answered)
        for item in items
        if not item.is_right
    )
    return DomainResult(number, title, len(items) - len(missed), len(items), missed)


def _pace(session: ExamSession, items: Sequence[_Item]) -> Pace | None:
    seconds = [item.elapsed_ms / 1000 for item in items]
    if not any(seconds) or session.finished_at is None:
        return None
    allowed = (session.deadline_at - session.started_at).total_seconds()
    used = (session.finished_at - session.started_at).total_seconds()
    edge = len(items) - len(items) // 4
    highest = max(*seconds, allowed / len(items))
    by_time = sorted(items, key=lambda item: -item.elapsed_ms)
    return Pace(
        usual=round(median(each for each in seconds if each)),
        allowed=round(allowed / len(items)),
        used_minutes=round(used / 60),
        allowed_minutes=round(allowed / 60),
        slowest=tuple(
            TimedItem(item.position, round(item.elapsed_ms / 1000), item.is_right)
            for item in by_time[:SLOWEST]
            if item.elapsed_ms
        ),
        last=_part(items[edge:]),
        before=_part(items[:edge]),
        bars=_bars(items, highest),
        allowed_y=round(_GROUND - _HIGHEST * allowed / len(items) / highest, 1),
    )


def _part(items: Sequence[_Item]) -> Part:
    timed = [item.elapsed_ms / 1000 for item in items if item.elapsed_ms]
    right = sum(item.is_right for item in items)
    return Part(right, len(items), round(mean(timed)) if timed else 0)


def _bars(items: Sequence[_Item], highest: float) -> tuple[PaceBar, ...]:
    step = 100 / len(items)
    heights = [round(_HIGHEST * item.elapsed_ms / 1000 / highest, 1) for item in items]
    return tuple(
        PaceBar(
            x=round(index * step + 0.125 * step, 2),
            width=round(0.75 * step, 2),
            y=round(_GROUND - height, 1),
            height=height,
            is_missed=not item.is_right and not item.is_dropped,
        )
        for index, (item, height) in enumerate(zip(items, heights, strict=True))
    )
