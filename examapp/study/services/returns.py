"""When a card comes back, in words."""

from datetime import date

from django.utils.translation import gettext, ngettext

from examapp.accounts.models import User
from examapp.study.models import Card
from examapp.study.schedule import Horizon
from examapp.study.services.queue import horizon_of
from examapp.study.services.record import cards_of
from questions.models import Question


def due_on(card: Card, horizon: Horizon) -> date | None:
    """Return the day on which a card comes back, the exam's date heeded; None for never."""
    if card.due_on is None:
        return None
    return horizon.due_on(card.due_on, last_on=card.last_on, is_weak=card.is_weak)


def returns_of(candidate: User, question: Question, today: date) -> str:
    """Return in a sentence when a question comes back; "" for one that does not."""
    card = cards_of(candidate, question.exam, [question]).active().first()
    if card is None:
        return ""
    return sentence(due_on(card, horizon_of(candidate, question.exam)), today)


def sentence(day: date | None, today: date) -> str:
    """Return when a card comes back, as "Comes back in 3 days."; "" for never."""
    if day is None:
        return ""
    days = (day - today).days
    if days <= 0:
        return gettext("Comes back today.")
    if days == 1:
        return gettext("Comes back tomorrow.")
    said = ngettext("Comes back in %(days)d day.", "Comes back in %(days)d days.", days)
    return said % {"days": days}
