"""A person's progress in an exam, as its page shows it: a sentence, charts, a map of topics."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, Score
from examapp.practice.levels import Levels, TopicLevel
from examapp.practice.services import counts_by_topic, past_of
from examapp.reports.charts import (
    SHADES,
    Band,
    Calendar,
    Day,
    Estimate,
    ScoreChart,
    band,
    calendar,
    score_chart,
)
from examapp.reports.standing import Standing, standing
from examapp.reports.weak_areas.body import PathPoint
from examapp.web.figures import Odds
from questions.models import Domain, Exam, Task, Topic

# Moments that a chart shows; the newest.
SHOWN = 12
# Questions answered from which on weak topics are named.
ENOUGH = 10
# Answers after which the chance to pass is told at the earliest, about.
FIRST_TOLD = 20
# Questions of a set that is begun here.
SET_LENGTH = 10


@dataclass(frozen=True)
class MappedTopic:
    """A topic on the map: what of it was right the last time, out of what was answered."""

    pk: int
    title: str
    note_url: str
    known: TopicLevel

    @property
    def level(self) -> int:
        """From 0, not met yet, to 4, strong."""
        return int(self.known.level)


@dataclass(frozen=True)
class MappedTask:
    """A task with its topics as the notes order them, and what is known of all of them."""

    number: str
    title: str
    note_url: str
    topics: tuple[MappedTopic, ...]
    known: TopicLevel


@dataclass(frozen=True)
class MappedDomain:
    """A domain with its tasks and what is known of it; a phone shows the weakest open."""

    number: int
    title: str
    tasks: tuple[MappedTask, ...]
    known: TopicLevel
    is_weakest: bool = False


@dataclass(frozen=True)
class Work:
    """The days on which questions of an exam were answered, and a picture of the last weeks."""

    days: int
    answers: int
    picture: Calendar

    @property
    def months(self) -> list[tuple[int, str]]:
        """The names of the months, and where they stand."""
        return [(x, date_format(day, "M")) for x, day in self.picture.months]

    @property
    def cells(self) -> list[tuple[Day, str]]:
        """The days of the picture, and what each says when it is pointed at."""
        return [(day, _day_words(day)) for day in self.picture.days]

    @property
    def shades(self) -> list[tuple[int, str]]:
        """The shades of the picture, and how many answers a day of each has."""
        ranges = [f"{low}–{above - 1}" for low, above in pairwise(SHADES)]
        return [*enumerate([*ranges, f"{SHADES[-1]}+"], start=1)]


def _day_words(day: Day) -> str:
    words = ngettext("%(day)s: %(count)s answer", "%(day)s: %(count)s answers", day.answers)
    return words % {"day": date_format(day.day, "MONTH_DAY_FORMAT"), "count": day.answers}


@dataclass(frozen=True)
class WeakSet:
    """The weak topics that have free questions, and how many a set of them would ask."""

    topics: tuple[int, ...]
    length: int


@dataclass(frozen=True)
class ProgressPage:
    """All that the page says of one exam; `level_counts` are the topics of each level.

    `lacking` answers more, and the chance to pass can be told.
    """

    title: str
    change: str
    chance: Band | None
    odds: Odds | None
    scores: ScoreChart | None
    work: Work
    domains: tuple[MappedDomain, ...]
    level_counts: Mapping[int, int]
    weakest_first: tuple[MappedTopic, ...]
    weak: WeakSet
    lacking: int

    @property
    def topic_count(self) -> int:
        return sum(self.level_counts.values())


def progress_page(user: User, exam: Exam) -> ProgressPage:
    """Return a person's progress in an exam, from mock exams, practice and reviews alike."""
    stands = standing(user, exam)
    past = past_of(user, exam)
    domains = _map(exam, past.levels)
    topics = [topic for domain in domains for task in domain.tasks for topic in task.topics]
    free = counts_by_topic(user, exam)
    weak = _weakest_first(topic for topic in topics if topic.level == Levels.WEAK)
    practiced = [topic.pk for topic in weak if free.get(topic.pk)]
    is_enough = past.answered >= ENOUGH
    path = _told(stands)
    return ProgressPage(
        title=_title(stands),
        change=_change(path),
        chance=band([_estimate(point) for point in path]) if path else None,
        odds=path[-1].odds if path else None,
        scores=_scores(user, exam),
        work=Work(
            len(past.answers_on),
            sum(past.answers_on.values()),
            calendar(past.answers_on, today=timezone.localdate()),
        ),
        domains=domains,
        level_counts={
            int(level): Counter(topic.level for topic in topics)[level] for level in Levels
        },
        weakest_first=tuple(_weakest_first(topic for topic in topics if topic.known.answered)),
        weak=WeakSet(
            tuple(practiced) if is_enough else (),
            min(SET_LENGTH, sum(free[topic] for topic in practiced)),
        ),
        lacking=stands.chance.more_needed if stands else FIRST_TOLD,
    )


