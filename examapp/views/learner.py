"""What home and the plan know of a person, read in few statements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from examapp.accounts.models import ExamDate, Preferences, User
from examapp.exams import services
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, Score, SessionItem, ToldResult
from examapp.exams.services.free_questions import free_questions
from examapp.exams.services.mock_exams import next_mock
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.reports.standing import Standing, standing
from examapp.study.plan import (
    QUESTION_MINUTES,
    REVIEW_MINUTES,
    NextMock,
    Today,
    WeakTopic,
    Wishes,
)
from examapp.study.schedule import Horizon
from examapp.study.services import Queue
from examapp.web.figures import Odds
from questions.access import takeable_exams
from questions.models import Exam

# Past exams that are read: those that the picture of scores shows.
RECENT = 10
# Practice sets that are read.
SETS = 30


@dataclass(frozen=True)
class NamedTopic:
    """The topic to practice next, as the plan and the button that starts it need it."""

    pk: int
    title: str
    right: int
    answered: int
    free: int


@dataclass(frozen=True)
class FreeQuestions:
    """How many questions of a topic may be practiced, and how many of them were never met."""

    free: int = 0
    unmet: int = 0


@dataclass(frozen=True)
class Sat:
    """A mock exam that is past: its day and its score on the exam's scale."""

    pk: UUID
    day: date
    scaled: int


