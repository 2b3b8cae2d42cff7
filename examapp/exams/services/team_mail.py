"""Mails to who works on a bank: what waits for them, once a day, and comments that name them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import Preferences, User
from examapp.accounts.time_zones import in_zone_of
from examapp.exams.models import ClockTimestamp
from examapp.web.mail import send_mail
from questions.access import Access, access_to
from questions.hooks import TeamTask
from questions.models import Comment, Exam, ExamRole
from questions.services import waiting

logger = structlog.get_logger(__name__)

# The hour of a person's own day from which on a mail may come.
FROM_HOUR = 7
# A comment of this age that could not be mailed is left to the queue.
GIVEN_UP = timedelta(days=7)


@dataclass(frozen=True)
class BankTasks:
    """What waits for someone in the bank of an exam."""

    exam: Exam
    reviews: int
    comments: int
    elsewhere: list[TeamTask]

    @property
    def total(self) -> int:
        return self.reviews + self.comments + sum(task.count for task in self.elsewhere)

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}{reverse('questions:queue', args=[self.exam.code])}"

    @property
    def lines(self) -> list[str]:
        """A sentence for each kind of which something waits."""
        counted = [
            (self.reviews, _reviews(self.reviews)),
            (self.comments, _comments(self.comments)),
        ]
        own = [sentence for count, sentence in counted if count]
        return own + [
            gettext("%(label)s: %(count)s") % {"label": task.label, "count": task.count}
            for task in self.elsewhere
        ]


def mail_tasks(*, limit: int = 500) -> int:
    """Mail everybody in a team, once on each day on which something waits; return how many.

    A mail that fails stops no other, and is tried again with the next call of the day.
    """
    teams = User.objects.filter(exam_roles__isnull=False, is_active=True)
    people = teams.exclude(preferences__has_team_mail=False).distinct().order_by("pk")
    sent = 0
    for person in people.iterator():
        with in_zone_of(person):
            sent += _mail_one(person, timezone.localtime())
        if sent >= limit:
            break
    return sent


def mail_mentions(*, limit: int = 500) -> int:
    """Write to those whom a comment mentions, each once; return how many mails were sent.

    A mail that fails holds up nobody else's, and is tried again with the next call.
    """
    named = Comment.objects.open().filter(mailed_at=None, mentions__isnull=False)
    recent = named.filter(created_at__gt=ClockTimestamp() - GIVEN_UP)
    rows = Comment.objects.filter(pk__in=recent.values("pk")).order_by("pk")
    rows = rows.select_related("question__exam", "author")
    return sum(_mail_comment(comment) for comment in list(rows[:limit]))


def tasks_of(person: User) -> list[BankTasks]:
    """Return what waits for someone, by exam; exams without any are left out."""
    roles = ExamRole.objects.filter(user=person).exclude(exam__state=Exam.State.DELETED)
    found = [
        _tasks_in(Access(person, role.exam, role.role)) for role in roles.select_related("exam")
    ]
    return [tasks for tasks in found if tasks.total]


def _tasks_in(access: Access) -> BankTasks:
    exam = access.exam
    person: User = access.user  # type: ignore[assignment]
    return BankTasks(
        exam=exam,
        reviews=waiting.to_review([exam], person).count() if access.may_approve else 0,
        comments=waiting.comments_for([exam], person).count(),
        elsewhere=waiting.elsewhere([exam]),
    )


def _mail_one(person: User, now: datetime) -> bool:
    """Mail one person, unless it is night, nothing waits, or it was done today."""
    today = now.date()
    if now.hour < FROM_HOUR or not person.is_instructor:
        return False
    try:
        # Outside: another worker that makes the row too would wait for this one's mail.
        Preferences.objects.get_or_create(user=person)
        with transaction.atomic():
            own = _held(person, today)
            banks = tasks_of(person) if own else []
            if not own or not banks:
                return False
            own.team_mailed_on = today
            own.save(update_fields=["team_mailed_on"])
            _send_tasks(person, banks)
    except Exception:
        logger.exception("team_mail_not_sent", user=person.pk)
        return False
    return True


def _held(person: User, today: date) -> Preferences | None:
    """Lock the row of someone who wants a mail and had none today, unless someone else is at it."""
    owed = Preferences.objects.owed("team_mailed_on", today).filter(has_team_mail=True)
    return owed.filter(user=person).first()


def _send_tasks(person: User, banks: list[BankTasks]) -> None:
    reviews, total = sum(bank.reviews for bank in banks), sum(bank.total for bank in banks)
    context = {"person": person, "banks": banks, "settings": _settings_page()}
    text = render_to_string("exams/mail/waiting.txt", context)
    send_mail(_reviews(reviews) if reviews else _waiting(total), text, to=person.email)


def _mail_comment(comment: Comment) -> int:
    """Write to each whom one comment mentions; return to how many."""
    sent = [_mail_mention(person, comment) for person in _owed(comment)]
    if all(sent):
        Comment.objects.filter(pk=comment.pk).update(mailed_at=Now())
    return sum(sent)


def _owed(comment: Comment) -> list[User]:
    """Return who is still to be written to: those to whom the bank is open now."""
    people = User.objects.filter(pk__in=comment.mentions.values("pk"), is_active=True)
    people = people.exclude(pk__in=comment.mailed_to.values("pk"))
    people = people.exclude(preferences__has_team_mail=False).order_by("pk")
    code = comment.question.exam.code
    return [person for person in people if access_to(code, person) is not None]


def _mail_mention(person: User, comment: Comment) -> bool:
    """Write to one whom a comment mentions, unless someone else is at it."""
    rows = Comment.objects.select_for_update(of=("self",), skip_locked=True)
    try:
        with transaction.atomic():
            if rows.filter(pk=comment.pk).first() is None:
                return False
            # Asked once the lock is held: only then all that others sent is seen.
            if comment.mailed_to.filter(pk=person.pk).exists():
                return False
            comment.mailed_to.add(person)
            _send_mention(person, comment)
    except Exception:
        logger.exception("mention_not_sent", comment=comment.pk, user=person.pk)
        return False
    return True


def _send_mention(person: User, comment: Comment) -> None:
    question = comment.question
    page = reverse("questions:question", args=[question.exam.code, question.ref])
    author = str(comment.author or gettext("Someone"))
    context = {
        "comment": comment,
        "question": question,
        "address": f"{settings.SITE_URL}{page}#remark-{comment.pk}",
        "settings": _settings_page(),
    }
    with in_zone_of(person):
        text = render_to_string("exams/mail/mention.txt", context)
        subject = gettext("%(author)s mentioned you in a comment") % {"author": author}
        send_mail(subject, text, to=person.email)


def _settings_page() -> str:
    return f"{settings.SITE_URL}{reverse('accounts:settings')}#team-mail"


def _reviews(count: int) -> str:
    sentence = ngettext(
        "%(count)d question waits for your review",
        "%(count)d questions wait for your review",
        count,
    )
    return sentence % {"count": count}


def _comments(count: int) -> str:
    sentence = ngettext("%(count)d comment for you", "%(count)d comments for you", count)
    return sentence % {"count": count}


def _waiting(count: int) -> str:
    sentence = ngettext(
        "%(count)d task in your question banks", "%(count)d tasks in your question banks", count
    )
    return sentence % {"count": count}
