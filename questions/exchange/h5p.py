"""H5P: reading packages of question sets, and of whatever else holds questions of choice. Pure.

A package is a zip with `content/content.json`; each part of it names its library and gives that
library's parameters.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape

from questions.exchange.archives import members
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.json_fields import Json, texts_of
from questions.exchange.text_files import FormatError, decoded
from questions.items.item import Option
from questions.markdown import picture
from questions.translation import gettext, gettext_noop, ngettext

_CONTENT = "content/content.json"
MOST_DEPTH = 40
# Libraries whose parameters hold parts that are looked at one by one.
_HOLDERS = {
    *("QuestionSet", "Column", "CoursePresentation", "InteractiveBook", "InteractiveVideo"),
    *("BranchingScenario", "GamemapQuestions", "GameMap", "VirtualTour", "Row", "RowColumn"),
}
# Parts that show something beside the questions.
_SHOWN = {"AdvancedText", "Text", "Image", "Video", "Audio", "Table", "Link", "Accordion"}

type Object = dict[str, Json]


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a package of H5P; raises FormatError. Rows are numbers of its questions."""
    parts = members(data)
    if _CONTENT not in parts or "h5p.json" not in parts:
        raise FormatError(
            gettext("not a package of H5P: it has no h5p.json and content/content.json")
        )
    try:
        about, content = (json.loads(decoded(parts[name])) for name in ("h5p.json", _CONTENT))
    except (ValueError, RecursionError) as error:
        raise FormatError(
            gettext("the package is broken: %(error)s") % {"error": str(error)[:80]}
        ) from None
    library = str(about.get("mainLibrary", "")) if isinstance(about, dict) else ""
    reader = _Package(parts, ImportCollector())
    reader.read_part(library, _object(content), _text(_object(about).get("title")), 0)
    reader.end()
    return reader.intake.loaded()


@dataclass(frozen=True)
class _Passed:
    """A part that no question has: what is said of it before a question, and after the last one."""

    before: str
    after: str
    words: str
    name: str = ""

    def stands_before(self) -> str:
        return gettext(self.before) % {"name": self.name, "words": self.words}

    def stands_after(self) -> str:
        return gettext(self.after) % {"name": self.name, "words": self.words}


_INTRODUCTION = (
    gettext_noop("an introduction before it was left out: %(words)r"),
    gettext_noop("an introduction after it was left out: %(words)r"),
)
_PART = (
    gettext_noop("%(name)s before it was left out: %(words)r"),
    gettext_noop("%(name)s after it was left out: %(words)r"),
)


