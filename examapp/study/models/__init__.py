"""What a candidate comes back to: cards with their log, saved questions, notes of their own."""

from examapp.study.models.cards import (
    Card,
    CardEvent,
    CardQuerySet,
    EventKinds,
    EventSources,
    Sureness,
)
from examapp.study.models.keeping import OwnNote, ReadMark, SavedQuestion, TermReviews

__all__ = [
    "Card",
    "CardEvent",
    "CardQuerySet",
    "EventKinds",
    "EventSources",
    "OwnNote",
    "ReadMark",
    "SavedQuestion",
    "Sureness",
    "TermReviews",
]
