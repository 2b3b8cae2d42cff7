"""What the API takes and gives, as its document describes it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, WithJsonSchema, create_model

from examapp.exams.answers.schema import Save
from questions.exchange.item_bounds import MOST_TEXT
from questions.items.editing import MOST_OPTIONS
from questions.items.item import FIELDS, USUAL_LEVEL, ItemField, Level
from questions.items.kinds.registry import kind_names

Word = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=4_000)]
# Texts that a list may hold, and reasons.
_MOST_WORDS = 40
Index = Annotated[int, Field(ge=-1, lt=MOST_OPTIONS)]


def _known_kind(name: str) -> str:
    if name not in kind_names():
        raise ValueError(f"must be one of {', '.join(kind_names())}")
    return name


KindName = Annotated[
    str,
    AfterValidator(_known_kind),
    WithJsonSchema({"enum": [*kind_names()], "type": "string"}),
]


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


class MockOut(Schema):
    slug: str
    title: str
    state: Literal["taken", "next", "open", "reserved", "revised"] = Field(
        description="`reserved` ones are for assignments, `revised` ones cannot be started now."
    )


class BlueprintOut(ExamOut):
    guide_version: str
    type_mix: dict[str, int]
    domains: list[DomainOut]
    mocks: list[MockOut] = Field(description="The mock exams that ask everyone the same.")


class StartIn(Schema):
    form: str = Field("", max_length=40, description="The slug of a mock exam; empty: a new mix.")


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
    items: list[dict[str, object]] = Field(
        description="Questions in their order; options by index in the session's own order."
    )


# Checked one by one, so that a bad answer does not keep the others from being saved.
AnswerIn = Annotated[dict[str, object], WithJsonSchema(Save.model_json_schema())]


class AnswersIn(Schema):
    answers: list[AnswerIn]


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
    report: dict[str, object] | None = None


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
    item: dict[str, object] = Field(description="The newest wording, with its key.")
    case: str = Field(description="Ref of its case, empty without one.")
    version: int | None = Field(description="Number of the live version.")
    stage: str | None = Field(description="How far its draft is; null without one.")


class OptionIn(Schema):
    text: Text = ""
    why: Text = ""
    about: Word = Field("", description="Topic or term that a wrong option stands for.")


def _typed(field: ItemField) -> tuple[Any, Any]:  # as pydantic takes a field
    """Return the type and the default, with its bounds, of one of an item's fields."""
    said: Any = {"description": field.meaning} if field.meaning else {}
    match field.shape:
        case "text" | "id":
            return str, Field("", max_length=field.most or MOST_TEXT, **said)
        case "day":
            return str, Field("", max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$", **said)
        case "list":
            word = Annotated[str, Field(max_length=field.most)]
            return list[word], Field([], max_length=_MOST_WORDS, **said)
        case "reasons":
            reason = Annotated[str, Field(max_length=field.most)]
            return dict[Word, reason], Field({}, max_length=_MOST_WORDS, **said)
        case "flag":
            return bool, Field(False, **said)
        case "share":
            return float | None, Field(None, ge=0, le=1, **said)


_TYPED: Any = {field.name: _typed(field) for field in FIELDS}
_ItemFields = create_model("_ItemFields", __base__=Schema, **_TYPED)


class DraftIn(_ItemFields):  # type: ignore[valid-type,misc]  # made of the item's own fields
    """A draft whole: as `item` of what is read, with the case and the reason of the change."""

    type: KindName = "multiple_choice"
    level: Level = USUAL_LEVEL
    stem: str = Field("", max_length=MOST_TEXT)
    options: list[OptionIn] = Field([], max_length=MOST_OPTIONS)
    right: list[Index] = Field([], max_length=MOST_OPTIONS, description="Options by index, from 0.")
    prompts: list[Text] = Field([], max_length=MOST_OPTIONS)
    case: str = Field("", max_length=80, description="Ref of the case that it shares.")
    reason: str = Field("", max_length=300, description="Why it is changed.")


class DraftOut(Schema):
    ref: str
    stage: str
    revision: int
    is_stale: bool = Field(description="Another wording went live since it was begun.")
    item: dict[str, object]
    case: str
    reason: str
    updated_at: datetime
    etag: str = Field(description="What If-Match names.")


class ReasonIn(Schema):
    reason: str = Field("", max_length=300)


class VersionOut(Schema):
    number: int
    type: str
    level: str
    reason: str
    created_at: datetime
    content: dict[str, object]


class FindingOut(Schema):
    field: str
    severity: str
    rule: str
    message: str


class PreviewOut(Schema):
    """What a file would do, in numbers of questions."""

    fresh: int = Field(description="New to the bank.")
    alike: int = Field(description="Of those, much alike one of the bank.")
    twins: int = Field(description="In the bank, with other words.")
    same: int = Field(description="In the bank, word by word.")
    problems: int
    problem_rows: list[dict[str, object]]
    alike_rows: list[dict[str, object]]
    columns_problem: str = Field(description="What a table's columns do not say, or empty.")
    questions: list[dict[str, object]] = Field(
        description="What the file leaves open: name, title, answers, and the answer in force."
    )
    encoding: str = Field(description="What its characters were guessed to be in, or empty.")


class ImportRowOut(Schema):
    id: UUID
    file_name: str
    format: str
    status: str = Field(
        description="looking, read (waits for commit), queued, running, done, failed, undone."
    )
    done: int
    total: int
    created_at: datetime


class ImportOut(ImportRowOut):
    preview: PreviewOut | None
    report: dict[str, object]


class ExportIn(Schema):
    format: str = Field("csv", max_length=20)
    status: str = Field("", max_length=10, description="Of the questions; empty: all.")


class ExportOut(Schema):
    id: UUID
    format: str
    status: str = Field(description="queued, running, done, failed.")
    count: int
    loss_count: int
    losses: list[dict[str, object]] = Field(description="What the format could not carry.")
    file_name: str
    created_at: datetime


class CommitIn(Schema):
    topic: str = Field("", description="Slug, for questions that name none.", max_length=120)
    duplicates: str = Field("skip", description="skip, update or new.", max_length=10)
    leaves_out_problems: bool = False
    leaves_out_alike: bool = False


class StatisticsOut(Schema):
    sittings: int
    candidates: int
    passed: int
    mean_scaled: float | None
    left_out: int = Field(
        description="Sittings that are not counted: discarded, left out by their candidate, trials."
    )


class Page[Row](Schema):
    items: list[Row]
    next: str | None = Field(description="Cursor of the next page.")
