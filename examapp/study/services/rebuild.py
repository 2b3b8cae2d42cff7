"""The proof that a card's state is its log: built anew and compared."""

from collections.abc import Iterator

from django.db import transaction

from examapp.study.models import Card
from examapp.study.schedule import project
from examapp.study.services.record import logs_of, reproject, set_state

BATCH = 500
_COMPARED = ("stability", "difficulty", "last_on", "due_on", "is_weak", "turn")


def _batches() -> Iterator[list[int]]:
    keys = list(Card.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def differing() -> list[int]:
    """Return the cards whose state is not what their log comes to."""
    return [key for batch in _batches() for key in _differing(batch)]


@transaction.atomic
def _differing(keys: list[int]) -> list[int]:
    cards = list(Card.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk"))
    logs = logs_of(cards)
    differing = []
    for card in cards:
        stored = [getattr(card, name) for name in _COMPARED]
        log = logs.get(card.pk, [])
        set_state(card, project(log), turn=len(log))
        if stored != [getattr(card, name) for name in _COMPARED]:
            differing.append(card.pk)
    return differing


@transaction.atomic
def rebuild(keys: list[int]) -> None:
    """Bring cards to what their logs come to."""
    reproject(list(Card.objects.filter(pk__in=keys).select_for_update().order_by("pk")))
