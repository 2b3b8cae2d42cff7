"""GIFT, Moodle's format of plain text: reading. Pure.

A blank line ends a question; `// [id:x] [tag:y]` before it says its ref and tags.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from questions.exchange import html
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.foreign_questions import ESSAY, NUMERICAL, SHORT_ANSWER
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.tags import fields_of
from questions.exchange.text_files import at_line, decoded
from questions.items.item import Option
from questions.translation import gettext, gettext_noop

_MARK = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,9})?)%")
_TRUE = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ORDERING = re.compile(r">\s*+(?:\d++\s++)?[A-Za-z_\s]*$")
_DESCRIPTION = gettext_noop("it is a description, without answers in braces, which is not taken")


class _TextOf(Protocol):
    """Turns a piece of a question into Markdown."""

    def __call__(self, piece: str, is_inline: bool = True) -> str: ...


class _Unread(ValueError):
    """A question that is not taken; the text says why."""


@dataclass
class _Block:
    """A question's own text, in which escaped characters are marked, and what stands before it."""

    line: int
    text: str = ""
    ref: str = ""
    tags: list[str] = field(default_factory=list)
    category: str = ""
    # What its lines of comment say beside marks, by line.
    comments: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Answer:
    is_right: bool
    weight: float | None
    text: str
    feedback: str
    weight_text: str = ""


_OF_MOODLE = re.compile(r"question: \d+\s+name: ")
# Escaped characters stand in a private area while marks are looked for.
_BASE = 0xF0000
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")


def _guard(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(_BASE + ord(match[1])), text)


