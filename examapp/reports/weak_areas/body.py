"""A report's body: what it says, as types; stored as JSON with a version and opened again.

A field is called what its JSON key is called. A figure that ends in `_percent` is 0 to 100, one
that ends in `_points` is in points of the exam's scale. A field that is added later takes a
default, so that a stored report still opens.
"""

from dataclasses import dataclass, field
from typing import Literal, Self

from pydantic import JsonValue, TypeAdapter

from examapp.web.figures import LikelyRange, Odds

VERSION = 2

# Which side of the cut an area lies on; `open` where it is not decided, `too_few` where the answers
# are too few to say.
type Verdict = Literal["above", "below", "open", "too_few"]
# Whether the candidate improved since an earlier exam; where it is too early to say, that is said.
type GrowthVerdict = Literal["improved", "too_early", "lower"]
type StoredBody = dict[str, JsonValue]
# Points on the scale below which a gain is not told as something to study for.
LEAST_GAIN = 0.5
# "You are ready": the chance to pass, and where its likely range begins, in per cent.
READY_PERCENT, READY_LOW_PERCENT = 90, 75


@dataclass(frozen=True)
class AreaEstimate:
    """What is known of one area of the exam: its answers, and the estimate with its range.

    `n` questions were answered there, `right` and `wrong` is the credit that they earned and lost.
    `more_needed` more answers would decide on which side of the cut the area lies: 0 where that is
    decided, None where no bearable number would do.
    """

    pk: int
    number: str
    title: str
    slug: str
    read_minutes: int | None
    n: int
    right: float
    wrong: float
    share_percent: float
    estimate_percent: float
    error_percent: float
    low_percent: float
    high_percent: float
    chance_below_percent: float
    chance_weakest_percent: float
    gain_points: float
    verdict: Verdict
    more_needed: int | None

    @property
    def answered(self) -> int:
        """Questions answered here, each counted once."""
        return self.n

    def likely_range(self, *, cut: float) -> LikelyRange | None:
        """Return where the candidate likely stands here, beside the pass mark in per cent.

        None where nothing was answered: the estimate is then what everybody starts with.
        """
        if not self.n:
            return None
        shares = (self.low_percent, self.estimate_percent, self.high_percent)
        return LikelyRange.in_whole(*shares, cut=cut)

    @property
    def correct(self) -> float:
        """Credit that the answered questions earned: how many were right."""
        return self.right


@dataclass(frozen=True, kw_only=True)
class TopicEstimate(AreaEstimate):
    """A topic; `place` is its position in the order of the study notes."""

    place: int = 0


@dataclass(frozen=True, kw_only=True)
class StudyTopic(TopicEstimate):
    """A topic to study next; `why` says in sentences what makes it one."""

    why: str


@dataclass(frozen=True)
class Readiness:
    """The chance to pass a fresh exam, and the likely range of that chance.

    `of_dots`, `low_dots` and `high_dots` are the same out of `dots` exams. It `is_enough` to be
    shown from `more_needed` more answers on.
    """

    is_enough: bool
    percent: float
    low_percent: float
    high_percent: float
    of_dots: int
    low_dots: int
    high_dots: int
    dots: int
    more_needed: int

    @property
    def odds(self) -> Odds:
        """How many of ten exams would be passed, as every page tells it."""
        return Odds.of_percents(self.percent, self.low_percent, self.high_percent)


@dataclass(frozen=True)
class Unanswered:
    """What unanswered questions do to the chance to pass, told where it is much.

    `not_reached_percent` of the questions of an exam lie behind the last answer, `omitted_percent`
    were passed over; `answered` is the chance with every question answered.
    """

    not_reached_percent: float
    omitted_percent: float
    is_pace: bool
    answered: Readiness


@dataclass(frozen=True)
class Growth:
    """Whether the candidate improved since a day, as ISO 8601.

    `seen_percent` is how often an improvement by half a logit, about 9 % more right answers, would
    be seen from as many answers.
    """

    verdict: GrowthVerdict
    since: str
    seen_percent: float


@dataclass(frozen=True)
class PathPoint:
    """What is known today of an earlier moment, as ISO 8601: share right, and the chance to pass.

    `is_exam` where it was the end of a mock exam, else that of a stretch of practice.
    """

    at: str
    is_exam: bool
    percent: float
    low_percent: float
    high_percent: float
    chance_percent: float
    chance_low_percent: float
    chance_high_percent: float

    @property
    def odds(self) -> Odds:
        """How many of ten exams would be passed, as every page tells it."""
        return Odds.of_percents(
            self.chance_percent, self.chance_low_percent, self.chance_high_percent
        )


@dataclass(frozen=True)
class MixUp:
    """Two ideas that the candidate takes for one another: `about` was chosen for `topic`.

    So it was in `count` of the `met` questions that offered it. Both are slugs of topics or terms.
    """

    about: str
    topic: str
    count: int
    met: int


@dataclass(frozen=True)
class LikelyScore:
    """The share of the whole exam's questions that the candidate would answer right."""

    percent: float
    error_percent: float
    low_percent: float
    high_percent: float
    low_scaled: int
    high_scaled: int


