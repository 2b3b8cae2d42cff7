"""The preview of an import: computed once and stored, so that its page need not do so again."""

import re
from collections import Counter
from typing import NotRequired, TypedDict
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from questions.exchange.collector import ColumnsUnknown, FileQuestion, Loaded, Problem
from questions.exchange.detection import looks_like
from questions.exchange.registry import guessed
from questions.exchange.text_files import FormatError
from questions.items.content import data_of
from questions.models import MOST_TRIES, Import, ImportStatuses, Topic
from questions.services.editor_findings import EditorFinding, exam_lint_context, findings_for
from questions.services.imports.mapping import FileMapping
from questions.services.imports.plan import Plan, PlannedRow, plan, read

_LINE = re.compile(r"^line \d+: ")
# What differs between two sentences of one meaning: what they quote.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")

logger = structlog.get_logger(__name__)

# Questions that a preview shows, lines of each list, and words whose topic can be set by hand.
SHOWN = 20
MOST_LINES = 200
MOST_PLACES = 60
TOO_SLOW = "reading it took too long, twice; split the file, or save it in another format"
# Findings of a question that its preview shows.
MOST_FINDINGS = 4


class ProblemRow(TypedDict):
    """A problem as an import's preview and report keep it."""

    row: int
    column: str
    reason: str


class WarningRow(TypedDict):
    """What reading changed of a question."""

    row: int
    reason: str


class SumRow(TypedDict):
    """What questions lack or what was left out of them, in words, and how often."""

    count: int
    reason: str


class AlikeRow(TypedDict):
    """A question that is much like one of the bank, and how much, per cent."""

    row: int
    ref: str
    percent: int


class PlaceRow(TypedDict):
    """A word by which a file names a topic, on how many questions, and the topic that it means."""

    kind: str
    word: str
    count: int
    topic: int | None
    title: str


class QuestionRow(TypedDict):
    """What a file leaves open: its answers, each with a label, and the one in force, "" for none.

    `is_needed` says that rows wait for an answer.
    """

    name: str
    title: str
    answers: list[list[str]]
    answer: str
    is_needed: bool


class FindingRow(TypedDict):
    """What an item-writing rule finds in a question."""

    severity: str
    is_error: bool
    message: str


class PreviewRow(TypedDict):
    """A question as its preview shows it; `place` is its topic in words, `twin` a ref."""

    row: int
    ref: str
    item: dict[str, object]  # As data_of writes it; item_of checks it.
    place: str
    twin: str
    is_same: bool
    alike: tuple[str, int] | None
    # Previews that an earlier release stored have none.
    said: NotRequired[list[FindingRow]]


class PreviewCounts(TypedDict):
    rows: int
    fresh: int
    twins: int
    same: int
    alike: int
    problems: int
    warned: int


class Preview(TypedDict):
    """What an import would do, as its row keeps it in JSON and its page shows it.

    `columns` are a table's, each its name there and the one of ours that it holds. `encoding` is
    what the file's characters were guessed to be in, "" where nothing was guessed.
    """

    counts: PreviewCounts
    rows: list[PreviewRow]
    problems: list[ProblemRow]
    warned: list[WarningRow]
    alike: list[AlikeRow]
    columns: list[list[str]]
    places: list[PlaceRow]
    # Previews that an earlier release stored have none of these.
    sums: NotRequired[list[SumRow]]
    questions: NotRequired[list[QuestionRow]]
    encoding: NotRequired[str]
    columns_problem: NotRequired[str]


def plan_import(run: Import) -> tuple[Plan, Loaded]:
    """Return what an import would do to the bank as it is now, and its file as read.

    Raises FormatError.
    """
    mapping = FileMapping.of(run)
    loaded = read(
        bytes(run.content),
        name=run.format,
        encoding=run.encoding,
        columns=mapping.columns,
        answers=mapping.answers,
    )
    planned = plan(run.exam, loaded, default_topic=run.topic, topic_ids=mapping.places)
    return planned, loaded