class Learner:
    """A person and the exam they prepare for. Each fact is read once, when it is asked for.

    While an exam of theirs runs nothing is said of what they know.
    """

    def __init__(self, user: User, today: date) -> None:
        self.user = user
        self.today = today

    @cached_property
    def _queue(self) -> Queue | None:
        """The reviews of today; None while an exam runs."""
        if self.exam is None or self.open_session:
            return None
        horizon = Horizon(self.exam_on if self.exam_on != self.today else None)
        queue = Queue(self.user, self.exam, self.today, horizon)
        # Learns what is left and done in the same statement.
        queue.first()
        return queue

    @property
    def due(self) -> int:
        """How many reviews are left of today; none while an exam runs."""
        return self._queue.left if self._queue else 0

    @property
    def minutes_reviewed(self) -> int:
        """Minutes of today's reviews."""
        return round(self._queue.done * REVIEW_MINUTES) if self._queue else 0

    @cached_property
    def recent(self) -> list[ExamSession]:
        """The newest sittings, open or finished, newest first."""
        sessions = self._read_recent()
        if any(each.is_open and each.now >= each.deadline_at for each in sessions):
            # Finishes what has run out.
            services.sessions_of(self.user)
            sessions = self._read_recent()
        return sessions

    def _read_recent(self) -> list[ExamSession]:
        sessions = ExamSession.objects.of(self.user).exclude(status=ExamSession.Status.DISCARDED)
        scores = Score.objects.exclude(is_held_back("session"))
        score = scores.filter(session=OuterRef("pk"), is_current=True).values("scaled")
        joined = sessions.select_related("exam", "form").with_clock()
        return list(joined.annotate(scaled=Subquery(score[:1]))[: RECENT + 1])

    @cached_property
    def open_session(self) -> ExamSession | None:
        """The exam that runs, with its progress."""
        if not any(session.is_open for session in self.recent):
            return None
        sessions = ExamSession.objects.of(self.user).open().select_related("exam")
        return sessions.with_progress().first()

    @cached_property
    def history(self) -> list[Sat]:
        """Finished sittings of the exam one prepares for that count, newest first."""
        return [
            Sat(
                session.pk,
                timezone.localdate(session.finished_at),
                session.scaled,  # type: ignore[attr-defined]
            )
            for session in self.recent
            if not session.is_open
            and session.left_out_at is None
            and session.exam_id == (self.exam and self.exam.pk)
            and session.scaled is not None  # type: ignore[attr-defined]
        ]

    @cached_property
    def _dates(self) -> list[ExamDate]:
        told = ToldResult.objects.filter(
            candidate=OuterRef("user"), exam=OuterRef("exam"), exam_day=OuterRef("day")
        )
        dates = ExamDate.objects.of(self.user).select_related("exam")
        return list(dates.annotate(is_told=Exists(told)))

    @cached_property
    def _sets(self) -> list[PracticeSet]:
        """The newest practice sets with their progress: more than a week holds."""
        sets = PracticeSet.objects.of(self.user).select_related("exam")
        return list(sets.with_progress().order_by("-started_at")[:SETS])

    @property
    def newest_set(self) -> PracticeSet | None:
        """The newest practice set; it may be open."""
        return next(iter(self._sets), None)

    @cached_property
    def exam(self) -> Exam | None:
        """The exam one prepares for: the next date, else the last sitting, practice, the first."""
        ahead = [each for each in self._dates if each.day >= self.today]
        if ahead:
            return ahead[0].exam
        if self.recent:
            return self.recent[0].exam
        if self.newest_set:
            return self.newest_set.exam
        return takeable_exams(self.user).first()

    @cached_property
    def exam_on(self) -> date | None:
        """The day of that exam, if it is still to come."""
        days = (each.day for each in self._dates if self.exam and each.exam_id == self.exam.pk)
        return next((day for day in days if day >= self.today), None)

    @cached_property
    def untold(self) -> ExamDate | None:
        """A day of an exam that is past, of which nobody has told how it went."""
        past = (each for each in self._dates if each.day < self.today)
        return next((each for each in past if not each.is_told), None)  # type: ignore[attr-defined]

    @property
    def is_new(self) -> bool:
        return not self.recent and self.newest_set is None

    @cached_property
    def standing(self) -> Standing | None:
        """Where the person stands in that exam; None before any answer, and during an exam."""
        if self.exam is None or self.open_session:
            return None
        return standing(self.user, self.exam)

    @property
    def odds(self) -> Odds | None:
        """The chance to pass with its range; None while too little is known."""
        if self.standing is None or not self.standing.is_enough:
            return None
        return self.standing.chance.odds

    @property
    def is_ready(self) -> bool:
        return self.standing is not None and self.standing.is_ready

    @cached_property
    def topic(self) -> NamedTopic | None:
        """The topic that pays most of those with new questions; None when ready.

        Where no weak topic has any left, the one that pays most is practiced again.
        """
        if self.standing is None or self.exam is None or self.is_ready:
            return None
        weak = self.standing.weak_topics
        if not weak:
            return None
        counts = self._free_in([topic.pk for topic in weak if topic.pk])
        waiting = next((topic for topic in weak if counts[topic.pk].unmet), None)
        named = waiting or weak[0]
        free = counts[named.pk].unmet if waiting else counts[named.pk].free
        return NamedTopic(named.pk, named.title, round(named.correct), named.answered, free)

    def _free_in(self, topics: list[int]) -> "defaultdict[int | None, FreeQuestions]":
        """Return how many questions of topics may be practiced, and were never met."""
        assert self.exam
        practiced = PracticeItem.objects.of(self.user).answered()
        sat = SessionItem.objects.filter(session__candidate=self.user)
        is_met = Q(pk__in=practiced.values("version__question")) | Q(
            pk__in=sat.values("version__question")
        )
        free = free_questions(self.user, self.exam).filter(topic__in=topics).order_by()
        rows = free.values_list("topic").annotate(
            free=Count("pk"), unmet=Count("pk", filter=~is_met)
        )
        counts: defaultdict[int | None, FreeQuestions] = defaultdict(FreeQuestions)
        return counts | {topic: FreeQuestions(count, unmet) for topic, count, unmet in rows}

    @cached_property
    def mock(self) -> NextMock | None:
        """The mock exam to take next: the first not sat yet, else a new mix."""
        if self.exam is None:
            return None
        following = next_mock(self.user, self.exam)
        last = next((each.day for each in self.history), None)
        return NextMock(
            following.title if following else gettext("New mix of questions"),
            self.exam.scored_count + self.exam.unscored_count,
            self.exam.minutes,
            last,
        )

    @cached_property
    def minutes_on(self) -> dict[date, int]:
        """Minutes of each day of this week: practice by its answers, exams by their time.

        Of reviews those of today alone.
        """
        monday = self.today - timedelta(days=self.today.weekday())
        minutes: dict[date, int] = defaultdict(int)
        for practiced in self._sets:
            day = timezone.localdate(practiced.started_at)
            minutes[day] += round(practiced.answered * QUESTION_MINUTES)
        for session in self.recent:
            if session.finished_at and session.time_used:
                day = timezone.localdate(session.finished_at)
                minutes[day] += round(session.time_used.total_seconds() / 60)
        minutes[self.today] += self.minutes_reviewed
        return {day: spent for day, spent in minutes.items() if day >= monday and spent}

    @property
    def wishes(self) -> Wishes:
        kept = getattr(self.user, "preferences", None) or Preferences()
        return Wishes(frozenset(kept.study_days), kept.minutes_a_day, self.exam_on)

    @property
    def morning(self) -> Today:
        """What the plan of today is made from."""
        topic = None
        if self.topic:
            named = self.topic
            topic = WeakTopic(named.title, named.right, named.answered, named.free)
        has_sat = bool(self.mock and self.mock.last_on == self.today)
        return Today(
            self.today,
            self.due,
            topic,
            self.mock,
            self.minutes_on.get(self.today, 0),
            self.minutes_reviewed,
            mock_done=has_sat,
        )
