"""The plan of a day: what to do today, worked out anew from what was done. Pure.

Nothing is stored: a day that was missed is planned again, and nobody is told that it was.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

# Minutes that a review, and a question that is practiced, take on average.
REVIEW_MINUTES, QUESTION_MINUTES = 0.8, 1.3
# Days between two mock exams, and those before the exam of which one has a last mock.
MOCK_EVERY, LAST_DAYS = 7, 3
# A topic is practiced by so many questions at least, and at most, in a day's plan.
FEWEST, MOST = 3, 10
# While a weak topic has new questions, reviews take this share of a day's minutes: what was never
# asked is not known either (benchmarks/loopbench.py compares the two).
REVIEW_SHARE = 1 / 3

type Kind = Literal["review", "topic", "mock"]
type DayState = Literal["done", "free", "today", "ahead", "mock", "exam"]


@dataclass(frozen=True)
class Wishes:
    """What a person wants: days of the week (0 is Monday), minutes on each, the exam's day."""

    study_days: frozenset[int]
    minutes_a_day: int
    exam_on: date | None = None


@dataclass(frozen=True)
class WeakTopic:
    """The topic to practice next, with how much of it was right, and how many questions wait."""

    title: str
    right: int
    answered: int
    free: int


@dataclass(frozen=True)
class NextMock:
    """The mock exam to take next, and the day on which the one before was taken."""

    title: str
    questions: int
    minutes: int
    last_on: date | None = None


@dataclass(frozen=True)
class Today:
    """What is known this morning, and what was done since: minutes, and whether a mock was."""

    day: date
    due: int = 0
    topic: WeakTopic | None = None
    mock: NextMock | None = None
    minutes_done: int = 0
    # Those of them that went into reviews.
    minutes_reviewed: int = 0
    mock_done: bool = False


@dataclass(frozen=True)
class Line:
    """One thing to do, on a day; a mock exam may stand for a later day than today."""

    kind: Kind
    count: int
    minutes: int
    on: date


@dataclass(frozen=True)
class Plan:
    """The lines of a day, at most three, the first one first."""

    day: date
    lines: tuple[Line, ...]
    is_free_day: bool

    @property
    def today(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.on == self.day)

    @property
    def minutes(self) -> int:
        """Minutes of today's work."""
        return sum(line.minutes for line in self.today)

    @property
    def is_done(self) -> bool:
        return not self.today


@dataclass(frozen=True)
class WeekDay:
    """One day of the week around today; minutes done, or planned for a day ahead."""

    day: date
    state: DayState
    minutes: int


def plan_of(today: Today, wishes: Wishes) -> Plan:
    """Return the plan of a day, within the minutes that one wants to give.

    What is due comes first, for a third of the minutes while a weak topic waits, then that topic; a
    mock exam about weekly, and once in the last days before the exam, takes the topic's place. On a
    free day what is due may be done all the
    same, and nothing else is asked.
    """
    left = max(0, wishes.minutes_a_day - today.minutes_done)
    is_free_day = today.day.weekday() not in wishes.study_days
    mock = _mock_line(today, wishes)
    has_topic_day = not is_free_day and not (mock and mock.on == today.day)
    waits = has_topic_day and today.topic is not None and today.topic.free > 0
    share = REVIEW_SHARE if waits else 1.0
    review = _review_line(today, share * wishes.minutes_a_day)
    left -= review.minutes if review else 0
    lines = [review, mock]
    if has_topic_day:
        lines.insert(1, _topic_line(today, left))
    return Plan(today.day, tuple(line for line in lines if line), is_free_day)


def mock_day(last_on: date | None, today: date, wishes: Wishes) -> date | None:
    """Return the day of the next mock exam; None where there is none before the exam.

    About a week after the last one, at once where there was none, on a day of study. One more
    stands in the last days before the exam, and none on the day itself.
    """
    wanted = max(today, last_on + timedelta(days=MOCK_EVERY) if last_on else today)
    exam_on = wishes.exam_on
    if exam_on is None or exam_on < today:
        return next_study_day(wanted, wishes.study_days)
    final = exam_on - timedelta(days=LAST_DAYS)
    if wanted > final and not (last_on and last_on >= final):
        wanted = max(today, final)
    chosen = next_study_day(wanted, wishes.study_days)
    if chosen < exam_on:
        return chosen
    # No day of study is left before the exam: the wish for one more mock goes before it.
    return wanted if wanted < exam_on and not (last_on and last_on >= final) else None


def next_study_day(day: date, study_days: frozenset[int]) -> date:
    """Return the first day of study from a day on; the day itself where no day is one."""
    ahead = (day + timedelta(days=n) for n in range(7))
    return next((each for each in ahead if each.weekday() in study_days), day)


def days_left(exam_on: date, today: date) -> int:
    """Return the days to the exam; negative once it is past."""
    return (exam_on - today).days


def week_of(today: date, minutes_on: dict[date, int], plan: Plan, wishes: Wishes) -> list[WeekDay]:
    """Return Monday to Sunday around today: done, free, or what is planned."""
    monday = today - timedelta(days=today.weekday())
    mocks = {line.on for line in plan.lines if line.kind == "mock"}
    return [
        _week_day(monday + timedelta(days=n), today, minutes_on, mocks, plan, wishes)
        for n in range(7)
    ]


def _week_day(
    day: date,
    today: date,
    minutes_on: dict[date, int],
    mocks: set[date],
    plan: Plan,
    wishes: Wishes,
) -> WeekDay:
    done = minutes_on.get(day, 0)
    if day == wishes.exam_on:
        return WeekDay(day, "exam", 0)
    if day == today:
        return WeekDay(day, "today", plan.minutes or done)
    if day < today:
        # Nothing is said of a day on which nothing was done.
        return WeekDay(day, "done" if done else "free", done)
    if day in mocks:
        return WeekDay(day, "mock", 0)
    if day.weekday() not in wishes.study_days:
        return WeekDay(day, "free", 0)
    return WeekDay(day, "ahead", wishes.minutes_a_day)


def _review_line(today: Today, minutes: float) -> Line | None:
    """Return what is due, as much of it as fits into so many minutes of the day."""
    fits = math.floor((minutes - today.minutes_reviewed) / REVIEW_MINUTES)
    count = min(today.due, fits if today.minutes_reviewed else max(FEWEST, fits))
    if count <= 0:
        return None
    return Line("review", count, math.ceil(count * REVIEW_MINUTES), today.day)


def _topic_line(today: Today, minutes_left: float) -> Line | None:
    if today.topic is None:
        return None
    count = min(math.floor(minutes_left / QUESTION_MINUTES), MOST, today.topic.free)
    if count < min(FEWEST, today.topic.free) or count == 0:
        return None
    return Line("topic", count, math.ceil(count * QUESTION_MINUTES), today.day)


def _mock_line(today: Today, wishes: Wishes) -> Line | None:
    if today.mock is None:
        return None
    last_on = today.day if today.mock_done else today.mock.last_on
    day = mock_day(last_on, today.day, wishes)
    if day is None or day > today.day + timedelta(days=MOCK_EVERY):
        return None
    return Line("mock", today.mock.questions, today.mock.minutes, day)
