"""The sitting: forms, sessions, answers, scores, corrected keys, and reports of problems."""

from examapp.exams.models.choices import FinishReasons, Outcomes, SessionStatuses
from examapp.exams.models.corrections import (
    KeyCorrection,
    Policies,
    ProblemKinds,
    ProblemReport,
    RegradeNotice,
)
from examapp.exams.models.database_clock import ClockTimestamp, StatementTimestamp
from examapp.exams.models.exam_forms import ExamForm, ExamFormItem, ExamFormKinds
from examapp.exams.models.extensions import TimeExtension
from examapp.exams.models.left_out import LeftOutCounts
from examapp.exams.models.paper_stock import StockedPaper
from examapp.exams.models.sessions import (
    AnswerEvent,
    DomainScore,
    ExamSession,
    ExamSessionQuerySet,
    Score,
    SessionItem,
)
from examapp.exams.models.start_tickets import StartTicket
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
    "LeftOutCounts",
    "Outcomes",
    "Policies",
    "ProblemKinds",
    "ProblemReport",
    "RegradeNotice",
    "Score",
    "SessionItem",
    "SessionStatuses",
    "StartTicket",
    "StatementTimestamp",
    "StockedPaper",
    "TimeExtension",
    "ToldOutcomes",
    "ToldResult",
]
