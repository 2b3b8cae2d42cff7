"""Deleting what a person comes back to, with the person."""

from django.db import connection, transaction

from examapp.accounts.models import User
from examapp.study.models import Card, CardEvent, OwnNote, ReadMark, SavedQuestion


@transaction.atomic
def forget(person: User) -> None:
    """Delete a person's cards with their log, saved questions, notes and read marks."""
    with connection.cursor() as cursor:
        # The log is append-only otherwise; the word holds until the end of the transaction.
        cursor.execute("SELECT set_config('study.forgetting', 'on', true)")
        CardEvent.objects.filter(card__candidate=person).delete()
        Card.objects.of(person).delete()
        cursor.execute("SELECT set_config('study.forgetting', 'off', true)")
    for kept in (SavedQuestion, OwnNote, ReadMark):
        kept._default_manager.filter(candidate=person).delete()
