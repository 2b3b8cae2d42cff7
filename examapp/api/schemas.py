"""What the API takes and gives, as its document describes it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class TaskOut(Schema):
    number: str
    title: str
    weight: float


class DomainOut(Schema):
    number: int
    title: str
    weight: float = Field(description="Per cent of the exam.")
    tasks: list[TaskOut]


class ExamOut(Schema):
    code: str
    title: str
    minutes: int
    scored_count: int
    unscored_count: int
    scale_min: int
    scale_cut: int = Field(description="Scaled score that passes.")
    scale_max: int


class BlueprintOut(ExamOut):
    guide_version: str
    type_mix: dict[str, int]
    domains: list[DomainOut]


class SessionOut(Schema):
    id: UUID
    exam: str
    status: str
    started_at: datetime
    deadline_at: datetime
    finished_at: datetime | None
    finish_reason: str


class PastSessionOut(SessionOut):
    scaled: int | None
    is_pass: bool | None


class PaperOut(Schema):
    session: SessionOut
    items: list[dict[str, Any]] = Field(
        description="Questions in their order; options by index in the session's own order."
    )


class AnswersIn(Schema):
    answers: list[dict[str, Any]] = Field(
        description="Each: position, response, client (UUID), seq, base, elapsed_ms, flagged."
    )


class ReceiptOut(Schema):
    state: str
    server_now: datetime
    deadline: datetime
    saved: list[dict[str, Any]]


class DomainScoreOut(Schema):
    number: int
    title: str
    credit: float
    max_credit: int


class ResultOut(Schema):
    session: SessionOut
    scaled: int
    is_pass: bool
    credit: float
    max_credit: int
    domains: list[DomainScoreOut]
    regraded: bool


class WeakAreasOut(Schema):
    state: str = Field(description="ready, or pending: ask again in a second.")
    estimator: str | None = None
    report: dict[str, Any] | None = None


class QuestionOut(Schema):
    ref: str
    type: str
    level: str
    status: str
    task: str
    topic: str
    stem: str
    changed_at: datetime


class WholeQuestionOut(QuestionOut):
    item: dict[str, Any] = Field(description="The newest wording, with its key.")
    version: int | None = Field(description="Number of the live version.")


class VersionOut(Schema):
    number: int
    type: str
    level: str
    reason: str
    created_at: datetime
    content: dict[str, Any]


class FindingOut(Schema):
    field: str
    severity: str
    rule: str
    message: str


class ImportOut(Schema):
    id: UUID
    file_name: str
    format: str
    status: str
    done: int
    total: int
    report: dict[str, Any]


class PlannedImportOut(ImportOut):
    new: int
    twins: int
    same: int
    problems: list[dict[str, Any]]


class CommitIn(Schema):
    topic: str = Field("", description="Slug, for questions that name none.", max_length=120)
    duplicates: str = Field("skip", description="skip, update or new.", max_length=10)
    leaves_out_problems: bool = False


class StatisticsOut(Schema):
    sittings: int
    candidates: int
    passed: int
    mean_scaled: float | None


class Page[Row](Schema):
    items: list[Row]
    next: str | None = Field(description="Cursor of the next page.")