@dataclass
class _Package:
    """The files of a package, and what of its parts waits for the question after them."""

    parts: Mapping[str, bytes]
    intake: ImportCollector
    rows: int = 0
    passed: list[_Passed] = field(default_factory=list)

    def read_part(self, library: str, params: Object, title: str, depth: int) -> None:
        """Read a part of a library, by its name: a question, or what holds others."""
        _refuse_depth(depth)
        name = re.sub(r"^H5P\.|[\s-]\d.*$", "", library)
        readers: dict[str, Callable[[Object], Iterator[ForeignQuestion]]] = {
            "MultiChoice": self._multi_choice,
            "SingleChoiceSet": self._single_choices,
            "TrueFalse": self._true_false,
        }
        if name in readers:
            for question in readers[name](params):
                self._finish(question, params, title)
        elif name in _HOLDERS or not name:
            if words := _text(_object(params.get("introPage")).get("introduction")):
                self.passed.append(_Passed(*_INTRODUCTION, words[:80]))
            for held_library, held, held_title in _parts_of(params, 0):
                self.read_part(held_library, held, held_title, depth + 1)
        elif name in _SHOWN:
            words = " ".join(texts_of(params.get("text") or params.get("alt") or title))
            self.passed.append(_Passed(*_PART, words[:80], name))
        else:
            self._next_row()
            self.intake.fail(
                self.rows, gettext("H5P.%(name)s is no kind of question here") % {"name": name[:40]}
            )

    def end(self) -> None:
        """Name with the last question what stands after it."""
        items = self.intake.items
        if self.passed and items:
            after = (part.stands_after() for part in self.passed)
            items[-1] = replace(items[-1], warnings=(*items[-1].warnings, *after))

    def _next_row(self) -> ForeignQuestion:
        self.rows += 1
        question = ForeignQuestion(self.rows, losses=[part.stands_before() for part in self.passed])
        self.passed.clear()
        return question

    def _finish(self, question: ForeignQuestion, params: Object, title: str) -> None:
        """Take a question in with the picture above it; what else it shows is named."""
        media = _object(_object(params.get("media")).get("type"))
        shown = _object(media.get("params"))
        if path := _text(_object(shown.get("file")).get("path")):
            part = posixpath.normpath(f"content/{path}")
            if part in self.parts:
                alt = _text(shown.get("alt"))
                address = self.intake.carry(part, self.parts[part])
                question.stem = f"{picture(address, alt)}\n\n{question.stem}"
            else:
                question.lose(
                    gettext("the picture %(name)r is not in the package") % {"name": path[:80]}
                )
        elif media.get("library"):
            question.lose(
                gettext("%(library)s above it was left out")
                % {"library": _text(media["library"])[:40]}
            )
        for entry in _list(params.get("overallFeedback")):
            if text := _text(_object(entry).get("feedback")):
                question.lose(
                    gettext("feedback on a score was left out: %(text)r") % {"text": text[:80]}
                )
        question.name = "" if " " in title else title
        question.add_to(self.intake)

    def _multi_choice(self, params: Object) -> Iterator[ForeignQuestion]:
        question = self._next_row()
        question.stem = question.markdown(_text(params.get("question")))
        for index, entry in enumerate(map(_object, _list(params.get("answers")))):
            question.options.append(_option(question, entry))
            if entry.get("correct") is True:
                question.right.append(index)
        behaviour = _object(params.get("behaviour"))
        is_single = behaviour.get("type") == "single" or behaviour.get("singleAnswer") is True
        if is_single and len(question.right) > 1:
            reason = gettext(
                "several options are each right alone; that is no kind of question here"
            )
            self.intake.fail(question.row, reason)
            return
        question.is_multiple = behaviour.get("type") == "multi"
        yield question

    def _single_choices(self, params: Object) -> Iterator[ForeignQuestion]:
        for entry in map(_object, _list(params.get("choices"))):
            question = self._next_row()
            question.stem = question.markdown(_text(entry.get("question")))
            texts = map(_text, _list(entry.get("answers")))
            question.options = [Option(question.markdown(t, is_inline=True), "") for t in texts]
            # The first is the right one; players see them shuffled.
            question.right = [0]
            yield question

    def _true_false(self, params: Object) -> Iterator[ForeignQuestion]:
        question = self._next_row()
        question.stem = question.markdown(_text(params.get("question")))
        is_true = _text(params.get("correct")).casefold() == "true"
        behaviour = _object(params.get("behaviour"))
        right = question.markdown(escape(_text(behaviour.get("feedbackOnCorrect"))))
        wrong = question.markdown(escape(_text(behaviour.get("feedbackOnWrong"))))
        whys = [right, wrong] if is_true else [wrong, right]
        question.options = [Option("True", whys[0]), Option("False", whys[1])]
        question.right = [0 if is_true else 1]
        yield question


def _refuse_depth(depth: int) -> None:
    if depth > MOST_DEPTH:
        reason = ngettext(
            "parts lie in each other more than %(most)s level deep",
            "parts lie in each other more than %(most)s levels deep",
            MOST_DEPTH,
        )
        raise FormatError(reason % {"most": MOST_DEPTH})


def _parts_of(value: Json, depth: int) -> Iterator[tuple[str, Object, str]]:
    """Yield the nearest parts below a value: library, parameters and title of each."""
    _refuse_depth(depth)
    if isinstance(value, list):
        for entry in value:
            yield from _parts_of(entry, depth + 1)
    elif isinstance(value, dict):
        params = value.get("params")
        if isinstance(params, dict) and isinstance(value.get("library"), str):
            title = _text(_object(value.get("metadata")).get("title"))
            yield _text(value["library"]), params, title
        else:
            for entry in value.values():
                yield from _parts_of(entry, depth + 1)


def _option(question: ForeignQuestion, entry: Object) -> Option:
    text = question.markdown(_text(entry.get("text")), is_inline=True)
    feedback = _object(entry.get("tipsAndFeedback"))
    why = question.markdown(_text(feedback.get("chosenFeedback")))
    if other := question.markdown(_text(feedback.get("notChosenFeedback"))):
        question.lose(
            gettext("feedback on an option that was not chosen was left out: %(words)r")
            % {"words": other[:80]}
        )
    if tip := question.markdown(_text(feedback.get("tip"))):
        question.lose(gettext("a tip of an option was left out: %(words)r") % {"words": tip[:80]})
    return Option(text, why)


def _object(value: Json) -> Object:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""
