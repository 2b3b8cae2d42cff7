"""What happens to a sitting, a module for each noun. Every verb is safe to repeat."""

from examapp.exams.answers.save import save_answers
from examapp.exams.services.discard import discard, leave_out, may_be_discarded
from examapp.exams.services.errors import (
    ExamNotOpen,
    FormIncomplete,
    SittingCounts,
    TooManyStarts,
)
from examapp.exams.services.finish import finish, sessions_of, sweep
from examapp.exams.services.start import start

__all__ = [
    "ExamNotOpen",
    "FormIncomplete",
    "SittingCounts",
    "TooManyStarts",
    "discard",
    "finish",
    "leave_out",
    "may_be_discarded",
    "save_answers",
    "sessions_of",
    "start",
    "sweep",
]
