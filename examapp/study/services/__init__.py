"""What happens to cards, a module for each noun. Every verb is safe to repeat."""

from examapp.study.services.answer import AlreadyAnswered, NotAsked, answer, shown, undo
from examapp.study.services.queue import Queue, due_count, next_due, queue_of
from examapp.study.services.record import Met, record
from examapp.study.services.returns import returns_of
from examapp.study.services.saved import kept

__all__ = [
    "AlreadyAnswered",
    "Met",
    "NotAsked",
    "Queue",
    "answer",
    "due_count",
    "kept",
    "next_due",
    "queue_of",
    "record",
    "returns_of",
    "shown",
    "undo",
]