def _plain(text: str) -> str:
    """Return a guarded text with its escaped characters as they are meant."""
    return re.sub(
        "[\U000f0000-\U000f00ff]",
        lambda match: "\n" if match[0] == chr(_BASE + ord("n")) else chr(ord(match[0]) - _BASE),
        text,
    ).strip()


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a file of GIFT; raises FormatError."""
    intake = ImportCollector()
    text = re.sub("[\U000f0000-\U000f00ff]", "", decoded(data, encoding))
    for block in _blocks(text):
        try:
            _take(intake, block)
        except _Unread as error:
            intake.fail(block.line, str(error))
    return intake.loaded()


def _blocks(text: str) -> Iterator[_Block]:
    category = ""
    block: _Block | None = None
    lines: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("$CATEGORY:"):
            category = bare.removeprefix("$CATEGORY:").strip()
        elif bare.startswith("//"):
            block = block or _Block(number)
            for kind, value in _MARK.findall(bare):
                value = re.sub(r"\\(.)", r"\1", value)
                if kind == "id":
                    block.ref = value
                else:
                    block.tags.append(value)
            if comment := _MARK.sub("", bare).strip("/ "):
                block.comments.append((number, comment))
        elif bare:
            block = block or _Block(number)
            if not lines:
                block.line = number
            lines.append(line)
        elif lines and block:
            block.text, block.category = _guard("\n".join(lines)), category
            yield block
            block, lines = None, []


def _take(intake: ImportCollector, block: _Block) -> None:
    name, text = _name(block.text)
    kind = _FORMAT.match(text)
    style = kind[1] if kind else "moodle"
    text = text[kind.end() :] if kind else text
    opens, closes = text.find("{"), text.rfind("}")
    if opens < 0:
        raise _Unread(gettext(_DESCRIPTION))
    if closes < opens:
        raise _Unread(
            gettext("the brace of its answers is not closed; a blank line ends a question")
        )
    if "{" in text[opens + 1 : closes] or "}" in text[opens + 1 : closes]:
        raise _Unread(gettext("a brace stands among its answers; write it as \\{ or \\}"))
    stem, rest = text[:opens].rstrip(), text[closes + 1 :].strip()
    warnings: list[str] = []
    if rest:
        stem = f"{stem} _____ {rest}"
    body, _, general = text[opens + 1 : closes].partition("####")

    def text_of(piece: str, is_inline: bool = True) -> str:
        own_format = _FORMAT.match(piece.strip())
        form = own_format[1] if own_format else style
        plain = _plain(piece.strip()[own_format.end() :] if own_format else piece)
        if form == "html" or (form == "moodle" and html.looks_like_html(plain)):
            plain, lost = html.to_markdown(plain, is_inline=is_inline)
            warnings.extend(lost)
        elif form != "markdown":
            plain = plain_to_markdown(plain, is_inline=is_inline, has_formulas=form == "moodle")
        return plain

    item_type, options, right, prompts = _answers(body.strip(), text_of, warnings)
    for line, comment in block.comments:
        # Moodle writes this above each question; the name stands in it too.
        if not _OF_MOODLE.match(comment):
            reason = gettext("a comment was left out: %(comment)r") % {"comment": comment[:80]}
            warnings.append(at_line(reason, line))
    fields, own = fields_of(block.tags)
    intake.add(
        block.line,
        item_type,
        stem=text_of(stem, is_inline=False),
        options=options,
        right=right,
        prompts=prompts,
        ref=block.ref,
        name=_plain(name),
        explanation=text_of(general, is_inline=False) if general.strip() else "",
        fields=fields,
        category=block.category,
        tags=own,
        warnings=list(dict.fromkeys(warnings)),
    )


def _name(text: str) -> tuple[str, str]:
    text = text.strip()
    if not text.startswith("::"):
        return "", text
    name, closed, rest = text[2:].partition("::")
    if not closed:
        raise _Unread(gettext("the name begins with :: and does not end with it"))
    return name.strip(), rest.strip()


def _answers(
    body: str, text_of: _TextOf, warnings: list[str]
) -> tuple[str, list[Option], list[int], list[str]]:
    """Return type, options, key and prompts of what stands in the braces."""
    head, _, feedback = body.partition("#")
    if head.strip().upper() in _TRUE:
        is_true = _TRUE[head.strip().upper()]
        # Of two feedbacks the first is for the wrong answer, the second for the right one.
        wrong, _, good = feedback.partition("#")
        whys = [text_of(good), text_of(wrong)]
        whys = whys if is_true else whys[::-1]
        options = [Option("True", whys[0]), Option("False", whys[1])]
        return "multiple_choice", options, [0 if is_true else 1], []
    if not body:
        raise _Unread(gettext(ESSAY))
    if body.startswith("#"):
        raise _Unread(gettext(NUMERICAL))
    if body.startswith(">"):
        return _ordering(body, text_of)
    pieces = [piece for piece in re.split(r"(?=[=~])", body) if piece.strip()]
    # A prompt of a matching may begin as a weight does.
    pairs = all(piece.startswith("=") and "->" in piece for piece in pieces)
    answers = [_answer(piece, is_pair=pairs) for piece in pieces]
    if any(not answer.text and answer.weight is None and not answer.is_right for answer in answers):
        raise _Unread(gettext("an answer is empty, or does not begin with = or ~"))
    if all(answer.is_right and "->" in answer.text for answer in answers):
        return _matching(answers, text_of)
    return _choice(answers, text_of, warnings)


def _answer(piece: str, *, is_pair: bool) -> _Answer:
    piece = piece.strip()
    if piece[0] not in "=~":
        raise _Unread(
            gettext("an answer begins with = or ~, not with %(beginning)r")
            % {"beginning": _plain(piece)[:20]}
        )
    rest = piece[1:].lstrip()
    weight = None if is_pair else _WEIGHT.match(rest)
    rest = rest[weight.end() :] if weight else rest
    text, _, feedback = rest.partition("#")
    number = float(weight[1]) if weight else None
    return _Answer(piece[0] == "=", number, text, feedback, weight[0] if weight else "")


def _ordering(body: str, text_of: _TextOf) -> tuple[str, list[Option], list[int], list[str]]:
    first, *lines = body.split("\n")
    if not _ORDERING.match(first.strip()):
        raise _Unread(gettext("an ordering begins with a line such as {>3 ALL VERTICAL"))
    texts = [text_of(line) for line in lines if line.strip()]
    return "ordering", [Option(text, "") for text in texts], list(range(len(texts))), []


def _matching(
    answers: list[_Answer], text_of: _TextOf
) -> tuple[str, list[Option], list[int], list[str]]:
    texts: list[str] = []
    pairs: list[tuple[str, int]] = []
    for answer in answers:
        # A pair has no weight: what looks like one begins its prompt.
        prompt, _, option = f"{answer.weight_text}{answer.text}".partition("->")
        text = text_of(option)
        if text not in texts:
            texts.append(text)
        if prompt.strip():
            pairs.append((text_of(prompt), texts.index(text)))
    options = [Option(text, "") for text in texts]
    return "matching", options, [index for _, index in pairs], [prompt for prompt, _ in pairs]


def _choice(
    answers: list[_Answer], text_of: _TextOf, warnings: list[str]
) -> tuple[str, list[Option], list[int], list[str]]:
    full = [index for index, answer in enumerate(answers) if answer.is_right]
    if len(full) == len(answers):
        raise _Unread(gettext(SHORT_ANSWER))
    options = [Option(text_of(answer.text), text_of(answer.feedback)) for answer in answers]
    weights = [answer.weight or 0.0 for answer in answers]
    if len(full) > 1:
        raise _Unread(
            gettext(
                "two answers are each fully right (=); write %(weight)s before each where several "
                "must be chosen together"
            )
            % {"weight": "~%50%"}
        )
    if full:
        if any(weights[index] > 0 for index in range(len(answers)) if index not in full):
            warnings.append(gettext("part credit for a wrong answer was left out"))
        return "multiple_choice", options, full, []
    right = [index for index, weight in enumerate(weights) if weight > 0]
    if len({weights[index] for index in right}) > 1:
        warnings.append(gettext("its right answers had unequal weights; here all count alike"))
    if len(right) == 1 and weights[right[0]] == 100:
        return "multiple_choice", options, right, []
    return "multiple_response", options, right, []
