"""Telling candidates: of scores that a correction changed, of answers to what they reported."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string

from examapp.accounts.models import User
from examapp.accounts.time_zones import in_zone_of
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ClockTimestamp, ProblemReport, RegradeNotice

logger = structlog.get_logger(__name__)


def unseen(candidate: User) -> list[RegradeNotice]:
    """Return what a candidate has not seen of changed scores that are shown, the newest first."""
    notices = RegradeNotice.objects.filter(
        score__session__candidate=candidate, score__is_current=True, seen_at=None
    )
    shown = notices.exclude(is_held_back("score__session"))
    return list(shown.select_related("score__session__exam", "previous").order_by("-pk"))


def see(candidate: User, notice_id: int) -> bool:
    """Note that a candidate has seen a changed score; False when it is not theirs."""
    notices = RegradeNotice.objects.filter(pk=notice_id, score__session__candidate=candidate)
    notices.filter(seen_at=None).update(seen_at=Now())
    return notices.exists()


def mail(*, limit: int = 500) -> int:
    """Send what is not yet mailed; return how many.

    A letter that fails stops no other: the newest go first, and it is given up after a week. Whose
    account is deleted gets none.
    """
    week_ago = ClockTimestamp() - timedelta(days=7)
    notices = RegradeNotice.objects.filter(
        mailed_at=None, score__scored_at__gt=week_ago, score__session__candidate__is_active=True
    ).exclude(is_held_back("score__session"))
    notices = notices.order_by("-pk")
    answered = ProblemReport.objects.filter(
        mailed_at=None, answered_at__gt=week_ago, reporter__is_active=True
    ).order_by("-answered_at")
    return _mail_each(notices[:limit], _mail_notice) + _mail_each(answered[:limit], _mail_answer)


def _mail_each[M: (RegradeNotice, ProblemReport)](
    queue: QuerySet[M], send: Callable[[M], None]
) -> int:
    waiting = queue.model._default_manager.filter(mailed_at=None)
    return sum(_mail_one(waiting, row.pk, send) for row in queue)


def _mail_one[M: (RegradeNotice, ProblemReport)](
    queue: QuerySet[M], pk: int, send: Callable[[M], None]
) -> bool:
    """Send one letter within the transaction that notes it, unless someone else is at it."""
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


def _mail_notice(notice: RegradeNotice) -> None:
    score = notice.score
    context = {"score": score, "previous": notice.previous, "session": score.session}
    _send(score.session.candidate, "exams/mail/regraded.txt", context)


def _mail_answer(problem: ProblemReport) -> None:
    session = problem.item.session if problem.item else None
    context = {"session": session, "exam": problem.version.question.exam}
    _send(problem.reporter, "exams/mail/answered.txt", context)


def _send(candidate: User, template: str, context: Mapping[str, object]) -> None:
    """Send a letter whose first line is its subject."""
    values = {**context, "candidate": candidate, "site_url": settings.SITE_URL}
    with in_zone_of(candidate):
        subject, _, body = render_to_string(template, values).partition("\n")
    send_mail(subject, body.strip() + "\n", None, [candidate.email])
