"""Telling candidates: of scores that a correction changed, of answers to what they reported."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string

from examapp.accounts.models import User
from examapp.accounts.time_zones import in_zone_of
from examapp.exams.hooks import is_held_back, is_told_elsewhere
from examapp.exams.models import ClockTimestamp, ProblemReport, RegradeNotice, Score
from examapp.web.mail import send_mail, subject_and_body

logger = structlog.get_logger(__name__)


# An email waits for the corrections that follow the first one: one email tells of all of them.
BATCHED = timedelta(minutes=5)
GIVEN_UP = timedelta(days=7)
_FIGURES = ("scaled", "credit", "max_credit", "is_pass")


def unseen(candidate: User) -> list[RegradeNotice]:
    """Return what a candidate has not seen of changed scores, one a sitting, the newest first.

    What a course holds back is not told.

    Each goes from the last score that was seen to the current one; a score that came back to what
    it was says nothing.
    """
    notices = RegradeNotice.objects.filter(
        score__session__candidate=candidate, seen_at=None
    ).exclude(is_held_back("score__session"))
    by_session: dict[UUID, list[RegradeNotice]] = {}
    for notice in notices.select_related("score__session__exam", "previous").order_by("pk"):
        by_session.setdefault(notice.score.session_id, []).append(notice)
    told = []
    for first, *_, last in ([*each, each[-1]] for each in by_session.values()):
        last.previous = first.previous
        if last.score.is_current and _differs(last.previous, last.score):
            told.append(last)
    return sorted(told, key=lambda notice: -notice.pk)


def see(candidate: User, notice_id: int) -> bool:
    """Note that a candidate has seen a changed score, and those before; False for another's."""
    notices = RegradeNotice.objects.filter(score__session__candidate=candidate)
    notice = notices.filter(pk=notice_id).select_related("score").first()
    if notice is None:
        return False
    before = notices.filter(score__session=notice.score.session_id, pk__lte=notice_id, seen_at=None)
    before.update(seen_at=Now())
    return True


def mail(*, limit: int = 500) -> int:
    """Send what is not yet mailed; return how many emails.

    Of a sitting there is one email, five minutes after the first change that it tells of. An email
    that fails stops no other: the newest go first, and it is given up after a week. Whose account
    is deleted gets none.
    """
    week_ago = ClockTimestamp() - GIVEN_UP
    waiting = RegradeNotice.objects.filter(
        mailed_at=None, score__scored_at__gt=week_ago, score__session__candidate__is_active=True
    ).exclude(is_held_back("score__session") | is_told_elsewhere("score__session"))
    sessions = (
        waiting.values("score__session")
        .annotate(newest=Max("pk"), since=Min("score__scored_at"))
        .filter(since__lte=ClockTimestamp() - BATCHED)
        .order_by("-newest")
        .values_list("score__session", flat=True)
    )
    told = sum(_mail_corrections(session_id) for session_id in sessions[:limit])
    answered = ProblemReport.objects.filter(
        mailed_at=None, answered_at__gt=week_ago, reporter__is_active=True
    ).order_by("-answered_at")
    return told + _mail_each(answered[:limit], _mail_answer)


def _mail_corrections(session_id: UUID) -> bool:
    """Tell a candidate once from which score to which a sitting went, unless someone else is at it.

    From the last score told: the one before the oldest change that no email told of.
    """
    try:
        with transaction.atomic():
            notices = RegradeNotice.objects.filter(score__session=session_id, mailed_at=None)
            rows = list(
                notices.select_for_update(of=("self",), skip_locked=True)
                .select_related("previous")
                .order_by("pk")
            )
            score = Score.objects.select_related("session__exam", "session__candidate").get(
                session=session_id, is_current=True
            )
            if not rows:
                return False
            notices.filter(pk__in=[row.pk for row in rows]).update(mailed_at=Now())
            if not _differs(rows[0].previous, score):
                return False
            _mail_change(rows[0].previous, score)
    except Exception:
        logger.exception("letter_not_sent", session=session_id)
        return False
    return True


def _differs(old: Score, new: Score) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in _FIGURES)


def _mail_each(queue: QuerySet[ProblemReport], send: Callable[[ProblemReport], None]) -> int:
    waiting = queue.model._default_manager.filter(mailed_at=None)
    return sum(_mail_one(waiting, row.pk, send) for row in queue)


def _mail_one(
    queue: QuerySet[ProblemReport], pk: int, send: Callable[[ProblemReport], None]
) -> bool:
    """Send one email within the transaction that notes it, unless someone else is at it."""
    try:
        with transaction.atomic():
            row = queue.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if row is None:
                return False
            send(row)
            queue.filter(pk=pk).update(mailed_at=Now())
    except Exception:
        logger.exception("letter_not_sent", id=pk)
        return False
    return True


def _mail_change(previous: Score, score: Score) -> None:
    context = {"score": score, "previous": previous, "session": score.session}
    _send(score.session.candidate, "exams/mail/regraded.txt", context)


def _mail_answer(problem: ProblemReport) -> None:
    context: dict[str, object] = {"exam": problem.version.question.exam}
    if problem.item:
        context |= {"session": problem.item.session, "position": problem.item.position}
    _send(problem.reporter, "exams/mail/answered.txt", context)


def _send(candidate: User, template: str, context: Mapping[str, object]) -> None:
    """Send an email whose first line is its subject."""
    values = {**context, "candidate": candidate, "site_url": settings.SITE_URL}
    with in_zone_of(candidate):
        text = render_to_string(template, values)
    send_mail(*subject_and_body(text), to=candidate.email)
