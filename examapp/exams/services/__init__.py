"""What happens to a sitting, a module for each noun. Every verb is safe to repeat."""

from examapp.exams.answers.save import save_answers, shapes
from examapp.exams.services.errors import ContentChanged, FormIncomplete, TooManyStarts
from examapp.exams.services.finish import finish, has_open_session, sessions_of, sweep
from examapp.exams.services.regrade import Regraded, regrade
from examapp.exams.services.start import start

__all__ = [
    "ContentChanged",
    "FormIncomplete",
    "Regraded",
    "TooManyStarts",
    "finish",
    "has_open_session",
    "regrade",
    "save_answers",
    "sessions_of",
    "shapes",
    "start",
    "sweep",
]
