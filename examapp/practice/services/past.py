"""What a candidate met of an exam before: in mock exams, in practice and in reviews."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, SessionItem
from examapp.practice.levels import TopicLevel
from examapp.practice.models import PracticeItem
from examapp.study.models import CardEvent, EventKinds, EventSources
from questions.models import Exam

# When a question was met, which, of which topic, whether it was right, and whether it was answered.
type _Met = tuple[datetime, int, int, bool, bool]


@dataclass(frozen=True)
class Past:
    """What a candidate met before: when last, by question, and which they missed then.

    `levels` has what they know of each topic they answered, by the newest answer to each question;
    `answers_on` how many questions they answered on each day, a mock exam's on the day of its end.
    """

    met_at: Mapping[int, datetime] = field(default_factory=dict)
    missed: frozenset[int] = frozenset()
    levels: Mapping[int, TopicLevel] = field(default_factory=dict)
    answers_on: Mapping[date, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many questions they answered, each counted once."""
        return sum(level.answered for level in self.levels.values())


def past_of(candidate: User, exam: Exam) -> Past:
    """Return what a candidate met of an exam.

    Missed is what the newest answer, or blank of a sitting, did not get right.
    """
    newest: dict[int, _Met] = {}
    newest_answer: dict[int, _Met] = {}
    answers_on: Counter[date] = Counter()
    for met in sorted(_met(candidate, exam), key=lambda met: met[0]):
        newest[met[1]] = met
        if met[4]:
            newest_answer[met[1]] = met
        answers_on[timezone.localdate(met[0])] += met[4]
    by_topic: dict[int, list[bool]] = defaultdict(list)
    for _, _, topic, is_right, _ in newest_answer.values():
        by_topic[topic].append(is_right)
    return Past(
        {question: at for question, (at, *_) in newest.items()},
        frozenset(question for question, (*_, is_right, _) in newest.items() if not is_right),
        {topic: TopicLevel(sum(right), len(right)) for topic, right in by_topic.items()},
        {day: count for day, count in answers_on.items() if count},
    )


def _met(candidate: User, exam: Exam) -> Iterator[_Met]:
    topic = "version__question__topic"
    # What a course holds back is not told by what is practiced either.
    sat = (
        SessionItem.objects.exclude(is_held_back("session", "answers"))
        .filter(
            session__candidate=candidate,
            session__exam=exam,
            session__status=ExamSession.Status.FINISHED,
            session__finished_at__isnull=False,
        )
        .values_list("session__finished_at", "version__question", topic, "credit", "answered_at")
    )
    practiced = PracticeItem.objects.of(candidate).answered().filter(set__exam=exam)
    for at, question, of_topic, credit, answered_at in [
        *sat,
        *practiced.values_list("answered_at", "version__question", topic, "credit", "answered_at"),
    ]:
        yield at, question, of_topic, credit == 1, answered_at is not None
    reviews = CardEvent.objects.filter(
        card__candidate=candidate,
        card__exam=exam,
        # A term that one rated oneself is no answer.
        card__term="",
        source=EventSources.REVIEW,
        kind=EventKinds.ANSWERED,
    ).order_by()
    for at, question, of_topic, rating in reviews.values_list(
        "at", "version__question", topic, "rating"
    ):
        yield at, question, of_topic, rating > 1, True
