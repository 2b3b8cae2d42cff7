"""Deleting what a person comes back to, with the person."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from examapp.accounts.models import User
from examapp.study.models import Card, CardEvent, OwnNote, ReadMark, SavedQuestion, TermReviews


@contextmanager
def log_may_be_deleted() -> Iterator[None]:
    """Let rows of the log be deleted, which a trigger refuses otherwise; in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('study.forgetting', 'on', true)")
        yield
        cursor.execute("SELECT set_config('study.forgetting', 'off', true)")


@transaction.atomic
def forget(person: User) -> None:
    """Delete a person's cards with their log, and all that they keep or chose by hand."""
    with log_may_be_deleted():
        CardEvent.objects.filter(card__candidate=person).delete()
        Card.objects.of(person).delete()
    for kept in (SavedQuestion, OwnNote, ReadMark, TermReviews):
        kept._default_manager.filter(candidate=person).delete()
