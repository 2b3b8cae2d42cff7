"""What happens to a sitting, a module for each noun. Every verb is safe to repeat."""

from examapp.exams.answers.save import save_answers
from examapp.exams.services.errors import (
    AnotherSittingOpen,
    FormIncomplete,
    SessionStillOpen,
    TooManyStarts,
)
from examapp.exams.services.extensions import Extended, extend
from examapp.exams.services.finish import finish, sessions_of, sweep
from examapp.exams.services.reopen import reopen
from examapp.exams.services.start import begin, open_session_of, prepare, start

__all__ = [
    "AnotherSittingOpen",
    "Extended",
    "FormIncomplete",
    "SessionStillOpen",
    "TooManyStarts",
    "begin",
    "extend",
    "finish",
    "open_session_of",
    "prepare",
    "reopen",
    "save_answers",
    "sessions_of",
    "start",
    "sweep",
]
