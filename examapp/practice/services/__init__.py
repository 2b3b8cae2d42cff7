"""What happens to practice sets, a module for each noun. Every verb is safe to repeat."""

from examapp.practice.services.answer import answer, end, end_overdue, is_overdue, mark_reported
from examapp.practice.services.draw import Available, Choice, Scope, available, counts_by_topic
from examapp.practice.services.errors import NothingToPractice, SetEnded
from examapp.practice.services.past import Past, past_of
from examapp.practice.services.start import start, start_on

__all__ = [
    "Available",
    "Choice",
    "NothingToPractice",
    "Past",
    "Scope",
    "SetEnded",
    "answer",
    "available",
    "counts_by_topic",
    "end",
    "end_overdue",
    "is_overdue",
    "mark_reported",
    "past_of",
    "start",
    "start_on",
]
