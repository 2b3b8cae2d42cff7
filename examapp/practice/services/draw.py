"""Drawing a set: which questions may be practiced, and which of them come first."""

import enum
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db.models import Count, Q
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.exams.assembly.apportionment import seats
from examapp.exams.models import ExamSession, SessionItem
from examapp.exams.services.free_questions import free_questions
from examapp.practice import selection
from examapp.practice.services.errors import NothingToPractice
from examapp.practice.services.past import Past, past_of
from examapp.study.models import SavedQuestion
from questions.hooks import Hook, Recommend, recommendations, surveys
from questions.items.conflicts import conflicts_of
from questions.models import Exam, Question

logger = structlog.get_logger(__name__)


class Scope(enum.StrEnum):
    """Which questions of the areas that were chosen."""

    ALL = "all"
    NEW = "new"
    MISSED = "missed"
    SAVED = "saved"


@dataclass(frozen=True)
class Choice:
    """What a candidate wants to practice: areas by primary key, none for all of the exam.

    Answers are explained one by one, or all at the end, by a clock as the exam has it. A check
    asks of every domain by its weight.
    """

    length: int
    scope: Scope = Scope.ALL
    domains: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()
    explains_at_end: bool = False
    is_check: bool = False

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


def draw(candidate: User, exam: Exam, choice: Choice) -> list[Question]:
    """Return the questions of a set, at most as many as were asked for, with live versions.

    Those that tell most where the choice is left to us, in a check about all domains together, what
    was missed last where that is asked for, else those that were seen longest ago. Raises
    NothingToPractice.
    """
    past = past_of(candidate, exam)
    pool = _pool(candidate, exam, choice, past)
    turn = selection.in_turn(
        [_candidate(question, choice, past) for question in pool.values()],
        random.Random(secrets.randbits(62)),
    )
    # What tells most stands first, of what tells anything: what was met before does not. The rest
    # follows, and there is more of it than asked for, since some give others away.
    unmet = [key for key in pool if key not in past.met_at] if choice.is_open else []
    if unmet:
        hook, count = (surveys, 4) if choice.is_check else (recommendations, 2)
        recommended = _recommended(hook, candidate, exam, unmet, count * choice.length)
        rank = {key: number for number, key in enumerate(recommended)}
        turn.sort(key=lambda candidate_item: rank.get(candidate_item.key, len(rank)))
    chosen = (
        _over_domains(exam, turn, pool, choice.length)
        if choice.is_check
        else selection.first_of(turn, choice.length)
    )
    if not chosen:
        raise NothingToPractice(empty_sentence(choice.scope))
    return [pool[key] for key in chosen]


def _over_domains(
    exam: Exam, turn: list[selection.Candidate], pool: dict[int, Question], length: int
) -> list[int]:
    """Return the first questions in turn, of each domain its share by weight, one at least."""
    weights = {pk: float(weight) for pk, weight in exam.domains.values_list("pk", "weight")}
    # One at least each, the rest by weight.
    shared = seats(weights, max(0, length - len(weights)))
    return selection.first_over_areas(
        turn,
        length,
        area_of={key: each.topic.task.domain_id for key, each in pool.items()},
        seats={pk: 1 + count for pk, count in shared.items()},
    )


@dataclass(frozen=True)
class Available:
    """How many questions fit a choice, and how many of them one set can ask.

    A set asks no two that give each other away.
    """

    fitting: int
    drawable: int


def available(candidate: User, exam: Exam, choice: Choice) -> Available:
    """Return how many questions fit, before a set is started."""
    past = past_of(candidate, exam)
    pool = _pool(candidate, exam, choice, past)
    turn = [_candidate(question, choice, past) for question in pool.values()]
    return Available(len(pool), len(selection.first_of(turn, choice.length)))


def _pool(candidate: User, exam: Exam, choice: Choice, past: Past) -> dict[int, Question]:
    """Return by key what fits a choice and may be asked."""
    running = SessionItem.objects.filter(
        session__candidate=candidate, session__status=ExamSession.Status.OPEN
    )
    asked_now = running.values("version__question")
    questions = free_questions(candidate, exam).exclude(pk__in=asked_now)
    if choice.scope == Scope.SAVED:
        saved = SavedQuestion.objects.of(candidate)
        questions = questions.filter(pk__in=saved.values("question"))
    return {
        question.pk: question
        for question in questions.filter(choice.inside())
        .order_by("pk")
        .select_related("topic__task", "current_version")
        .defer("current_version__key", "current_version__html")
        .prefetch_related("enemies")
        if _fits(question.pk, choice.scope, past)
    }


def _recommended(
    hook: Hook[Recommend], candidate: User, exam: Exam, questions: Sequence[int], count: int
) -> list[int]:
    """Return the questions whose answers would tell most, best first; [] where nobody knows."""
    try:
        return [
            key for recommend in hook for key in recommend(candidate.pk, exam, questions, count)
        ]
    except Exception:
        # A help, without which a set is drawn all the same.
        logger.exception("nothing_recommended", user=candidate.pk)
        return []


def empty_sentence(scope: Scope) -> str:
    """Return why there is nothing to practice, and what to do."""
    return {
        Scope.ALL: gettext(
            "No question here is free for practice: they are kept for mock exams that you have not "
            "taken. Choose more."
        ),
        Scope.NEW: gettext(
            "You have seen every question that is free for practice here. Choose more, or all "
            "questions."
        ),
        Scope.MISSED: gettext("You missed no question here. Choose more, or all questions."),
        Scope.SAVED: gettext("You saved no question here. Choose more, or all questions."),
    }[scope]


def _fits(question: int, scope: Scope, past: Past) -> bool:
    if scope == Scope.NEW:
        return question not in past.met_at
    return scope != Scope.MISSED or question in past.missed


def _candidate(question: Question, choice: Choice, past: Past) -> selection.Candidate:
    met_at = past.met_at.get(question.pk)
    seen_rank = met_at.timestamp() if met_at else 0
    enemies = [enemy.pk for enemy in question.enemies.all()]
    return selection.Candidate(
        key=question.pk,
        # What was missed comes back newest first, all else what was seen longest ago.
        seen_rank=-seen_rank if choice.scope == Scope.MISSED else seen_rank,
        conflicts=conflicts_of(question.pk, facts=question.facts, enemies=enemies),
    )


def counts_by_topic(candidate: User, exam: Exam) -> dict[int, int]:
    """Return how many questions are free for practice, by topic; topics without are left out."""
    rows = free_questions(candidate, exam).order_by().values_list("topic")
    return dict(rows.annotate(count=Count("pk")))