def compute(run: Import) -> Preview:
    """Return the preview of an import that need not be saved.

    Of a table whose columns are not known it has the columns alone, to be named. Raises FormatError
    for a file that cannot be read, or that breaks its reader.
    """
    try:
        planned, loaded = plan_import(run)
    except ColumnsUnknown as error:
        unread = Loaded(columns=error.columns)
        return {**_preview(run, Plan(), unread), "columns_problem": error.reason}
    except (FormatError, DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        logger.exception("preview_failed", import_id=run.pk)
        raise FormatError(
            "reading it failed; an operator can find the reason in the log"
        ) from error
    return _preview(run, planned, loaded)


def refresh(run: Import) -> Import:
    """Compute an import's preview and store it; the import fails where the file cannot be read.

    A file that breaks its reader fails too: it would do so again. What the database or a worker's
    time limit interrupts is tried again by the next sweep.
    """
    try:
        preview = compute(run)
    except FormatError as error:
        _fail(run, error.reason, error.line)
    else:
        _not_begun(run).update(status=ImportStatuses.READ, preview=preview, touched_at=Now())
    return Import.objects.defer("content").select_related("exam", "by").get(pk=run.pk)


def _fail(run: Import, reason: str, row: int = 0) -> None:
    problem: ProblemRow = {"row": row, "column": "", "reason": reason}
    _not_begun(run).update(
        status=ImportStatuses.FAILED,
        report={"problems": [problem], "problem_count": 1},
        content=b"",
        finished_at=Now(),
    )


def _not_begun(run: Import) -> QuerySet[Import]:
    """Return the import, unless a worker began to write it."""
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    return Import.objects.filter(pk=run.pk, status__in=unused)


def queue(run: Import) -> Import:
    """Queue a file for a worker that computes its preview."""
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(status=ImportStatuses.LOOKING, tries=0, touched_at=Now())
    return Import.objects.defer("content").select_related("exam").get(pk=run.pk)


def execute(run_id: UUID) -> None:
    """Compute the preview of a queued file; once it is there, a second call changes nothing.

    A try is counted before it begins, so that one which takes its worker along counts too. A file
    whose tries are used up fails with a sentence.
    """
    waiting = Import.objects.filter(pk=run_id, status=ImportStatuses.LOOKING)
    is_tried = waiting.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1, touched_at=Now())
    run = waiting.select_related("exam", "topic__task").first()
    if run is None:
        return
    if not is_tried:
        if Import.objects.to_preview().filter(pk=run_id).exists():
            _fail(run, TOO_SLOW)
        return
    try:
        _detect_format(run)
        refresh(run)
    except FormatError as error:
        _fail(run, error.reason, error.line)
    except SoftTimeLimitExceeded:
        logger.warning("preview_out_of_time", import_id=run.pk, tries=run.tries)
        if run.tries >= MOST_TRIES:
            _fail(run, TOO_SLOW)


def _detect_format(run: Import) -> None:
    """Tell the format of a file whose sender did not; raises FormatError where nothing speaks."""
    if run.format:
        return
    content = bytes(run.content)
    name = guessed(run.file_name, content)
    if not name:
        known = looks_like(run.file_name, content)
        raise FormatError(f"the file is of no format that is read: {known}")
    run.format = name
    _not_begun(run).update(format=name)


class Choices(TypedDict):
    """What is done with questions that the bank has, or that are problems, once it is imported."""

    duplicates: str
    leaves_out_problems: bool
    leaves_out_alike: bool


def set_mapping(
    run: Import, *, topic: Topic | None, mapping: FileMapping, choices: Choices
) -> bool:
    """Store how a file is to be read; return whether its preview is out of date by that.

    `choices` are kept for the form that the next preview has.
    """
    data = mapping.to_json()
    if run.preview and (run.topic, run.mapping) == (topic, data):
        return False
    run.topic, run.mapping, run.preview = topic, data, {}
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(topic=topic, mapping=data, preview={}, **choices)
    return True


