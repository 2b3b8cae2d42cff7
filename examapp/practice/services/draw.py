"""Drawing a set: which questions may be practiced, and which of them come first."""

import enum
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db.models import Count, Q, QuerySet

from examapp.accounts.models import User
from examapp.exams.models import ExamSession, SessionItem
from examapp.exams.services.free_questions import free_questions
from examapp.practice import selection
from examapp.practice.models import PracticeItem
from examapp.practice.services.errors import NothingToPractice
from questions.hooks import recommendations
from questions.items.conflicts import conflicts_of
from questions.models import Exam, Question, Topic

logger = structlog.get_logger(__name__)


class Scope(enum.StrEnum):
    """Which questions of the areas that were chosen."""

    ALL = "all"
    NEW = "new"
    MISSED = "missed"


@dataclass(frozen=True)
class Choice:
    """What a candidate wants to practice: areas by primary key, none for all of the exam.

    `is_near` lets questions of the same tasks fill up where chosen topics have too few.
    """

    length: int
    scope: Scope = Scope.ALL
    domains: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()
    is_near: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the choice of questions is left to us."""
        return self.scope == Scope.ALL and not (self.domains or self.tasks or self.topics)

    def inside(self) -> Q:
        """Return the condition that a question lies in what was chosen."""
        if not (self.domains or self.tasks or self.topics):
            return Q()
        return (
            Q(topic__in=self.topics)
            | Q(topic__task__in=self.tasks)
            | Q(topic__task__domain__in=self.domains)
        )


@dataclass(frozen=True)
class Past:
    """What a candidate met before: when last, by question, and which they missed then."""

    met_at: Mapping[int, datetime] = field(default_factory=dict)
    missed: frozenset[int] = frozenset()


def draw(candidate: User, exam: Exam, choice: Choice) -> list[Question]:
    """Return the questions of a set, at most as many as were asked for, with live versions.

    Those that tell most where the choice is left to us, else those that were seen longest ago.
    Raises NothingToPractice.
    """
    past = _past(candidate, exam)
    running = SessionItem.objects.filter(
        session__candidate=candidate, session__status=ExamSession.Status.OPEN
    )
    asked_now = running.values("version__question")
    may_be_asked = free_questions(candidate, exam).exclude(pk__in=asked_now)
    pool = {
        question.pk: question
        for question in _within(may_be_asked, choice)
        .select_related("topic", "current_version")
        .defer("current_version__key", "current_version__html")
        .prefetch_related("enemies")
        if _fits(question.pk, choice.scope, past)
    }
    turn = selection.in_turn(
        [_candidate(question, choice, past) for question in pool.values()],
        random.Random(secrets.randbits(62)),
    )
    if choice.is_open:
        # What tells most stands first, of what tells anything: what was met before does not. The
        # rest follows, and there is more of it than asked for, since some give others away.
        unmet = [key for key in pool if key not in past.met_at]
        recommended = _recommended(candidate, exam, unmet, 2 * choice.length) if unmet else []
        rank = {key: number for number, key in enumerate(recommended)}
        turn.sort(key=lambda candidate_item: rank.get(candidate_item.key, len(rank)))
    chosen = selection.first_of(turn, choice.length)
    if not chosen:
        raise NothingToPractice(_EMPTY[choice.scope])
    return [pool[key] for key in chosen]


def _recommended(candidate: User, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return the questions whose answers would tell most, best first; [] where nobody knows."""
    try:
        return [
            key
            for recommend in recommendations
            for key in recommend(candidate.pk, exam, questions, count)
        ]
    except Exception:
        # A help, without which a set is drawn all the same.
        logger.exception("nothing_recommended", user=candidate.pk)
        return []


_EMPTY = {
    Scope.ALL: "No question is free for practice there. Those of mock exams that you have not "
    "taken are kept for them. Choose more.",
    Scope.NEW: "You have met every question that is free for practice there. Choose more, or all.",
    Scope.MISSED: "You missed no question there that is free for practice. Choose more, or all.",
}


def _within(questions: QuerySet[Question], choice: Choice) -> QuerySet[Question]:
    inside = choice.inside()
    if choice.is_near and choice.topics:
        inside |= Q(topic__task__in=Topic.objects.filter(pk__in=choice.topics).values("task"))
    return questions.filter(inside).order_by("pk")


def _fits(question: int, scope: Scope, past: Past) -> bool:
    if scope == Scope.NEW:
        return question not in past.met_at
    return scope == Scope.ALL or question in past.missed


def _candidate(question: Question, choice: Choice, past: Past) -> selection.Candidate:
    met_at = past.met_at.get(question.pk)
    enemies = [enemy.pk for enemy in question.enemies.all()]
    is_near = choice.is_near and question.topic_id not in choice.topics
    return selection.Candidate(
        key=question.pk,
        distance=int(is_near),
        seen_rank=met_at.timestamp() if met_at else 0,
        conflicts=conflicts_of(question.pk, facts=question.facts, enemies=enemies),
    )


def _past(candidate: User, exam: Exam) -> Past:
    """Return what a candidate met of an exam, in sittings and in practice.

    Missed is what the newest answer, or blank of a sitting, did not get right.
    """
    sat = SessionItem.objects.filter(
        session__candidate=candidate,
        session__exam=exam,
        session__status=ExamSession.Status.FINISHED,
    ).values_list("version__question", "session__finished_at", "credit")
    practised = (
        PracticeItem.objects.of(candidate)
        .answered()
        .filter(set__exam=exam)
        .values_list("version__question", "answered_at", "credit")
    )
    met_at: dict[int, datetime] = {}
    missed: set[int] = set()
    dated = [(at, question, credit) for question, at, credit in [*sat, *practised] if at]
    for at, question, credit in sorted(dated, key=lambda row: row[0]):
        met_at[question] = at
        if credit == 1:
            missed.discard(question)
        else:
            missed.add(question)
    return Past(met_at, frozenset(missed))


def counts_by_topic(candidate: User, exam: Exam) -> dict[int, int]:
    """Return how many questions are free for practice, by topic; topics without are left out."""
    rows = free_questions(candidate, exam).order_by().values_list("topic")
    return dict(rows.annotate(count=Count("pk")))