def _told(stands: Standing | None) -> Sequence[PathPoint]:
    """Return the newest moments of the path, once enough is known to tell the chance to pass."""
    return stands.body.path[-SHOWN:] if stands and stands.is_enough else ()


def _title(stands: Standing | None) -> str:
    """Say whether the person got better since the day that they are compared with."""
    growth = stands.body.growth if stands else None
    if growth is None:
        return gettext("Your progress")
    day = {"day": _day(growth.since)}
    if growth.verdict == "improved":
        return gettext("You are getting better")
    if growth.verdict == "lower":
        return gettext("A little lower than on %(day)s") % day
    return gettext("No clear change since %(day)s") % day


def _change(path: Sequence[PathPoint]) -> str:
    """Say how the chance to pass went; "" while it cannot be told."""
    if not path:
        return ""
    then, now = path[0].odds.tenths, path[-1].odds.tenths
    if len(path) == 1 or then == now:
        return ngettext(
            "You would pass about %(n)d time in 10.", "You would pass about %(n)d times in 10.", now
        ) % {"n": now}
    return ngettext(
        "From %(then)d to %(n)d time in 10 since %(day)s.",
        "From %(then)d to %(n)d times in 10 since %(day)s.",
        now,
    ) % {"then": then, "n": now, "day": _day(path[0].at)}


def _estimate(point: PathPoint) -> Estimate:
    return Estimate(
        _short(point.at),
        point.chance_percent,
        point.chance_low_percent,
        point.chance_high_percent,
    )


def _day(moment: str) -> str:
    return date_format(timezone.localdate(datetime.fromisoformat(moment)), "j F")


def _short(moment: str) -> str:
    return date_format(timezone.localdate(datetime.fromisoformat(moment)), "j M")


def _scores(user: User, exam: Exam) -> ScoreChart | None:
    """Chart the scores of mock exams that count, oldest first; None before the first."""
    counted = ExamSession.objects.of(user).filter(exam=exam).counted()
    scores = (
        Score.objects.filter(is_current=True, session__in=counted)
        .exclude(is_held_back("session"))
        .order_by("-session__finished_at")
        .values_list("session__finished_at", "scaled")
    )
    shown = [
        (date_format(timezone.localdate(at), "j M"), scaled)
        for at, scaled in reversed(scores[:SHOWN])
        if at
    ]
    if not shown:
        return None
    return score_chart(shown, cut=exam.scale_cut, highest=exam.scale_max)


def _map(exam: Exam, levels: Mapping[int, TopicLevel]) -> tuple[MappedDomain, ...]:
    """Return every topic of an exam with what is known of it."""
    nothing = TopicLevel()
    tree: dict[Domain, dict[Task, list[MappedTopic]]] = defaultdict(lambda: defaultdict(list))
    for topic in Topic.objects.filter(task__domain__exam=exam).select_related("task__domain"):
        url = f"{_note_url(exam, topic.task.number)}#{topic.slug}"
        tree[topic.task.domain][topic.task].append(
            MappedTopic(topic.pk, topic.title, url, levels.get(topic.pk, nothing))
        )
    domains = [
        MappedDomain(domain.number, domain.title, tuple(mapped), _sum(mapped))
        for domain, tasks in tree.items()
        if (mapped := [_task(exam, task, topics) for task, topics in tasks.items()])
    ]
    answered = [domain for domain in domains if domain.known.answered]
    weakest = min(answered, key=lambda domain: domain.known.share, default=None)
    return tuple(replace(domain, is_weakest=domain is weakest) for domain in domains)


def _task(exam: Exam, task: Task, topics: Sequence[MappedTopic]) -> MappedTask:
    url = _note_url(exam, task.number)
    return MappedTask(task.number, task.title, url, tuple(topics), _sum(topics))


def _sum(parts: Iterable[MappedTopic | MappedTask]) -> TopicLevel:
    """Add up what is known of the parts of an area."""
    known = [part.known for part in parts]
    return TopicLevel(sum(each.right for each in known), sum(each.answered for each in known))


def _weakest_first(topics: Iterable[MappedTopic]) -> list[MappedTopic]:
    """Order topics by the share right, of equal ones what was answered most first."""
    return sorted(topics, key=lambda topic: (topic.known.share, -topic.known.answered))


def _note_url(exam: Exam, number: str) -> str:
    return reverse("questions:task_notes", args=[exam.code, number])
