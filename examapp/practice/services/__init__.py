"""What happens to practice sets, a module for each noun. Every verb is safe to repeat."""

from examapp.practice.services.answer import answer, end, mark_reported
from examapp.practice.services.draw import Choice, Scope, counts_by_topic
from examapp.practice.services.errors import NothingToPractice, SetEnded
from examapp.practice.services.start import start, start_on

__all__ = [
    "Choice",
    "NothingToPractice",
    "Scope",
    "SetEnded",
    "answer",
    "counts_by_topic",
    "end",
    "mark_reported",
    "start",
    "start_on",
]
