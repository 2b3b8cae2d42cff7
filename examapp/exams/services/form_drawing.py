"""Drawing a form: fixed questions as they stand, or a fresh choice from the pool."""

import random
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, QuerySet
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.exams.assembly import optimizer, random_draw
from examapp.exams.models import ExamForm, SessionItem
from examapp.exams.services.errors import FormIncomplete
from examapp.exams.services.free_questions import free_questions
from questions.compiled_query import CompiledQuery
from questions.hooks import seen_questions
from questions.items.conflicts import conflicts_of
from questions.items.kinds.registry import kind_of
from questions.models import Domain, Exam, Question


@dataclass(frozen=True)
class Seat:
    """A question in its place: the version that is asked, its order of options, its rating.

    `rating` is the share of just-qualified candidates expected to answer it correctly, None where
    nobody rated it.
    """

    question: int
    version: int
    topic: int
    is_scored: bool
    shuffle: tuple[int, ...]
    rating: float | None


@dataclass(frozen=True)
class Drawn:
    """The questions of a sitting in order; `form` is there if it is fixed."""

    seed: int
    seats: tuple[Seat, ...]
    form: ExamForm | None = None


def fixed(form: ExamForm) -> Drawn:
    """Return a fixed form's questions, each to be asked in its live version."""
    rows = list(form.items.order_by("position").values_list("question", "is_scored"))
    places = [(question, is_scored) for question, is_scored in rows]
    asked = Question.objects.published().filter(pk__in=[question for question, _ in places])
    seats = seats_of(places, asked)
    if len(seats) < len(places) or not places:
        raise FormIncomplete(
            gettext(
                "%(form)s is being revised: %(count)s of its questions were taken out "
                "of use. Choose another mock exam."
            )
            % {"form": form, "count": len(places) - len(seats)}
        )
    return Drawn(form.seed, seats, form)


def draw(candidate: User, exam: Exam) -> Drawn:
    """Assemble a form of what is kept for no mock exam and was not seen, or longest ago.

    Raises BankTooSmall where that does not fill the blueprint.
    """
    seed = secrets.randbits(62)
    chosen = random_draw.assemble(form_plan(exam), _pool(candidate, exam), seed=seed)
    # Of the pool only what is asked is read whole.
    places = [(seat.key, seat.is_scored) for seat in chosen]
    return Drawn(seed, seats_of(places, Question.objects.all()))


def seats_of(places: Sequence[tuple[int, bool]], asked: QuerySet[Question]) -> tuple[Seat, ...]:
    """Return the seats of questions, scored or not, in a random order of options each.

    What `asked` does not hold is left out.
    """
    rng = random.Random(secrets.randbits(128))
    rows = asked.filter(pk__in=[question for question, _ in places]).values_list(
        *("pk", "topic", "current_version", "current_version__type", "current_version__content"),
        "current_version__key__angoff",
    )
    by_question = {row[0]: row[1:] for row in rows}
    seats = []
    for question, is_scored in places:
        if question in by_question:
            topic, version, item_type, content, rating = by_question[question]
            order = tuple(kind_of(item_type).order(content, rng))
            seats.append(Seat(question, version, topic, is_scored, order, rating))
    return tuple(seats)


def form_plan(exam: Exam) -> optimizer.FormPlan:
    """Return an exam's blueprint as assembly reads it."""
    tasks: defaultdict[tuple[int, str, float], dict[int, float]] = defaultdict(dict)
    domains = Domain.objects.filter(exam=exam).order_by("number", "tasks__number")
    columns = ("pk", "number", "title", "weight", "tasks", "tasks__weight")
    for domain, number, title, weight, task, share in domains.values_list(*columns):
        own = tasks[domain, str(Domain(number=number, title=title)), float(weight)]
        if task:
            own[task] = float(share)
    return optimizer.FormPlan(
        scored_count=exam.scored_count,
        unscored_count=exam.unscored_count,
        domains=tuple(optimizer.DomainQuota(*domain, own) for domain, own in tasks.items()),
        type_mix=exam.type_mix,
        case_count=exam.case_count,
    )


class PoolRow(NamedTuple):
    """A question of the bank with all that a draw rests on."""

    question: int
    domain: int
    task: int
    type: str
    case: int | None
    facts: list[str]
    enemies: list[int]
    version: int
    topic: int

    def pool_item(self, seen_rank: int = 0) -> optimizer.PoolItem:
        return optimizer.PoolItem(
            key=self.question,
            domain=self.domain,
            task=self.task,
            type=self.type,
            seen_rank=seen_rank,
            case=self.case,
            conflicts=conflicts_of(self.question, facts=self.facts, enemies=self.enemies),
        )


def pool_rows(pool: QuerySet[Question]) -> list[PoolRow]:
    """Return what a draw needs to know of questions, in one statement."""
    pairs = Question.enemies.through.objects.filter(from_question=OuterRef("pk"))
    named = pairs.order_by("to_question").values("to_question")
    rows = pool.order_by("pk").values_list(
        *("pk", "topic__task__domain", "topic__task", "current_version__type", "case", "facts"),
        *(ArraySubquery(named), "current_version", "topic"),
    )
    return [PoolRow(*row) for row in rows]


def seen_at(candidate: User) -> dict[int, datetime]:
    """Return by question when a candidate met it last, in a sitting or elsewhere."""
    elsewhere = (seen_by(candidate.pk).items() for seen_by in seen_questions)
    looks: Iterable[Any] = chain(*elsewhere, _SAT.rows(candidate.pk))
    seen: dict[int, datetime] = {}
    for question, at in looks:
        seen[question] = max(at, seen.get(question, at))
    return seen


def _sat(candidate: int) -> QuerySet[SessionItem, tuple[int, datetime]]:
    """Return questions with the last start of a sitting that held them."""
    rows = SessionItem.objects.filter(session__candidate=candidate).order_by()
    return rows.values_list("version__question").annotate(last=Max("session__started_at"))


_SAT = CompiledQuery(_sat)


def _pool(candidate: User, exam: Exam) -> list[optimizer.PoolItem]:
    """Return what a new mix may be drawn from, as this candidate has seen it."""
    seen = seen_at(candidate)
    rank = {when: number for number, when in enumerate(sorted(set(seen.values())), 1)}
    ranks = {question: rank[at] for question, at in seen.items()}
    rows = pool_rows(free_questions(candidate, exam))
    return [row.pool_item(ranks.get(row.question, 0)) for row in rows]
