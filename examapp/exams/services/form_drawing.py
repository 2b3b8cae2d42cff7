"""Drawing a form: fixed questions as they stand, or a fresh choice from the pool."""

import random
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Max, QuerySet

from examapp.accounts.models import User
from examapp.exams.assembly import optimizer, random_draw
from examapp.exams.models import ExamForm, SessionItem
from examapp.exams.services.errors import FormIncomplete
from examapp.exams.services.free_questions import free_questions
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
            f"{form} is being revised: {len(places) - len(seats)} of its questions were taken out"
            " of use. Choose another mock exam."
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
    return optimizer.FormPlan(
        scored_count=exam.scored_count,
        unscored_count=exam.unscored_count,
        domains=tuple(
            optimizer.DomainQuota(
                domain.pk,
                str(domain),
                float(domain.weight),
                {task.pk: float(task.weight) for task in domain.tasks.all()},
            )
            for domain in Domain.objects.filter(exam=exam).prefetch_related("tasks")
        ),
        type_mix=exam.type_mix,
        case_count=exam.case_count,
    )


def _pool(candidate: User, exam: Exam) -> list[optimizer.PoolItem]:
    """Return what a new mix may be drawn from, as this candidate has seen it."""
    sat = SessionItem.objects.filter(session__candidate=candidate).values_list("version__question")
    sat = sat.annotate(last=Max("session__started_at"))
    elsewhere = (seen_by(candidate.pk).items() for seen_by in seen_questions)
    looks: Iterable[Any] = chain(*elsewhere, sat)
    seen: dict[int, datetime] = {}
    for question, at in looks:
        seen[question] = max(at, seen.get(question, at))
    rank = {when: number for number, when in enumerate(sorted(set(seen.values())), 1)}
    pool = free_questions(candidate, exam)
    enemies: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in pool.filter(enemies__isnull=False).values_list("pk", "enemies__pk"):
        enemies[one].append(other)
    rows = pool.values_list(
        *("pk", "topic__task__domain", "topic__task"), "current_version__type", "case", "facts"
    )
    return [
        optimizer.PoolItem(
            key=key,
            domain=domain,
            task=task,
            type=item_type,
            seen_rank=rank[seen[key]] if key in seen else 0,
            case=case,
            conflicts=conflicts_of(key, facts=facts, enemies=enemies[key]),
        )
        for key, domain, task, item_type, case, facts in rows
    ]
