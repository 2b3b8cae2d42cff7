"""What happens to a sitting, a module for each noun. Every verb is safe to repeat."""

from examapp.exams.answers.save import save_answers
from examapp.exams.services.admission import MustWait, StartRequest, admitted
from examapp.exams.services.discard import discard, leave_out
from examapp.exams.services.errors import (
    AnotherSittingOpen,
    ExamNotOpen,
    FormIncomplete,
    GuestLimit,
    SessionStillOpen,
    SittingCounts,
    TooManyStarts,
)
from examapp.exams.services.extensions import Extended, extend
from examapp.exams.services.finish import finish, sessions_of, sweep
from examapp.exams.services.reopen import reopen
from examapp.exams.services.start import begin, open_session_of, prepare, start

__all__ = [
    "AnotherSittingOpen",
    "ExamNotOpen",
    "Extended",
    "FormIncomplete",
    "GuestLimit",
    "MustWait",
    "SessionStillOpen",
    "SittingCounts",
    "StartRequest",
    "TooManyStarts",
    "admitted",
    "begin",
    "discard",
    "extend",
    "finish",
    "leave_out",
    "open_session_of",
    "prepare",
    "reopen",
    "save_answers",
    "sessions_of",
    "start",
    "sweep",
]
