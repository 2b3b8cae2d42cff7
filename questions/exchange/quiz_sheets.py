"""Sheets of Udemy, Kahoot, Wayground, Blooket and Gimkit, known by their header rows. Pure.

Their rows hold a question each; above the header may stand a title and instructions. All of them
number options from 1. Cells are plain text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from questions.exchange.collector import ImportCollector
from questions.exchange.columns import unescape_formula
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.plain_text import plain_to_markdown
from questions.items.item import Option
from questions.translation import gettext

# Rows among which a header is looked for.
HEADER_ROWS = 40
# A remark in the cell of a header: `Answer 3 (Optional)`, `Question - max 120 characters`.
_REMARK = re.compile(r"\s*\(.*|\s+[-–—]\s.*|\s*[*:]+$", re.DOTALL)
_NUMBERED = re.compile(
    r"(?:answer option|answer|option) (\d)|(explanation) (\d)|incorrect answer (\d)"
)
_NUMBERS = re.compile(r"\d+(?:\s*[,;]\s*\d+)*")
_COLUMNS = {
    "question": "stem",
    "question text": "stem",
    "question type": "type",
    "correct answer": "key",
    "correct answers": "key",
    "correct answer(s)": "key",
    "correct response": "key",
    "explanation": "explanation",
    "overall explanation": "explanation",
    "answer explanation": "explanation",
    "domain": "category",
    "knowledge area": "category",
    "image link": "picture",
    "time limit": "time",
    "time in seconds": "time",
    "question #": "number",
}
_UNKNOWN = "column "
# What the header of each tool's sheet has, of which others lack some.
_MARKS = {
    "Udemy": {"answer option 1", "answer option 2", "correct answers"},
    "Udemy, older": {"answer option 1", "answer option 2", "correct response"},
    "Kahoot": {"question", "answer 1", "answer 2", "time limit", "correct answer(s)"},
    "Wayground": {
        "question text",
        "question type",
        "option 1",
        "correct answer",
        "time in seconds",
    },
    "Blooket": {"question text", "answer 1", "answer 2", "time limit", "correct answer(s)"},
    "Gimkit": {"question", "correct answer", "incorrect answer 1"},
}
_SINGLE = {"", "multiple-choice", "multiple choice", "true-false", "true false"}
_MULTIPLE = {"multi-select", "multiple-select", "checkbox"}
Row = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class QuizSheet:
    """A tool's sheet: its name, what each column holds, and the place of the row below its header.

    Places count from 0.
    """

    tool: str
    columns: Sequence[str]
    first: int

    def take(self, intake: ImportCollector, rows: Iterable[Row]) -> None:
        """Take its questions in, one a row; `rows` are all rows of the table."""
        for place, (number, cells) in enumerate(islice(rows, self.first, None)):
            texts = [unescape_formula(cell.strip()) for cell in cells]
            values = dict(zip(self.columns, texts, strict=False))
            values.pop("", None)
            if not any(text for name, text in values.items() if name not in ("number", "time")):
                continue
            if not (place == 0 and self._describes_columns(values)):
                self._take_row(intake, number, values)

    def _describes_columns(self, values: Mapping[str, str]) -> bool:
        """Tell whether the row below the header says what its columns are, as Wayground's does."""
        kind = values.get("type", "").casefold()
        return self.tool == "Wayground" and "(" in kind and not _NUMBERS.match(values["key"])

    def _take_row(self, intake: ImportCollector, row: int, values: Mapping[str, str]) -> None:
        kind = values.get("type", "").casefold()
        if kind not in _SINGLE | _MULTIPLE:
            reason = gettext("%(kind)r of %(tool)s is no kind of question here") % {
                "kind": kind[:40],
                "tool": self.tool,
            }
            return intake.fail(row, reason, "question type")
        question = ForeignQuestion(row, is_multiple=kind in _MULTIPLE)
        question.stem = plain_to_markdown(values.get("stem", ""))
        numbers = [number for number in range(1, 10) if values.get(f"option {number}")]
        for number in numbers:
            text = plain_to_markdown(values[f"option {number}"], is_inline=True)
            why = plain_to_markdown(values.get(f"why {number}", ""))
            question.options.append(Option(text, why))
        try:
            question.right = _right(values, numbers)
        except ValueError as error:
            return intake.fail(row, str(error), "correct answer")
        question.explanation = plain_to_markdown(values.get("explanation", ""))
        question.category = values.get("category", "")
        for sentence in _losses(values, numbers):
            question.lose(sentence)
        return question.add_to(intake)


def sheet_in(rows: Sequence[Row]) -> QuizSheet | None:
    """Return the sheet of a known tool that a table's first rows are, None where they are none."""
    for index, (_, cells) in enumerate(rows):
        names = [_name_of(cell) for cell in cells]
        for tool, marks in _MARKS.items():
            if marks <= set(names):
                columns = [_column_of(name, tool) for name in names]
                return QuizSheet(tool.partition(",")[0], columns, index + 1)
    return None


def _losses(values: Mapping[str, str], numbers: Sequence[int]) -> Iterator[str]:
    """Yield a sentence for each cell of a row that has no place in a question."""
    if address := values.get("picture"):
        yield gettext("the picture %(address)r is never fetched") % {"address": address[:200]}
    if values.get("time"):
        yield gettext("its time limit was left out: a question has none here")
    for name, text in values.items():
        if text and name.startswith("why ") and int(name[4:]) not in numbers:
            yield gettext("the explanation of an option without a text was left out: %(text)r") % {
                "text": text[:80]
            }
        elif text and name.startswith(_UNKNOWN):
            column = name.removeprefix(_UNKNOWN)
            yield gettext("column %(column)s was left out: %(text)r") % {
                "column": column,
                "text": text[:80],
            }


def _name_of(cell: str) -> str:
    """Return the name in the cell of a header, without remarks."""
    plain = " ".join(cell.casefold().split())
    if plain.startswith("correct answer(s)"):
        return "correct answer(s)"
    return _REMARK.sub("", plain)


def _column_of(name: str, tool: str) -> str:
    if tool == "Gimkit" and name == "correct answer":
        return "option 1"
    numbered = _NUMBERED.fullmatch(name)
    if not numbered:
        return _COLUMNS.get(name, f"{_UNKNOWN}{name[:40]!r}" if name else "")
    option, _, why, wrong = numbered.groups()
    if wrong:
        # Gimkit's right answer is the first of the options.
        return f"option {int(wrong) + 1}"
    return f"option {option}" if option else f"why {why}"


def _right(values: Mapping[str, str], numbers: Sequence[int]) -> list[int]:
    """Return the indexes of the right options; raises ValueError, with a sentence."""
    if "key" not in values:
        if 1 not in numbers:
            raise ValueError(gettext("the right answer is empty; write it"))
        return [0]
    key = values["key"]
    if not _NUMBERS.fullmatch(key):
        raise ValueError(
            gettext("%(key)r is no number of an option, as 2 or 1,3") % {"key": key[:40]}
        )
    named = [int(number) for number in re.findall(r"\d{1,4}", key)]
    if any(number not in numbers for number in named):
        raise ValueError(
            gettext("%(cell)r names an option that does not exist") % {"cell": key[:40]}
        )
    return sorted({numbers.index(number) for number in named})
