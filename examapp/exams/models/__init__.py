"""The sitting: forms, sessions, answers, scores, corrected keys, and reports of problems."""

from examapp.exams.models.corrections import (
    KeyCorrection,
    Policies,
    ProblemKinds,
    ProblemReport,
    RegradeNotice,
)
from examapp.exams.models.exam_forms import ExamForm, ExamFormItem, ExamFormKinds
from examapp.exams.models.extensions import TimeExtension
from examapp.exams.models.sessions import (
    AnswerEvent,
    ClockTimestamp,
    DomainScore,
    ExamSession,
    ExamSessionQuerySet,
    FinishReasons,
    Outcomes,
    Score,
    SessionItem,
    SessionStatuses,
    StatementTimestamp,
)
from examapp.exams.models.told_results import ToldOutcomes, ToldResult

__all__ = [
    "AnswerEvent",
    "ClockTimestamp",
    "DomainScore",
    "ExamForm",
    "ExamFormItem",
    "ExamFormKinds",
    "ExamSession",
    "ExamSessionQuerySet",
    "FinishReasons",
    "KeyCorrection",
    "Outcomes",
    "Policies",
    "ProblemKinds",
    "ProblemReport",
    "RegradeNotice",
    "Score",
    "SessionItem",
    "SessionStatuses",
    "StatementTimestamp",
    "TimeExtension",
    "ToldOutcomes",
    "ToldResult",
]
