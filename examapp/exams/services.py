"""What happens to a sitting: start, save, finish, sweep, regrade. Each is safe to repeat."""

import logging
import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from examapp.accounts.models import Accommodation, User
from examapp.exams import assembly, journal, scoring, timing
from examapp.exams.journal import Receipt
from examapp.exams.models import (
    ClockTimestamp,
    DomainScore,
    ExamSession,
    ExamSessionQuerySet,
    Form,
    FormItem,
    Score,
    SessionItem,
    StatementTimestamp,
)
from examapp.exams.saves import Save, Shape
from examapp.exams.signals import session_finished, session_regraded
from questions.grading import grade
from questions.itemtypes import authored
from questions.models import Domain, Exam, Question, QuestionVersion

logger = logging.getLogger(__name__)


class TooManyStarts(Exception):
    """The candidate has started as many mock exams today as one may."""


class FormIncomplete(Exception):
    """A fixed form with a question that is no longer in use; it can be sat no more as it was."""


class ContentChanged(ValueError):
    """A corrected key belongs to another wording than the one that was asked."""


def sessions_of(candidate: User) -> ExamSessionQuerySet:
    """Return a candidate's sessions, with those that are due finished first.

    Every page reads sessions through here, so that a session that ran out is never shown open.
    """
    due = ExamSession.objects.of(candidate).due().values_list("pk", flat=True)
    for session_id in due:
        finish(session_id, reason=ExamSession.FinishReason.EXPIRED)
    return ExamSession.objects.of(candidate)


def start(candidate: User, *, exam: Exam, form: Form | None = None) -> ExamSession:
    """Start a mock exam on a fixed form, or on a fresh one; or return the one that is open.

    Raises BankTooSmall or FormIncomplete before anything is written when there is no such form, and
    TooManyStarts.
    """
    open_session = sessions_of(candidate).open().filter(exam=exam).first()
    if open_session:
        return open_session
    day_ago = ClockTimestamp() - timedelta(days=1)
    recent = ExamSession.objects.of(candidate).filter(started_at__gt=day_ago)
    if recent.count() >= settings.STARTS_PER_DAY:
        raise TooManyStarts
    # Drawing takes time, so it is done before the clock runs and before another start must wait.
    drawn = _fixed(form) if form else _draw(candidate, exam)
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
    """The questions of a sitting in order, each scored or not; `form` is there if it is fixed."""

    seed: int
    seats: list[tuple[Question, bool]]
    form: Form | None = None


def _fixed(form: Form) -> Drawn:
    """Return a fixed form's questions, each to be asked in its live version."""
    items = list(
        form.items.select_related("question__topic", "question__current_version").defer(
            "question__current_version__key", "question__current_version__html"
        )
    )
    out_of_use = [i for i in items if i.question.status != Question.Status.PUBLISHED]
    if out_of_use or not items:
        raise FormIncomplete(
            f"{form} is being revised: {len(out_of_use)} of its questions were taken out of use. "
            "Choose another form."
        )
    return Drawn(form.seed, [(item.question, item.is_scored) for item in items], form)


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
    session.form = drawn.form or _write_form(session.exam, drawn)
    session.save(update_fields=["form"])
    rng = random.Random(secrets.randbits(128))
    items = []
    for position, (question, is_scored) in enumerate(drawn.seats, 1):
        version = question.live_version
        shuffle = list(range(len(version.content["options"])))
        if not version.content.get("fixed_order"):
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


def _write_form(exam: Exam, drawn: Drawn) -> Form:
    form = Form.objects.create(exam=exam, seed=drawn.seed)
    FormItem.objects.bulk_create(
        FormItem(form=form, position=position, question=question, is_scored=is_scored)
        for position, (question, is_scored) in enumerate(drawn.seats, 1)
    )
    return form


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


def shapes(session_id: UUID, *, candidate: User, positions: Iterable[int]) -> dict[int, Shape]:
    """Return what responses to these positions must fit; {} when the session is not theirs."""
    return journal.shapes(session_id, candidate.pk, positions)


def save_answers(session_id: UUID, *, candidate: User, saves: Sequence[Save]) -> Receipt | None:
    """Store answers of a candidate's session and acknowledge each; None when it is not theirs."""
    return journal.record(session_id, candidate.pk, saves)


@transaction.atomic
def finish(
    session_id: UUID,
    *,
    pending: Sequence[Save] = (),
    reason: str = ExamSession.FinishReason.SUBMITTED,
) -> ExamSession:
    """Store what is pending, grade and score the session, once; a second call changes nothing.

    What is pending after the end is kept as late. With the reason EXPIRED a session that is not due
    yet is left open.
    """
    session = ExamSession.objects.select_for_update(of=["self"]).get(pk=session_id)
    if pending:
        journal.record(session_id, session.candidate_id, pending)
    if not session.is_open:
        return session
    now = ExamSession.objects.values_list(ClockTimestamp(), flat=True).get(pk=session_id)
    is_over = timing.is_over(session.deadline_at, now=now)
    if reason == ExamSession.FinishReason.EXPIRED and not is_over:
        return session
    session.status = ExamSession.Status.FINISHED
    session.finished_at = min(now, session.deadline_at)
    ran_out = now >= session.deadline_at
    session.finish_reason = ExamSession.FinishReason.EXPIRED if ran_out else reason
    session.save(update_fields=["status", "finished_at", "finish_reason"])
    _score(session)
    transaction.on_commit(partial(session_finished.send_robust, ExamSession, session_id=session.pk))
    logger.info("session_finished session=%s reason=%s", session.pk, session.finish_reason)
    return session


