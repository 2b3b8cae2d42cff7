"""JSON of exam simulators: questions in whatever lists and objects they lie. Pure.

A file holds one value, or one in each of its lines. What a list of questions is called, or the
object that holds it, is their category.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from questions.exchange.collector import (
    MOST_ITEMS,
    ImportCollector,
    Loaded,
    texts_question,
)
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.json_fields import Json
from questions.exchange.json_shapes import JsonQuestion, is_question, question_of
from questions.exchange.keys import KeyColumn
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.text_files import FormatError, decoded
from questions.items.item import Option
from questions.translation import gettext, ngettext

# Objects and lists that lie in each other.
MOST_DEPTH = 30
# Names of lists that say nothing of what their questions are about.
_PLAIN_NAMES = re.compile(
    r"questions?|items?|data|results?|quiz(?:zes)?|exams?|tests?|mcqs?|entries|list|bank|pages?|"
    r"elements|rows|records|train|test|validation|\W*\d*"
)
_TITLES = ("category", "topic", "section", "domain", "title", "name")
_MARKS = re.compile(r"[\\`*_\[\]<>#~|]")
# Elements that are closed, and breaks: `<p>` alone may be what a question asks about.
_HTML = re.compile(
    r"</(?:p|b|i|strong|em|code|pre|ul|ol|li|sub|sup|span|div|a)>|<br\s*/?>|<img\s", re.I
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")


def loads(
    data: bytes,
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Read a file of questions; raises FormatError. Rows are their numbers in the file.

    `columns` are a table's; `answers` say what the file leaves open.
    """
    intake = ImportCollector(answers or {})
    value = _value(decoded(data, encoding))
    try:
        entries = list(islice(_entries(value, "", 0), MOST_ITEMS + 1))
    except RecursionError:
        raise FormatError(_too_deep()) from None
    questions = [entry for entry in entries if isinstance(entry, JsonQuestion)]
    if not questions:
        raise FormatError(
            gettext("no object in it has the text of a question and options or an answer")
        )
    texts, keys = _Texts.of(intake, questions), _keys_of(intake, questions)
    for row, entry in enumerate(entries, 1):
        if isinstance(entry, JsonQuestion):
            _take(intake, row, entry, keys, texts)
        else:
            intake.fail(row, entry)
    return intake.loaded()


def _too_deep() -> str:
    return ngettext(
        "values lie in each other more than %(most)s level deep",
        "values lie in each other more than %(most)s levels deep",
        MOST_DEPTH,
    ) % {"most": MOST_DEPTH}


def _value(text: str) -> Json:
    """Return what a text of JSON holds; raises FormatError."""
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if error.msg == "Extra data" and len(lines) > 1:
            return [_line(number, line) for number, line in lines]
        raise FormatError(
            gettext("not JSON: %(error)s") % {"error": error.msg}, error.lineno
        ) from None


def _line(number: int, line: str) -> Json:
    try:
        return _parsed(line)
    except json.JSONDecodeError as error:
        raise FormatError(gettext("not JSON: %(error)s") % {"error": error.msg}, number) from None


def _parsed(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except RecursionError:
        raise FormatError(_too_deep()) from None
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            raise
        raise FormatError(gettext("not JSON: %(error)s") % {"error": error}) from None
    return value


def _entries(value: Json, category: str, depth: int) -> Iterator[JsonQuestion | str]:
    """Yield each question of a value, and for what stands among questions and is none, why."""
    if depth > MOST_DEPTH:
        raise FormatError(_too_deep())
    if isinstance(value, dict):
        if is_question(value):
            question = question_of(value)
            yield replace(question, category=question.category or category)
            return
        title = next((held for name in _TITLES if isinstance(held := value.get(name), str)), "")
        for name, held in value.items():
            is_plain = bool(_PLAIN_NAMES.fullmatch(name.casefold()))
            yield from _entries(held, title or category if is_plain else name, depth + 1)
    elif isinstance(value, list):
        among_questions = any(map(is_question, value))
        for entry in value:
            questions = list(_entries(entry, category, depth + 1))
            yield from questions
            if among_questions and not questions:
                yield gettext("it is no question: it lacks a text, or options and an answer")


@dataclass(frozen=True)
class _Texts:
    """How the texts of a file are read: as "plain", "markdown" or "html"."""

    way: str

    @classmethod
    def of(cls, intake: ImportCollector, questions: list[JsonQuestion]) -> "_Texts":
        """Look at all texts of a file; where marks stand in them, how they are read is shown."""
        texts = [text for question in questions for text in _texts_of(question)]
        if not any(_MARKS.search(text) or _ENTITY.search(text) for text in texts):
            return cls("plain")
        has_tags = any(_HTML.search(text) or _ENTITY.search(text) for text in texts)
        usual = "html" if has_tags else "plain"
        usual = "markdown" if any("```" in text for text in texts) else usual
        return cls(intake.ask(texts_question("plain", "markdown", "html", usual=usual)))

    def word(self, text: str) -> str:
        """Return a name of the file, as its category, without marks."""
        return html.unescape(text) if self.way == "html" else text

    def markdown(self, question: ForeignQuestion, text: str, *, is_inline: bool = False) -> str:
        if self.way == "markdown":
            return text
        if self.way == "html" and (_HTML.search(text) or _ENTITY.search(text)):
            return question.markdown(text, is_inline=is_inline)
        return plain_to_markdown(text, is_inline=is_inline)


def _texts_of(question: JsonQuestion) -> list[str]:
    texts = [question.stem, question.explanation]
    return [*texts, *(text for option in question.options for text in (option.text, option.why))]


def _keys_of(intake: ImportCollector, questions: list[JsonQuestion]) -> KeyColumn:
    """Look at all keys of a file that name options by place or text, and ask how they are read."""
    cells = [
        (question.key, [option.text for option in question.options])
        for question in questions
        if question.key
    ]
    keys = KeyColumn.of(cells)
    if asked := keys.question(cells):
        keys = replace(keys, answer=intake.ask(asked))
    return keys


def _take(
    intake: ImportCollector, row: int, entry: JsonQuestion, keys: KeyColumn, texts: _Texts
) -> None:
    question = ForeignQuestion(row, is_multiple=entry.is_multiple, losses=entry.losses)
    question.right = entry.right
    if not entry.right:
        try:
            question.right = sorted(set(keys.key(entry.key, [o.text for o in entry.options])))
        except ValueError as error:
            return intake.fail(row, str(error), "key")
    question.stem = texts.markdown(question, entry.stem)
    for option in entry.options:
        text = texts.markdown(question, option.text, is_inline=True)
        question.options.append(Option(text, texts.markdown(question, option.why)))
    question.explanation = texts.markdown(question, entry.explanation)
    question.category, question.name = texts.word(entry.category), texts.word(entry.name)
    question.tags = entry.tags
    question.fields = {"sources": tuple(entry.sources)}
    return question.add_to(intake)