@dataclass(frozen=True)
class WeakestDomain:
    """The domain that is most likely the weakest, with the chance that it is."""

    number: str
    title: str
    chance_weakest_percent: float

    @classmethod
    def of(cls, domains: list[AreaEstimate]) -> Self | None:
        """Return the weakest of all domains; None where too few answers lie in it to say so."""
        domain = max(domains, key=lambda domain: domain.chance_weakest_percent)
        if domain.verdict == "too_few":
            return None
        return cls(domain.number, domain.title, domain.chance_weakest_percent)


@dataclass(frozen=True)
class LargestGain:
    """The domain that holds the chance to pass down most."""

    number: str
    title: str
    gain_points: float

    @classmethod
    def of(cls, domains: list[AreaEstimate]) -> Self | None:
        """Return the largest gain of the domains whose answers are enough to tell.

        None where there is none, or less than half a point.
        """
        told = [domain for domain in domains if domain.verdict != "too_few"]
        domain = max(told, key=lambda domain: domain.gain_points, default=None)
        if domain is None or domain.gain_points < LEAST_GAIN:
            return None
        return cls(domain.number, domain.title, domain.gain_points)


@dataclass(frozen=True)
class UndecidedTask:
    """A task about which too little is known, where an answer would tell most."""

    number: str
    title: str
    n: int
    more_needed: int | None
    low_percent: float
    high_percent: float

    @classmethod
    def of(cls, task: AreaEstimate) -> Self:
        return cls(
            *(task.number, task.title, task.n, task.more_needed),
            low_percent=task.low_percent,
            high_percent=task.high_percent,
        )


@dataclass(frozen=True)
class DomainChange:
    """How the estimate of a domain moved since the report before."""

    number: str
    title: str
    from_percent: float
    to_percent: float


@dataclass(frozen=True)
class Change:
    """What moved since the report before, and whether by more than chance.

    `movers` are the domains that moved the whole, `domains` all that moved by more than chance.
    `readiness_from_percent` is None where the report before had too few answers to tell it.
    """

    from_percent: float
    to_percent: float
    is_beyond_noise: bool
    domains: tuple[DomainChange, ...]
    readiness_from_percent: float | None = 0.0
    movers: tuple[DomainChange, ...] = ()


@dataclass(frozen=True)
class ReportBody:
    """The body of a weak-area report.

    It rests on `answers` answered questions from `exams` mock exams, `practiced` of them from
    practice; `outside` of them belong to topics that left the exam, and `blank` questions of the
    newest exam were not answered. `rapid` answers came faster than reading and were left out.
    `topics` stand in the order of points to gain, `path` in that of time.
    """

    answers: int
    blank: int
    exams: int
    domains: tuple[AreaEstimate, ...]
    tasks: tuple[AreaEstimate, ...]
    topics: tuple[TopicEstimate, ...]
    readiness: Readiness
    likely: LikelyScore
    weakest: WeakestDomain | None
    unknown: tuple[UndecidedTask, ...]
    study: tuple[StudyTopic, ...]
    change: Change | None
    held_by: LargestGain | None = None
    outside: int = 0
    practiced: int = 0
    rapid: int = 0
    unanswered: Unanswered | None = None
    growth: Growth | None = None
    path: tuple[PathPoint, ...] = ()
    mix_ups: tuple[MixUp, ...] = ()
    version: int = field(default=VERSION, kw_only=True)

    @property
    def study_first(self) -> AreaEstimate | None:
        """The domain to study first: the most to gain of those that are not surely above the cut.

        None without an answer, and where all domains lie above or have too few answers to tell.
        """
        unsure = [domain for domain in self.domains if domain.verdict in ("below", "open")]
        if not unsure or not self.answers:
            return None
        return max(unsure, key=lambda domain: domain.gain_points)

    @property
    def weak_topics(self) -> tuple[TopicEstimate, ...]:
        """Topics with an incorrect answer that would add points, those with the most first."""
        return tuple(
            topic
            for topic in self.topics
            if topic.wrong > 0 and topic.verdict != "above" and topic.gain_points > 0
        )

    @property
    def is_ready(self) -> bool:
        """Whether the candidate is told to be ready for the real exam."""
        chance = self.readiness
        return (
            chance.is_enough
            and chance.percent >= READY_PERCENT
            and chance.low_percent > READY_LOW_PERCENT
            and all(domain.verdict != "below" for domain in self.domains)
        )


@dataclass(frozen=True)
class EarlierReport:
    """What a report looks back at: the whole and the domains of the one before."""

    readiness: Readiness
    likely: LikelyScore
    domains: tuple[AreaEstimate, ...]


_BODY = TypeAdapter(ReportBody)
_EARLIER = TypeAdapter(EarlierReport)


def to_json(body: ReportBody) -> StoredBody:
    """Return a body as its row stores it."""
    stored: StoredBody = _BODY.dump_python(body, mode="json")
    return stored


def from_json(stored: StoredBody) -> ReportBody:
    """Open a stored body; one from before bodies had a version reads as version 1.

    Raises pydantic's ValidationError for what is no body of this release or an earlier one.
    """
    known = {"version": 1, **stored}
    if "practised" in known:  # the key's name in bodies that are stored since before
        known["practiced"] = known.pop("practised")
    return _BODY.validate_python(known)


def earlier_from_json(text: str) -> EarlierReport:
    """Open those parts of a stored body that the next report looks back at."""
    return _EARLIER.validate_json(text)
