"""The start of a sitting: its form, its paper, its clock."""

import logging
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from examapp.accounts.models import Accommodation, User
from examapp.exams import assembly, timing
from examapp.exams.models import (
    ClockTimestamp,
    ExamSession,
    Form,
    FormItem,
    SessionItem,
    StatementTimestamp,
)
from examapp.exams.services.ending import sessions_of
from examapp.exams.services.errors import TooManyStarts
from questions.models import Domain, Exam, Question

logger = logging.getLogger(__name__)


def start(candidate: User, *, exam: Exam) -> ExamSession:
    """Start a mock exam on a fresh form, or return the one that is open.

    Raises BankTooSmall before anything is written when no form can be drawn, and TooManyStarts.
    """
    open_session = sessions_of(candidate).open().filter(exam=exam).first()
    if open_session:
        return open_session
    day_ago = ClockTimestamp() - timedelta(days=1)
    recent = ExamSession.objects.of(candidate).filter(started_at__gt=day_ago)
    if recent.count() >= settings.STARTS_PER_DAY:
        raise TooManyStarts
    # Drawing takes time, so it is done before the clock runs and before another start must wait.
    drawn = _draw(candidate, exam)
    with transaction.atomic():
        session = _new_session(candidate, exam)
        # A second start waits here for the first and then inserts nothing.
        ExamSession.objects.bulk_create([session], ignore_conflicts=True)
        open_session = ExamSession.objects.of(candidate).open().get(exam=exam)
        if open_session.pk == session.pk:
            _write_paper(open_session, drawn)
            logger.info("session_started session=%s user=%s", session.pk, candidate.pk)
    return open_session


def _new_session(candidate: User, exam: Exam) -> ExamSession:
    """Return an unsaved session whose times the database will set."""
    extra = Accommodation.objects.filter(user=candidate).first() or Accommodation()
    allowed = timing.allowed(
        exam.minutes, factor=extra.time_factor, extra_minutes=extra.extra_minutes
    )
    return ExamSession(
        candidate=candidate,
        exam=exam,
        started_at=StatementTimestamp(),
        deadline_at=StatementTimestamp() + allowed,
        base_minutes=exam.minutes,
        time_factor=extra.time_factor,
        extra_minutes=extra.extra_minutes,
        grading_policy=exam.grading_policy,
        raw_cut=exam.raw_cut,
        scale_min=exam.scale_min,
        scale_cut=exam.scale_cut,
        scale_max=exam.scale_max,
    )


@dataclass(frozen=True)
class Drawn:
    """A form that is drawn and not yet written: its questions in order, each scored or not."""

    seed: int
    seats: list[tuple[Question, bool]]


def _draw(candidate: User, exam: Exam) -> Drawn:
    """Assemble a form of what the candidate has not seen, or saw longest ago."""
    seed = secrets.randbits(62)
    questions = {
        question.pk: question
        for question in Question.objects.pool(exam)
        .select_related("topic__task", "current_version")
        .defer("current_version__key", "current_version__html")
        .prefetch_related("enemies")
    }
    pool = list(_pool(candidate, questions))
    chosen = assembly.assemble(form_plan(exam), pool, seed=seed)
    return Drawn(seed, [(questions[seat.key], seat.is_scored) for seat in chosen])


def _write_paper(session: ExamSession, drawn: Drawn) -> None:
    """Keep the form and pin each question's live version in a random order of options."""
    session.form = Form.objects.create(exam=session.exam, seed=drawn.seed)
    session.save(update_fields=["form"])
    FormItem.objects.bulk_create(
        FormItem(form=session.form, position=position, question=question, is_scored=is_scored)
        for position, (question, is_scored) in enumerate(drawn.seats, 1)
    )
    rng = random.Random(secrets.randbits(128))
    items = []
    for position, (question, is_scored) in enumerate(drawn.seats, 1):
        version = question.live_version
        shuffle = list(range(len(version.content["options"])))
        rng.shuffle(shuffle)
        items.append(
            SessionItem(
                session=session,
                position=position,
                version=version,
                keyed_by=version,
                topic=question.topic,
                shuffle=shuffle,
                is_scored=is_scored,
            )
        )
    SessionItem.objects.bulk_create(items)


def form_plan(exam: Exam) -> assembly.FormPlan:
    """Return an exam's blueprint as assembly reads it."""
    return assembly.FormPlan(
        scored_count=exam.scored_count,
        unscored_count=exam.unscored_count,
        domains=tuple(
            assembly.DomainQuota(
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


def _pool(candidate: User, questions: dict[int, Question]) -> Iterator[assembly.PoolItem]:
    seen = dict(
        SessionItem.objects.filter(session__candidate=candidate)
        .values_list("version__question")
        .annotate(last=Max("session__started_at"))
    )
    rank = {when: number for number, when in enumerate(sorted(set(seen.values())), 1)}
    for question in questions.values():
        conflicts = {f"fact {fact}" for fact in question.facts}
        conflicts |= {
            f"enemies {sorted((question.pk, enemy.pk))}" for enemy in question.enemies.all()
        }
        yield assembly.PoolItem(
            key=question.pk,
            domain=question.topic.task.domain_id,
            task=question.topic.task_id,
            type=question.live_version.type,
            seen_rank=rank[seen[question.pk]] if question.pk in seen else 0,
            case=question.case_id,
            conflicts=frozenset(conflicts),
        )
