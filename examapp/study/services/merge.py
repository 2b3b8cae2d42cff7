"""Giving the cards of a guest to the account that they sign in to."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from examapp.accounts.models import User
from examapp.study.models import Card, CardEvent
from examapp.study.services.forget import log_may_be_deleted
from examapp.study.services.record import reproject


@transaction.atomic
def give(guest: User, account: User) -> None:
    """Make a guest's cards the account's; where both have a card, its log becomes one."""
    theirs = Card.objects.of(account).filter(exam=OuterRef("exam"), fact=OuterRef("fact"))
    has_one = Q(Exists(theirs.exclude(fact=""))) | Q(
        Exists(theirs.filter(fact="", question=OuterRef("question")))
    )
    has_one |= Q(Exists(theirs.exclude(term="").filter(term=OuterRef("term"))))
    for card in Card.objects.of(guest).filter(has_one).select_for_update().order_by("pk"):
        same = Card.objects.of(account).filter(exam=card.exam_id, fact=card.fact)
        if not card.fact:
            same = same.filter(question=card.question_id, term=card.term)
        _join(card, same.select_for_update().get())
    Card.objects.of(guest).update(candidate=account)


def _join(card: Card, into: Card) -> None:
    """Append the log of a card to that of another, and delete the card."""
    log = list(card.events.order_by("at", "pk"))
    with log_may_be_deleted():
        card.events.all().delete()
        card.delete()
    written: dict[int, CardEvent] = {}
    for event in log:
        key = event.pk
        event.pk, event.card, event.of = None, into, written.get(event.of_id or 0)
        event.save(force_insert=True)
        written[key] = event
    reproject([into])
