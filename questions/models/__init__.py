"""The bank: exams with their blueprint, notes, immutable questions, and who writes them."""

from questions.models.audit import AuditEntry
from questions.models.blueprint import (
    Domain,
    Exam,
    Note,
    Source,
    Task,
    Topic,
    reading_minutes,
)
from questions.models.bulk_runs import BulkRun
from questions.models.choices import (
    Duplicates,
    ExamStates,
    GradingPolicies,
    ImportStatuses,
    JobStatuses,
    Levels,
    Origins,
    QuestionStatuses,
    Roles,
    Stages,
    StrictnessLevels,
    is_one_of,
)
from questions.models.drafts import Comment, Draft
from questions.models.images import Image
from questions.models.questions import Case, Question, QuestionQuerySet, QuestionVersion
from questions.models.saved_views import SavedView
from questions.models.team import ExamRole
from questions.models.transfers import MOST_TRIES, Export, Import, NotesImport

__all__ = [
    "MOST_TRIES",
    "AuditEntry",
    "BulkRun",
    "Case",
    "Comment",
    "Domain",
    "Draft",
    "Duplicates",
    "Exam",
    "ExamRole",
    "ExamStates",
    "Export",
    "GradingPolicies",
    "Image",
    "Import",
    "ImportStatuses",
    "JobStatuses",
    "Levels",
    "Note",
    "NotesImport",
    "Origins",
    "Question",
    "QuestionQuerySet",
    "QuestionStatuses",
    "QuestionVersion",
    "Roles",
    "SavedView",
    "Source",
    "Stages",
    "StrictnessLevels",
    "Task",
    "Topic",
    "is_one_of",
    "reading_minutes",
]