def sweep() -> int:
    """Finish every session that is due, however old; return how many.

    Two sweeps share the work, and a session that cannot be finished stops no other.
    """
    count = 0
    for session_id in list(ExamSession.objects.due().values_list("pk", flat=True)):
        try:
            count += _finish_if_due(session_id)
        except Exception:
            logger.exception("session_not_finished session=%s", session_id)
    return count


@transaction.atomic
def _finish_if_due(session_id: UUID) -> bool:
    """Finish a session that is due and that nobody else has locked; tell whether it was."""
    due = ExamSession.objects.due().select_for_update(skip_locked=True, of=["self"])
    if due.filter(pk=session_id).first() is None:
        return False
    finish(session_id, reason=ExamSession.FinishReason.EXPIRED)
    return True


@dataclass(frozen=True)
class Regraded:
    """A session whose score a key correction changed."""

    session_id: UUID
    candidate_id: int
    old_scaled: int
    new_scaled: int


def regrade(version: QuestionVersion, *, keyed_by: QuestionVersion, reason: str) -> list[Regraded]:
    """Grade every sitting of `version` by the key of `keyed_by`; return the scores that changed.

    Old scores stay in history. Safe to repeat and to resume: a session is done in one transaction,
    and one that is done is passed over. Raises ContentChanged when the wording differs.
    """
    if version.content_hash != keyed_by.content_hash:
        raise ContentChanged(f"{keyed_by} asks something else than {version}")
    waiting = SessionItem.objects.filter(version=version).exclude(keyed_by=keyed_by)
    changed = []
    for session_id in waiting.values_list("session", flat=True):
        outcome = _regrade_session(session_id, version, keyed_by, reason)
        if outcome:
            changed.append(outcome)
    return changed


@transaction.atomic
def _regrade_session(
    session_id: UUID, version: QuestionVersion, keyed_by: QuestionVersion, reason: str
) -> Regraded | None:
    # Locked before it is judged open or finished: it may be finishing at this moment.
    session = ExamSession.objects.select_for_update(of=["self"]).get(pk=session_id)
    session.items.filter(version=version).update(keyed_by=keyed_by)
    if session.is_open:
        return None
    old = session.scores.get(is_current=True)
    new = _score(session, reason=reason, replaces=old)
    if new == old:
        return None
    transaction.on_commit(partial(session_regraded.send_robust, ExamSession, session_id=session.pk))
    return Regraded(session.pk, session.candidate_id, old.scaled, new.scaled)


def _score(session: ExamSession, *, reason: str = "", replaces: Score | None = None) -> Score:
    """Grade a session's items and write its score; with `replaces`, only when credit differs."""
    items = list(
        session.items.select_related("keyed_by", "topic__task").defer(
            "keyed_by__html", "keyed_by__content"
        )
    )
    before = [item.credit for item in items]
    for item in items:
        response = authored(item.response, item.shuffle)
        credit = grade(
            item.keyed_by.type, item.keyed_by.key["right"], response, session.grading_policy
        )
        item.credit = Decimal(f"{credit:.4f}")
    if replaces and before == [item.credit for item in items]:
        return replaces
    SessionItem.objects.bulk_update(items, ["credit"])
    scored = [
        (item.topic.task.domain_id, float(item.credit or 0)) for item in items if item.is_scored
    ]
    by_domain = scoring.tally(scored)
    total = scoring.tally((None, credit) for _, credit in scored)[None]
    share = total.credit / total.max_credit
    scaled = scoring.scaled(share, session.scale)
    if replaces:
        replaces.is_current = False
        replaces.save(update_fields=["is_current"])
    score = Score.objects.create(
        session=session,
        number=replaces.number + 1 if replaces else 1,
        credit=Decimal(f"{total.credit:.4f}"),
        max_credit=int(total.max_credit),
        scaled=scaled,
        is_pass=scaled >= session.scale_cut,
        reason=reason,
    )
    DomainScore.objects.bulk_create(
        DomainScore(
            score=score,
            domain_id=domain,
            credit=Decimal(f"{tally.credit:.4f}"),
            max_credit=int(tally.max_credit),
        )
        for domain, tally in by_domain.items()
    )
    return score


def has_open_session(candidate: User) -> bool:
    """Tell whether a candidate is in an exam, when nothing that shows a key may be read."""
    return sessions_of(candidate).open().exists()