def _preview(run: Import, planned: Plan, loaded: Loaded) -> Preview:
    warned: list[WarningRow] = [
        {"row": row.imported.row, "reason": warning}
        for row in planned.rows
        for warning in row.imported.warnings
    ]
    return {
        "counts": _counts(planned, len(warned)),
        "rows": _rows(run, planned.rows[:SHOWN]),
        "problems": [problem_row(problem) for problem in planned.problems[:MOST_LINES]],
        "warned": warned[:MOST_LINES],
        "sums": _sums(planned),
        "alike": _alike(planned)[:MOST_LINES],
        "columns": [list(column) for column in loaded.columns],
        "questions": [_question(question) for question in loaded.questions],
        "encoding": loaded.encoding,
        "places": _places(planned),
    }


def _counts(planned: Plan, warned: int) -> PreviewCounts:
    return {
        "rows": len(planned.rows),
        "fresh": len(planned.fresh),
        "twins": len(planned.twins),
        "same": len(planned.same),
        "alike": len(planned.alike),
        "problems": len(planned.problems),
        "warned": warned,
    }


def problem_row(problem: Problem) -> ProblemRow:
    return {"row": problem.row, "column": problem.column, "reason": problem.reason}


def _rows(run: Import, rows: list[PlannedRow]) -> list[PreviewRow]:
    context = exam_lint_context(run.exam)
    return [_row(row, findings_for(row.item, context)[:MOST_FINDINGS]) for row in rows]


def _row(row: PlannedRow, findings: list[EditorFinding]) -> PreviewRow:
    return {
        "said": [
            {
                "severity": finding.severity,
                "is_error": finding.is_error,
                "message": finding.message,
            }
            for finding in findings
        ],
        "row": row.imported.row,
        "ref": row.imported.item.ref,
        "item": data_of(row.item),
        "place": _title(row.topic),
        "twin": row.twin.ref if row.twin else "",
        "is_same": row.is_same,
        "alike": (row.alike[0], round(100 * row.alike[1])) if row.alike else None,
    }


def _question(question: FileQuestion) -> QuestionRow:
    return {
        "name": question.name,
        "title": question.title,
        "answers": [list(answer) for answer in question.answers],
        "answer": question.answer,
        "is_needed": question.is_needed,
    }


def _alike(planned: Plan) -> list[AlikeRow]:
    return [
        {"row": row.imported.row, "ref": row.alike[0], "percent": round(100 * row.alike[1])}
        for row in planned.rows
        if row.alike
    ]


def _places(planned: Plan) -> list[PlaceRow]:
    """Return the words by which the file names topics, those without a topic first."""
    rows: list[PlaceRow] = [
        {
            "kind": kind,
            "word": word,
            "count": count,
            "topic": topic.pk if topic else None,
            "title": _title(topic),
        }
        for (kind, word), (count, topic) in planned.places.items()
    ]
    rows.sort(key=lambda row: (row["topic"] is not None, row["kind"], row["word"]))
    return rows[:MOST_PLACES]


def _title(topic: Topic | None) -> str:
    return f"{topic.task.number} {topic.title}" if topic else ""


def _sums(planned: Plan) -> list[SumRow]:
    """Return what the questions lack and what was left out of them, each with how often."""
    counts = Counter(
        _QUOTED.sub("…", _LINE.sub("", warning))
        for row in planned.rows
        for warning in row.imported.warnings
    )
    for row in planned.rows:
        item = row.imported.item
        counts["question without any explanation"] += not any(o.why for o in item.options)
        counts["option without an explanation"] += sum(not o.why for o in item.options)
        counts["question without a source"] += not item.sources
    return [
        {"count": count, "reason": reason} for reason, count in counts.most_common(SHOWN) if count
    ]
