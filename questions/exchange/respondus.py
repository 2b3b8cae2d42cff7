"""Respondus' text: numbered questions, lettered options, an asterisk before what is right. Pure.

`Type:`, `Title:` and `Points:` stand before a question; `~` begins the feedback of a question, `@`
that of an option. Right options may stand under `Answers:` at the end instead.
"""

import re
from dataclasses import dataclass, field

from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.text_files import decoded
from questions.items.item import Option, letter
from questions.translation import gettext

_HEAD = re.compile(r"(type|title|points|difficulty|category|topic|randomize)\s*:\s*(.*)", re.I)
_NUMBER = re.compile(r"(\d{1,4})[.)]\s+(.*)")
_OPTION = re.compile(r"(\*?)\s*([A-Ta-t])[.)]\s+(.*)")
_ANSWERS = re.compile(r"(?:correct )?answers?\s*:\s*", re.IGNORECASE)
_ANSWER = re.compile(r"(\d{1,4})[.)]?\s*([A-Ta-t](?:[\s,;]*[A-Ta-t])*)")
_CHOICES = {"MC", "MR", "MA", "TF"}


@dataclass
class _Entry:
    """A question under way: its line, its number, what stands before it, and its lines."""

    line: int
    number: str
    head: dict[str, str]
    stem: list[str]
    options: list[list[str]] = field(default_factory=list)
    whys: list[list[str]] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    # Feedback after ~, with how many options stood above it.
    feedback: list[tuple[int, list[str]]] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Respondus' word for its kind; without one a question has one right option."""
        return self.head.get("type", "MC").strip().upper()

    @property
    def is_whole(self) -> bool:
        """Tell whether a numbered line begins the next question: it may be one of a stem."""
        return bool(self.options) or self.kind not in {*_CHOICES, "MT"}

    def read(self, line: str) -> None:
        """Take in a line below the question's first."""
        option = _OPTION.fullmatch(line)
        if option and option[2].upper() == letter(len(self.options)):
            if option[1]:
                self.right.append(len(self.options))
            self._lines = [option[3]]
            self.options.append(self._lines)
            self.whys.append([])
        elif line.startswith("@") and self.options:
            self._lines = self.whys[-1]
            self._lines.append(line[1:].strip())
        elif line[:1] in "~@" and line:
            self._lines = [line[1:].strip()]
            self.feedback.append((len(self.options), self._lines))
        else:
            (self._lines or self.stem).append(line)

    @property
    def explanation(self) -> list[str]:
        """Feedback of the whole question: it stands above the options or below the last one."""
        ends = (0, len(self.options))
        return [line for count, lines in self.feedback if count in ends for line in lines]

    def why(self, index: int) -> list[str]:
        """Feedback of an option: marked as such, or between it and the next one."""
        between = [lines for count, lines in self.feedback if count == index + 1]
        is_last = index == len(self.options) - 1
        return [*self.whys[index], *([] if is_last else (line for one in between for line in one))]


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a text of Respondus; raises FormatError. Rows are lines."""
    head: dict[str, str] = {}
    entries: list[_Entry] = []
    answers: dict[str, str] = {}
    in_answers = False
    for number, raw in enumerate(decoded(data, encoding).split("\n"), 1):
        line = raw.strip()
        begun = _NUMBER.fullmatch(line)
        if _ANSWERS.fullmatch(line):
            in_answers = True
        elif in_answers:
            answers |= {match[1]: match[2] for match in [_ANSWER.fullmatch(line)] if match}
        elif meta := _HEAD.fullmatch(line):
            head[meta[1].casefold()] = meta[2]
        elif begun and (head or not entries or entries[-1].is_whole):
            entries.append(_Entry(number, begun[1], head, [begun[2]]))
            head = {}
        elif entries:
            entries[-1].read(line)
    intake = ImportCollector()
    for entry in entries:
        _take(intake, entry, answers.get(entry.number, ""))
    return intake.loaded()


def _take(intake: ImportCollector, entry: _Entry, answer: str) -> None:
    kind = entry.kind
    if kind == "MT":
        return _take_matching(intake, entry)
    if kind not in _CHOICES:
        return intake.fail(
            entry.line,
            gettext("type %(kind)r of Respondus is no kind of question here") % {"kind": kind[:20]},
        )
    question = ForeignQuestion(entry.line, is_multiple=kind in ("MR", "MA"))
    question.stem = _text(entry.stem)
    question.options = [
        Option(_text(lines, is_inline=True), _text(entry.why(index)))
        for index, lines in enumerate(entry.options)
    ]
    named = sorted({ord(name.upper()) - ord("A") for name in re.findall("[A-Ta-t]", answer)})
    if entry.right and named and entry.right != named:
        return intake.fail(
            entry.line, gettext("its asterisks and the list of answers disagree"), "key"
        )
    question.right = entry.right or named
    if not question.right:
        reason = gettext("no option is marked as right; put * before it")
        return intake.fail(entry.line, reason, "key")
    question.explanation = _text(entry.explanation)
    _read_head(question, entry.head)
    return question.add_to(intake)


def _read_head(question: ForeignQuestion, head: dict[str, str]) -> None:
    question.name = head.get("title", "")
    question.category = head.get("category", "") or head.get("topic", "")
    for name in ("points", "difficulty", "randomize"):
        if head.get(name):
            question.lose(
                gettext("%(name)s was left out: %(value)r")
                % {"name": name, "value": head[name][:40]}
            )


def _take_matching(intake: ImportCollector, entry: _Entry) -> None:
    pairs = [_text(lines, is_inline=True).partition(" = ") for lines in entry.options]
    texts = list(dict.fromkeys(text.strip() for _, _, text in pairs))
    if not all(prompt and text for prompt, _, text in pairs):
        return intake.fail(
            entry.line, gettext("each line of a matching is a prompt, = and its match")
        )
    lost = (
        [gettext("feedback of a matching was left out")]
        if any(entry.whys) or entry.feedback
        else []
    )
    return intake.add(
        entry.line,
        "matching",
        stem=_text(entry.stem),
        options=[Option(text, "") for text in texts],
        right=[texts.index(text.strip()) for _, _, text in pairs],
        prompts=[prompt.strip() for prompt, _, _ in pairs],
        warnings=lost,
    )


def _text(lines: list[str], *, is_inline: bool = False) -> str:
    return plain_to_markdown("\n".join(lines).strip(), is_inline=is_inline)
