"""The start of a sitting: its form, its paper, its clock."""

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Func, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Greatest, Least

from examapp.accounts.models import Accommodation, User
from examapp.exams.models import (
    ClockTimestamp,
    ExamForm,
    ExamSession,
    StatementTimestamp,
)
from examapp.exams.rules import ExamRules
from examapp.exams.scoring import form_cut
from examapp.exams.services import candidate_lock, paper_stock
from examapp.exams.services.admission import StartRequest, admitted
from examapp.exams.services.errors import ExamNotOpen, GuestLimit, TooManyStarts
from examapp.exams.services.finish import sessions_of
from examapp.exams.services.form_drawing import Drawn, draw, fixed
from examapp.exams.services.paper_writing import write_paper
from examapp.exams.timing import Allowance
from questions.access import exams_of, may_take
from questions.compiled_query import CompiledQuery
from questions.models import Exam

logger = structlog.get_logger(__name__)


def start(candidate: User, *, exam: Exam, form: ExamForm | None = None) -> ExamSession:
    """Start a mock exam on a fixed form, or on a fresh one; or return the one that is open.

    Raises BankTooSmall or FormIncomplete before anything is written when there is no such form,
    ExamNotOpen for an exam that the candidate may not take, TooManyStarts, and MustWait.
    """
    open_session = open_session_of(candidate, exam)
    if open_session:
        return open_session

    def now() -> ExamSession:
        # Drawing takes time, so it is done before the clock runs and before another must wait.
        drawn = prepare(candidate, exam=exam, form=form)
        return begin(candidate, exam=exam, drawn=drawn, allowance=allowance_of(candidate, exam))[0]

    return admitted(candidate, StartRequest(exam, form), now)


def open_session_of(candidate: User, exam: Exam) -> ExamSession | None:
    """Return the sitting of an exam that a candidate is in."""
    sessions = sessions_of(candidate)
    return sessions.open().filter(exam=exam).first() if _OPEN.rows(candidate.pk, exam.pk) else None


def _open_of(candidate: int, exam: int) -> QuerySet[ExamSession, tuple[UUID]]:
    sessions = ExamSession.objects.open().filter(candidate=candidate, exam=exam)
    return sessions.order_by().values_list("pk")


_OPEN = CompiledQuery(_open_of)


def prepare(candidate: User, *, exam: Exam, form: ExamForm | None) -> Drawn:
    """Return the questions of a sitting that is about to begin; nothing is written.

    Raises BankTooSmall, ExamNotOpen, FormIncomplete, GuestLimit and TooManyStarts.
    """
    if not may_take(candidate, exam):
        raise ExamNotOpen
    sat = ExamSession.objects.of(candidate).exclude(status=ExamSession.Status.DISCARDED)
    if candidate.is_guest and sat.count() >= settings.GUEST_EXAMS:
        raise GuestLimit
    if len(_RECENT.rows(candidate.pk)) >= settings.STARTS_PER_DAY:
        raise TooManyStarts
    if form:
        return fixed(form)
    return paper_stock.taken(candidate, exam) or draw(candidate, exam)


def _recent(candidate: int) -> QuerySet[ExamSession, tuple[UUID]]:
    """Return the sittings of a candidate that began within a day."""
    day_ago = ClockTimestamp() - timedelta(days=1)
    sat = ExamSession.objects.filter(candidate=candidate, started_at__gt=day_ago)
    return sat.order_by().values_list("pk")


_RECENT = CompiledQuery(_recent)


def allowance_of(candidate: User, exam: Exam) -> Allowance:
    """Return the time that a candidate has for an exam of their own."""
    extra = Accommodation()
    granted = _EXTRA.rows(candidate.pk) or [(extra.time_factor, extra.extra_minutes)]
    return Allowance(exam.minutes, *granted[0])


_EXTRA = CompiledQuery(
    lambda candidate: Accommodation.objects.filter(user=candidate).values_list(
        "time_factor", "extra_minutes"
    )
)


@transaction.atomic(savepoint=False)
def begin(
    candidate: User, *, exam: Exam, drawn: Drawn, allowance: Allowance
) -> tuple[ExamSession, bool]:
    """Start the clock on drawn questions; or return the sitting that is open, and False."""
    candidate_lock.lock(candidate)
    session = _new_session(candidate, exam, allowance)
    session.raw_cut = _raw_cut(exam, drawn)
    # A second start waits here for the first and then inserts nothing.
    ExamSession.objects.bulk_create([session], ignore_conflicts=True)
    open_session = ExamSession.objects.of(candidate).open().get(exam=exam)
    open_session.exam, is_new = exam, open_session.pk == session.pk
    if is_new:
        write_paper(open_session, drawn)
        logger.info("session_started", session=session.pk, user=candidate.pk)
    return open_session, is_new


def _new_session(candidate: User, exam: Exam, allowance: Allowance) -> ExamSession:
    """Return an unsaved session whose times the database will set."""
    return ExamSession(
        candidate=candidate,
        exam=exam,
        started_at=StatementTimestamp(),
        deadline_at=deadline(allowance),
        base_minutes=allowance.minutes,
        time_factor=allowance.time_factor,
        extra_minutes=allowance.extra_minutes,
        is_trial=exams_of(candidate).filter(pk=exam.pk).exists(),
        **asdict(ExamRules.of(exam)),
    )


def _raw_cut(exam: Exam, drawn: Drawn) -> Decimal:
    """Return the share that passes this form: what its ratings ask, else what the exam does."""
    ratings = [seat.rating for seat in drawn.seats if seat.is_scored]
    return Decimal(f"{form_cut(ratings, fixed=float(exam.raw_cut)).share:.4f}")


def deadline(allowance: Allowance) -> CombinedExpression | Func:
    """Return the expression of when a sitting ends that begins with the statement."""
    ends = StatementTimestamp() + allowance.allowed
    if allowance.closes_at is None:
        return ends
    # A start that is overtaken by the close has its second, and no time to answer.
    soon = StatementTimestamp() + timedelta(seconds=1)
    closes = Value(allowance.closes_at, output_field=DateTimeField())
    return Greatest(Least(ends, closes), soon)
