"""Mails on study days, for who wishes them: how many reviews are due."""

from datetime import date, datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from examapp.accounts.models import Preferences, User
from examapp.accounts.time_zones import in_zone_of
from examapp.exams.models import ExamSession
from examapp.study.models import Card
from examapp.study.services.queue import due_count
from examapp.web.mail import send_mail
from questions.models import Exam

logger = structlog.get_logger(__name__)

# The hour of a person's own day from which on a mail may come.
FROM_HOUR = 7


def remind(*, limit: int = 500) -> int:
    """Mail everybody once on each of their study days on which something is due; return how many.

    A mail that fails stops no other, and is tried again with the next call of the day.
    """
    wishes = Preferences.objects.filter(has_reminders=True, user__is_active=True)
    people = wishes.exclude(user__role=User.Role.GUEST).select_related("user").order_by("pk")
    sent = 0
    for preferences in people.iterator():
        with in_zone_of(preferences.user):
            sent += _remind_one(preferences, timezone.localtime())
        if sent >= limit:
            break
    return sent


def _remind_one(preferences: Preferences, now: datetime) -> bool:
    """Mail one person, unless it is not the time, nothing is due, or it was done today."""
    today = now.date()
    is_time = now.hour >= FROM_HOUR and today.weekday() in preferences.study_days
    if not is_time or preferences.reminded_on == today:
        return False
    try:
        with transaction.atomic():
            owed = Preferences.objects.owed("reminded_on", today).filter(has_reminders=True)
            own = owed.filter(pk=preferences.pk).first()
            due = _due_of(preferences.user, today) if own else 0
            if not own or not due:
                return False
            own.reminded_on = today
            own.save(update_fields=["reminded_on"])
            _mail(preferences.user, due)
    except Exception:
        logger.exception("reminder_not_sent", user=preferences.user_id)
        return False
    return True


def _due_of(person: User, today: date) -> int:
    """Return how many reviews are left of the day in all exams; 0 while the person sits one."""
    if ExamSession.objects.of(person).open().exists():
        return 0
    cards = Card.objects.of(person).active().filter(due_on__lte=today).order_by()
    exams = Exam.objects.filter(pk__in=cards.values("exam").annotate(n=Count("pk")).values("exam"))
    return sum(due_count(person, exam) for exam in exams)


def _mail(person: User, due: int) -> None:
    subject = ngettext("%(due)d review is due today", "%(due)d reviews are due today", due)
    links = {"home": reverse("home"), "settings": reverse("accounts:settings")}
    context = {name: f"{settings.SITE_URL}{path}" for name, path in links.items()}
    text = render_to_string("study/mail/due.txt", context | {"person": person, "due": due})
    send_mail(subject % {"due": due}, text, to=person.email)
