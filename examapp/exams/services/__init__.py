"""What happens to a sitting, a module for each noun. Every verb is safe to repeat."""

from examapp.exams.answers.save import save_answers
from examapp.exams.services.errors import ExamNotOpen, FormIncomplete, TooManyStarts
from examapp.exams.services.finish import finish, sessions_of, sweep
from examapp.exams.services.start import start

__all__ = [
    "ExamNotOpen",
    "FormIncomplete",
    "TooManyStarts",
    "finish",
    "save_answers",
    "sessions_of",
    "start",
    "sweep",
]
