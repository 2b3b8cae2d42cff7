"""What a preview of an import holds, as its row keeps it in JSON, and how it is worked out."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

from questions.exchange.collector import FileQuestion, Loaded, Problem
from questions.exchange.markdown_source import SUFFIXES
from questions.exchange.registry import FORMATS
from questions.exchange.text_files import AT_LINE, IN_FILE, samples_of
from questions.items.content import key_of, wording
from questions.items.item import Item
from questions.items.kinds.parts import ContentText, KeyText
from questions.markdown import without_pictures
from questions.models import Import, Topic
from questions.services.editor_findings import EditorFinding, exam_lint_context, findings_for
from questions.services.imports.plan import Plan, PlannedRow
from questions.translation import gettext

# Where something stands: a text of a package, and a line of a file. An apostrophe inside a word is
# part of a name; a quote is none.
_PLACES = (
    (
        IN_FILE,
        "path",
        rf"(?:[^'\"]|(?<=\w)'(?=\w)){{1,80}}?(?:{'|'.join(map(re.escape, SUFFIXES))})",
    ),
    (AT_LINE, "line", r"\d+"),
)
# What differs between two sentences of one meaning: what they quote.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")

# Questions that a preview shows, lines of each list, and words whose topic can be set by hand.
SHOWN = 20
MOST_LINES = 200
MOST_PLACES = 60
MOST_PICTURES = 60
# The form of what is stored; a preview of another is worked out again.
EDITION = 2
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
    """A question as it will be, with its key; `place` is its topic in words, `twin` a ref.

    Pictures that its file brings are not stored yet: their descriptions stand for them.
    """

    row: int
    ref: str
    type: str
    html: ContentText
    key: KeyText
    place: str
    twin: str
    is_same: bool
    alike: tuple[str, int] | None
    said: list[FindingRow]


class LackRow(TypedDict):
    """How many questions, or options, have not what one may wish for."""

    explained_options: int
    explained_questions: int
    sources: int
    topics: int
    levels: int


class PictureRow(TypedDict):
    """A picture without a description: where its file has it, its name there, its first row."""

    address: str
    name: str
    row: int


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
    what the file's characters were guessed to be in, "" where nothing was guessed; `samples` are
    how they read in each that they may be in. `undescribed` pictures lack words, `missing` ones
    lie beside the file, where the format can take them from there.
    """

    edition: int
    counts: PreviewCounts
    lacks: LackRow
    rows: list[PreviewRow]
    problems: list[ProblemRow]
    warned: list[WarningRow]
    alike: list[AlikeRow]
    columns: list[list[str]]
    columns_problem: str
    places: list[PlaceRow]
    sums: list[SumRow]
    questions: list[QuestionRow]
    encoding: str
    samples: list[list[str]]
    undescribed: list[PictureRow]
    missing: list[str]


def is_current(preview: Preview) -> bool:
    """Tell whether a preview is there, as this release reads it."""
    return preview.get("edition") == EDITION


def preview_of(run: Import, planned: Plan, loaded: Loaded, *, columns_problem: str = "") -> Preview:
    """Return the preview of a file as read and planned."""
    warned: list[WarningRow] = [
        {"row": row.imported.row, "reason": warning}
        for row in planned.rows
        for warning in row.imported.warnings
    ]
    takes_pictures = run.format in FORMATS and FORMATS[run.format].takes_pictures
    return {
        "edition": EDITION,
        "counts": _counts(planned, len(warned)),
        "lacks": _lacks(planned),
        "rows": _rows(run, planned),
        "problems": [problem_row(problem) for problem in planned.problems[:MOST_LINES]],
        "warned": warned[:MOST_LINES],
        "sums": _sums(planned.rows),
        "alike": _alike(planned)[:MOST_LINES],
        "columns": [list(column) for column in loaded.columns],
        "columns_problem": columns_problem,
        "questions": [_question(question) for question in loaded.questions],
        "encoding": loaded.encoding,
        "samples": [list(sample) for sample in samples_of(bytes(run.content))],
        "places": _places(planned),
        "undescribed": [
            {"address": address, "name": image.name, "row": image.row}
            for address, image in list(planned.undescribed.items())[:MOST_PICTURES]
        ],
        "missing": list(loaded.missing[:MOST_PICTURES]) if takes_pictures else [],
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


def _rows(run: Import, planned: Plan) -> list[PreviewRow]:
    context = exam_lint_context(run.exam)
    return [
        _row(row, findings_for(row.item, context), planned.images) for row in planned.rows[:SHOWN]
    ]


def _row(row: PlannedRow, findings: list[EditorFinding], new: Iterable[str]) -> PreviewRow:
    html, key = _shown(row.item, frozenset(new))
    # What is said of several options is said once.
    said: dict[str, FindingRow] = {
        finding.message: {
            "severity": finding.severity,
            "is_error": finding.is_error,
            "message": finding.message,
        }
        for finding in findings
    }
    return {
        "said": list(said.values())[:MOST_FINDINGS],
        "row": row.imported.row,
        "ref": row.imported.item.ref,
        "type": row.item.type,
        "html": html,
        "key": key,
        "place": _title(row.topic),
        "twin": row.twin.ref if row.twin else "",
        "is_same": row.is_same,
        "alike": (row.alike[0], round(100 * row.alike[1])) if row.alike else None,
    }


def _shown(item: Item, new: frozenset[str]) -> tuple[ContentText, KeyText]:
    """Return a question's wording and key as HTML, without pictures that are not stored yet."""
    _, html = wording(item, None)
    key = key_of(item)
    if new:
        html["stem"] = without_pictures(html["stem"], new)
        for texts in (html["options"], html["prompts"], key["whys_html"]):
            texts[:] = [without_pictures(text, new) for text in texts]
    return html, key


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


def _lacks(planned: Plan) -> LackRow:
    items = [row.imported.item for row in planned.rows]
    return {
        "explained_options": sum(not option.why for item in items for option in item.options),
        "explained_questions": sum(not any(o.why for o in item.options) for item in items),
        "sources": sum(not item.sources for item in items),
        "topics": planned.without_topic,
        "levels": sum(not row.imported.has_level for row in planned.rows),
    }


def _sums(rows: Iterable[PlannedRow]) -> list[SumRow]:
    """Return what was changed in reading or left out, each with how often."""
    counts = Counter(
        _QUOTED.sub("…", _without_place(warning))
        for row in rows
        for warning in row.imported.warnings
    )
    return [{"count": count, "reason": reason} for reason, count in counts.most_common(SHOWN)]


def _without_place(warning: str) -> str:
    """Return what is said of a file without the place that it is said of."""
    for sentence, name, shape in _PLACES:
        pattern = re.escape(gettext(sentence)).replace(rf"%\({name}\)s", shape, 1)
        pattern = pattern.replace(r"%\(reason\)s", "(?P<reason>.*)", 1)
        if match := re.fullmatch(pattern, warning, re.IGNORECASE | re.DOTALL):
            warning = match["reason"]
    return warning
