"""A class starts at one moment: starts are let in a few at a time, in the order they came.

A start holds one of a few slots while its paper is drawn and written. A slot is a lock of the
database, so that all web processes share them and a killed one holds none; it is the transaction's,
so that it also holds where a pooler gives each transaction another connection. Who finds none free
gets a ticket and a page that comes back by itself.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.exams.models import ClockTimestamp, ExamForm, StartTicket
from questions.compiled_query import CompiledQuery
from questions.models import Exam

# The first number of our locks; the second is the slot.
_LOCKS = 0x5E47
# So many times the slots may ask for one out of turn, so that a free slot never waits for the first
# in line to come back.
_NEAR = 8
# Who has not asked for so long is passed over, and found at the end when they come back.
AWAY = timedelta(seconds=30)
# Starts that a slot lets in each second, about.
_PER_SECOND = 8
_TAKE = """
SELECT slot FROM generate_series(1, %s) slot WHERE pg_try_advisory_xact_lock(%s, slot) LIMIT 1
"""


@dataclass(frozen=True)
class Place:
    """Where one stands in line, from 1, and in how many seconds to ask again."""

    number: int
    seconds: int


class MustWait(Exception):
    """All slots are taken; the ticket keeps the `place`."""

    def __init__(self, place: Place) -> None:
        super().__init__(gettext("Many people are starting at this moment."))
        self.place = place


@dataclass(frozen=True)
class StartRequest:
    """What a start is for: a mock exam of one's own, or what an app above gives."""

    exam: Exam
    form: ExamForm | None = None
    purpose: str = ""
    target: int = 0


def admitted[T](candidate: User, request: StartRequest, begin: Callable[[], T]) -> T:
    """Begin when it is the candidate's turn; else keep their place and raise MustWait.

    What begins is one transaction, and so is nothing where `begin` raises.
    """
    ticket = _ticket(candidate)
    if _ahead_of(ticket) < _NEAR * settings.STARTS_AT_ONCE:
        with transaction.atomic():
            if _takes_slot():
                begun = begin()
                if ticket:
                    ticket.delete()
                return begun
    raise MustWait(_place(_kept(candidate, ticket, request)))


def _ticket(candidate: User) -> StartTicket | None:
    """Return what a candidate waits with; most who start wait for nothing."""
    keys = _TICKET.rows(candidate.pk)
    return StartTicket.objects.filter(pk=keys[0][0]).first() if keys else None


_TICKET = CompiledQuery(
    lambda candidate: StartTicket.objects.filter(candidate=candidate).order_by().values_list("pk")
)


def _ahead_of(ticket: StartTicket | None) -> int:
    """Return how many who still ask stand before a ticket; before a newcomer stand all."""
    waiting = StartTicket.objects.filter(seen_at__gt=ClockTimestamp() - AWAY)
    return (waiting.filter(pk__lt=ticket.pk) if ticket else waiting).count()


def _takes_slot() -> bool:
    """Take a slot until the transaction ends, if one is free."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [settings.STARTS_AT_ONCE, _LOCKS])
        return cursor.fetchone() is not None


def _kept(candidate: User, ticket: StartTicket | None, request: StartRequest) -> StartTicket:
    """Return the ticket that keeps a candidate's place, for what they want now."""
    values = {**vars(request), "seen_at": Now()}
    kept, _ = StartTicket.objects.update_or_create(candidate=candidate, defaults=values)
    return kept


def _place(ticket: StartTicket) -> Place:
    number = _ahead_of(ticket) + 1
    # Each asks again about when it is their turn, so that a long line costs little.
    seconds = math.ceil(number / (_PER_SECOND * settings.STARTS_AT_ONCE))
    return Place(number, min(15, max(1, seconds)))


def ticket_of(candidate: User) -> StartTicket | None:
    """Return the start that a candidate waits for."""
    tickets = StartTicket.objects.select_related("exam", "form")
    return tickets.filter(candidate=candidate).first()


def give_up(candidate: User) -> None:
    """Leave the line."""
    StartTicket.objects.filter(candidate=candidate).delete()


def drop_stale() -> int:
    """Delete tickets whose candidates have not come back for an hour; return how many."""
    old = StartTicket.objects.filter(seen_at__lt=ClockTimestamp() - timedelta(hours=1))
    return old.delete()[0]
