"""The shapes in which simulators of exams hold a question as JSON, made one. Pure.

A key is kept as it stands wherever it is no option's mark or id: how numbers are counted shows in
the whole file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from questions.exchange.json_fields import Fields, Json, plain_name, text_of, texts_of
from questions.translation import gettext

_STEM = (
    *("questiontext", "question", "stem", "prompt", "questiontitle", "questioncontent", "q"),
    *("problem", "text", "title", "content", "body"),
)
_OPTIONS = (
    *("options", "choices", "answeroptions", "answerchoices", "alternatives", "possibleanswers"),
    *("variants", "responses", "answers", "a"),
)
_KEY = (
    *("correctanswers", "correctanswer", "correctoptions", "correctoption", "correctindexes"),
    *("correctindices", "correctindex", "correctanswerindex", "correctanswerid", "correctoptionid"),
    *("correctchoices", "correctchoice", "correctresponse", "answerindex", "answerkey", "answerid"),
    *("rightanswers", "rightanswer", "correctids", "answer", "correct", "right", "solution", "key"),
    *("label", "target", "answers"),
)
_WRONG = ("incorrectanswers", "wronganswers", "distractors")
_EXPLANATION = ("explanation", "rationale", "feedback", "reason", "justification", "why", "support")
_SOURCES = ("references", "reference", "sources", "source", "links", "link", "url", "urls")
_CATEGORY = ("category", "topic", "domain", "section", "subject", "area", "module", "chapter")
_MULTIPLE = (
    *("multiple", "ismultiple", "ismultiplechoice", "multiplechoice", "multipleanswers"),
    *("multiselect", "ismultiselect", "multiplecorrectanswers", "hasmultipleanswers"),
)
_NAME = ("id", "questionid", "qid", "uuid", "ref", "slug")
_TYPE = ("type", "questiontype", "kind", "format")
_PICTURE = ("image", "images", "imageurl", "img", "picture", "pictureurl", "exhibit", "imagepath")
# What numbers or dates a question and says nothing of it.
_SILENT = (
    *("questionnumber", "number", "no", "num", "index", "order", "position", "createdat"),
    *("updatedat", "timestamp", "version"),
)
_OPTION_TEXT = (
    *("text", "optiontext", "answertext", "choicetext", "option", "choice", "content", "answer"),
    *("value", "title", "body", "description", "label", "name"),
)
_OPTION_FLAG = ("iscorrect", "correct", "isright", "right", "isanswer", "istrue", "iscorrectanswer")
_OPTION_ID = ("id", "key", "letter", "label", "value", "identifier", "name")
_NUMBERED = re.compile(r"(?:option|choice|answer|opt|ans)?([a-l]|\d{1,2})")
_DISTRACTOR = re.compile(r"(?:distractor|wronganswer|incorrectanswer)(\d{1,2})")
_LETTERED = re.compile(r"\(?([A-La-l])[.):]\s+(\S.*)", re.DOTALL)


@dataclass
class JsonOption:
    """An option: its text and why, the id by which a key may name it, and its flag, if it has."""

    text: str
    why: str = ""
    id: str = ""
    is_right: bool | None = None


@dataclass
class JsonQuestion:
    """A question as its file holds it; `right` where that is certain, else the `key` as written."""

    stem: str
    options: list[JsonOption] = field(default_factory=list)
    key: str = ""
    right: list[int] = field(default_factory=list)
    explanation: str = ""
    category: str = ""
    name: str = ""
    is_multiple: bool = False
    sources: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def is_question(value: Json) -> bool:
    """Tell whether an object is a question: it has a text, and options or a key."""
    if not isinstance(value, dict):
        return False
    fields = Fields(value)
    holds_questions = any(
        isinstance(entries, list) and any(is_question(entry) for entry in entries)
        for name, entries in fields.named()
        if name not in _OPTIONS
    )
    names = (*_OPTIONS, *_KEY[: _KEY.index("label")], *_WRONG, "optiona", "option1")
    return bool(fields.first_of(_STEM, str)) and fields.has(*names) and not holds_questions


def question_of(value: Mapping[str, Json]) -> JsonQuestion:
    """Return the question that an object is."""
    fields = Fields(value)
    question = JsonQuestion(text_of(fields.take(fields.first_of(_STEM, str))))
    question.options = list(_options(fields))
    _read_key(question, fields)
    question.explanation = "\n\n".join(filter(None, map(text_of, fields.take_all(*_EXPLANATION))))
    question.category = text_of(fields.take(*_CATEGORY))
    name = text_of(fields.take(*_NAME))
    # A number counts questions; it names none.
    question.name = "" if name.isdecimal() else name
    question.sources = [text for held in fields.take_all(*_SOURCES) for text in texts_of(held)]
    question.tags = texts_of(fields.take("tags", "keywords"))
    kind = re.sub(r"[^a-z]", "", text_of(fields.take(*_TYPE)).casefold())
    is_several = kind in ("multi", "multiselect", "multipleresponse", "multipleanswer", "checkbox")
    flags = [held for held in fields.take_all(*_MULTIPLE) if isinstance(held, bool | str)]
    question.is_multiple = is_several or any(str(flag).casefold() == "true" for flag in flags)
    for held in fields.take_all(*_PICTURE):
        question.losses += [
            gettext("the picture %(name)r is not in the file") % {"name": text[:200]}
            for text in texts_of(held)
        ]
    fields.take_all(*_SILENT)
    for name, held in fields.rest():
        question.losses += [
            gettext("%(name)r was left out: %(text)r") % {"name": name[:40], "text": text[:80]}
            for text in texts_of(held)
        ]
    return question


def _options(fields: Fields) -> Iterator[JsonOption]:
    wrong = fields.take_all(*_WRONG)
    distractors = [text for _, text in fields.take_numbered(_DISTRACTOR)]
    held = fields.take(fields.first_of(_OPTIONS, list, dict))
    if held is None and (wrong or distractors):
        # Right and wrong answers stand apart.
        yield from (JsonOption(text, is_right=True) for text in texts_of(fields.take(*_KEY)))
        listed = [entry for entry in wrong if isinstance(entry, list)]
        texts = [text_of(entry) for entries in (*listed, distractors) for entry in entries]
        yield from (JsonOption(text, is_right=False) for text in texts)
        return
    if isinstance(held, dict) and {"text", "label"} <= held.keys():
        listed_texts, labels = held["text"], held["label"]
        if isinstance(listed_texts, list) and isinstance(labels, list):
            pairs = zip(listed_texts, labels, strict=False)
            yield from (JsonOption(text_of(text), id=text_of(label)) for text, label in pairs)
            return
    if isinstance(held, dict):
        entries = [(name, entry) for name, entry in held.items() if entry not in (None, "")]
        yield from (_option(entry, name) for name, entry in entries)
    elif isinstance(held, list):
        yield from _without_marks([_option(entry) for entry in held])
    else:
        yield from (_option(entry, mark) for mark, entry in fields.take_numbered(_NUMBERED))


def _option(entry: Json, mark: str = "") -> JsonOption:
    if not isinstance(entry, dict):
        return JsonOption(text_of(entry), id=mark)
    fields = Fields(entry)
    text = text_of(fields.take(*_OPTION_TEXT))
    flags = [str(held).casefold() in ("true", "1") for held in fields.take_all(*_OPTION_FLAG)]
    why = "\n\n".join(filter(None, map(text_of, fields.take_all(*_EXPLANATION))))
    identifier = mark or text_of(fields.take(*_OPTION_ID))
    return JsonOption(text, why, identifier, flags[0] if flags else None)


def _without_marks(options: list[JsonOption]) -> list[JsonOption]:
    """Return options without the letters that each begins with; they are its ids."""
    marks = [_LETTERED.fullmatch(option.text) for option in options]
    letters = [mark[1].upper() for mark in marks if mark]
    if letters == [chr(ord("A") + index) for index in range(len(options))]:
        for option, mark in zip(options, marks, strict=True):
            if mark:
                option.text, option.id = mark[2], option.id or mark[1]
    return options


def _read_key(question: JsonQuestion, fields: Fields) -> None:
    """Find the right options: by their flags, by their ids, or leave the key as written."""
    flagged = [index for index, option in enumerate(question.options) if option.is_right]
    if any(option.is_right is not None for option in question.options):
        question.right = flagged
        return
    key = fields.take(*_KEY)
    if not question.options and str(key).casefold() in ("true", "false"):
        question.options = [JsonOption("True"), JsonOption("False")]
    if isinstance(key, dict):
        named = [plain_name(name) for name, flag in key.items() if str(flag).casefold() == "true"]
        ids = [plain_name(option.id) for option in question.options]
        question.right = [i for i, name in enumerate(ids) if {name, f"{name}correct"} & set(named)]
        return
    entries = [text_of(entry) for entry in (key if isinstance(key, list) else [key])]
    question.right = _by_id(question.options, entries)
    question.key = "" if question.right else ", ".join(entries)
    if not question.right and len(entries) > 1:
        texts = [option.text for option in question.options]
        if all(texts.count(entry) == 1 for entry in entries):
            question.right = sorted(texts.index(entry) for entry in entries)


def _by_id(options: list[JsonOption], entries: list[str]) -> list[int]:
    """Return the options that a key names by their ids, "AC" for two; empty where it does not."""
    ids = [option.id.casefold() for option in options]
    texts = [option.text.casefold() for option in options]
    named = [entry.casefold() for entry in entries]
    # What is the text of another option reads two ways.
    is_text = any(name in texts and texts.index(name) != _place(ids, name) for name in named)
    if not all(ids) or len(set(ids)) < len(ids) or is_text:
        return []
    if len(named) == 1 and named[0] not in ids:
        parts = [part for part in re.split(r"[\s,;&|/]+|\band\b", named[0]) if part]
        is_run = len(parts) == 1 and all(len(name) == 1 for name in ids)
        named = [*parts[0]] if is_run else parts
    return sorted(map(ids.index, named)) if named and set(named) <= set(ids) else []


def _place(ids: list[str], name: str) -> int:
    return ids.index(name) if name in ids else -1
