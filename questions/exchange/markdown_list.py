"""Markdown lists of questions: a heading, and options as `- [x]` and `- [ ]`. Pure.

As public collections of practice questions write them. A quoted line under an option is its why;
what follows the options is the explanation, and links alone on a line are its sources.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.losses import Dumped, Loss, carried_kinds, losses_of
from questions.exchange.markdown_lines import (
    BOX,
    EXPLAINED,
    LINK_ALONE,
    NAVIGATION,
    Line,
    code_lines,
    comment_of,
    explained,
    first_words,
    lines_of,
)
from questions.exchange.markdown_source import Source, read_sources
from questions.exchange.sections import NUMBER, Sections, asks, without_number
from questions.exchange.tags import WITHOUT, fields_of, tags_of
from questions.items.item import Item, Option
from questions.translation import gettext

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*$")
_OPTION = re.compile(rf"{BOX}\s*(?P<text>.*)$")
_SPECIAL = re.compile(
    rf"#|[-*+](?:\s|$)|\d+[.)](?:\s|$)|<!--|>|[`~]{{3}}|{BOX}|[=-]+\s*$|\[[^\[\]]+\]:"
)
_PICTURES = re.compile(r"(?:!\[[^\[\]]*\]\([^()]*\)\s*)+")
_NO_HEADING = "&nbsp;"
_KINDS = {"multiple_choice", "multiple_response"}


@dataclass
class _Entry:
    """A question under way: its stem's lines, its options, and what is said after them."""

    line: int
    depth: int
    stem: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    whys: list[list[str]] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ref: str = ""
    after: list[Line] = field(default_factory=list)
    has_code: bool = False


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a Markdown list of questions, or a zip of lists and pictures; raises FormatError."""
    return read_sources(data, encoding, lambda intake, source: _Reader(intake, source).read())


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, intake: ImportCollector, source: Source) -> None:
        self._intake = intake
        self._source = source
        self._sections = Sections()
        self._entry: _Entry | None = None
        # Those since the last heading.
        self._lines: list[Line] = []

    def read(self) -> None:
        """Take in every question of the file."""
        for line in lines_of(self._source.text):
            heading = None if line.is_code else _HEADING.match(line.text)
            if heading:
                self._finish()
                first = without_number(heading[2])
                first = "" if first == _NO_HEADING else first
                self._entry = _Entry(line.number, len(heading[1]), [first])
                continue
            self._lines.append(line)
            if self._entry:
                self._take(self._entry, line)
            elif not line.is_code and _OPTION.match(line.text):
                reason = gettext("options stand there before a heading with their question")
                self._intake.fail(line.number, reason)
        self._finish()

    def _take(self, entry: _Entry, line: Line) -> None:
        option = None if line.is_code else _OPTION.match(line.text)
        is_under = line.text.startswith(" ") and not entry.after
        if option:
            entry = self._settled(entry)
            if option["tick"]:
                entry.right.append(len(entry.options))
            entry.options.append([option["text"]])
            entry.whys.append([])
        elif not entry.options:
            self._take_stem(entry, line)
        elif line.bare.startswith(">") and is_under:
            entry.whys[-1].append(line.text.lstrip()[1:].removeprefix(" "))
        elif line.text.startswith("  ") and is_under and not entry.whys[-1]:
            text = line.text[2:]
            entry.options[-1].append(text if line.is_code else _unguarded(text))
        elif (comment := comment_of(line)) is not None:
            self._intake.lose(
                gettext("the comment %(comment)r was left out") % {"comment": comment[:60]},
                line.number,
            )
        elif (line.bare or entry.after) and not line.is_summary:
            entry.after.append(line)

    def _take_stem(self, entry: _Entry, line: Line) -> None:
        comment = comment_of(line)
        if comment is not None:
            for part in comment.split("; "):
                name, _, value = part.partition(" ")
                if name == "ref:":
                    entry.ref = value
                else:
                    entry.tags.append(part.replace("&#59;", ";"))
        elif line.is_code:
            entry.stem.append(line.text)
        elif not (NAVIGATION.match(line.bare) or line.is_summary):
            entry.stem.append(_unguarded(line.text))

    def _settled(self, entry: _Entry) -> _Entry:
        """Return the question whose next option comes, once it is known what stood before it.

        Code and pictures under an option are the option's; text is the stem of another question
        under the same heading.
        """
        after, entry.after = entry.after, []
        if any(line.bare and not _is_shown(line) for line in after):
            stem = [line for line in after if not _is_said(line)]
            entry.after = [line for line in after if _is_said(line)]
            number = next((line.number for line in stem if line.bare), entry.line)
            self._finish()
            first, *more = [line.text for line in stem if line.bare or line.is_code] or [""]
            self._entry = _Entry(number, entry.depth, [without_number(first.strip("* ")), *more])
            return self._entry
        if after:
            entry.options[-1] += [line.text for line in after]
            entry.has_code = entry.has_code or any(line.is_code for line in after)
        return entry

    def _finish(self) -> None:
        entry, self._entry = self._entry, None
        lines, self._lines = self._lines, []
        is_outside = entry is None or not entry.options
        if is_outside and (words := first_words(lines)):
            self._intake.lose_outside(words.bare, words.number)
        if entry is None:
            return
        if not entry.options:
            title = entry.stem[0].strip()
            if asks(title):
                self._intake.fail(
                    entry.line, gettext("no options stand under it, as - [ ] and - [x]")
                )
            self._sections.enter(entry.depth, title)
            return
        self._sections.leave(entry.depth)
        if entry.has_code:
            while entry.after and _is_shown(entry.after[0]):
                entry.options[-1].append(entry.after.pop(0).text)
        self._add(entry)

    def _add(self, entry: _Entry) -> None:
        def text_of(lines: list[str]) -> str:
            text = "\n".join(lines).strip()
            return self._source.with_pictures(text, self._intake.carry)

        explanation, sources = explained(entry.after)
        fields, others = fields_of(entry.tags)
        fields["sources"] = (*fields.get("sources", ()), *sources)
        is_one = len(entry.right) == 1 and "type:multiple_response" not in others
        self._intake.add(
            entry.line,
            "multiple_choice" if is_one else "multiple_response",
            stem=text_of(entry.stem),
            options=[
                Option(text_of(lines), text_of(why))
                for lines, why in zip(entry.options, entry.whys, strict=True)
            ],
            right=entry.right,
            ref=entry.ref,
            explanation=text_of([explanation]),
            fields=fields,
            category=self._sections.category,
            tags=[tag for tag in others if not tag.startswith("type:")],
        )


def _is_shown(line: Line) -> bool:
    """Tell whether a line is code or a picture, or none of both and blank."""
    return line.is_code or not line.bare or bool(_PICTURES.fullmatch(line.bare))


def _is_said(line: Line) -> bool:
    """Tell whether a line speaks of the question before it: a quote, a link, an explanation."""
    marks = (LINK_ALONE, NAVIGATION, EXPLAINED)
    quoted = line.bare.startswith(">")
    return not line.is_code and (quoted or any(mark.match(line.bare) for mark in marks))


def dumps(items: Iterable[Item]) -> Dumped:
    """Write multiple choice and response as a Markdown list; names what is lost."""
    parts: list[str] = []
    losses: list[Loss] = []
    for item in carried_kinds(items, _KINDS, "Markdown", losses):
        losses += losses_of(item, without=WITHOUT)
        parts.append(_section(item))
    return Dumped(("\n\n".join(parts) + "\n").encode(), tuple(losses))


def _section(item: Item) -> str:
    is_heading = "\n" not in item.stem and not item.stem.endswith("#")
    is_heading = is_heading and not NUMBER.match(item.stem) and item.stem != _NO_HEADING
    lines = [f"### {item.stem if is_heading else _NO_HEADING}"]
    if not is_heading:
        lines += ["", *_guarded_lines(item.stem.split("\n"))]
    tags = [f"ref: {item.ref}"] if item.ref else []
    tags += [tag.replace(";", "&#59;") for tag in tags_of(item)]
    if item.type == "multiple_response" and len(item.right) == 1:
        tags.append("type:multiple_response")
    lines += ["", *([f"<!-- {'; '.join(tags)} -->"] if tags else [])]
    for index, option in enumerate(item.options):
        box = "x" if index in item.right else " "
        text, *more = option.text.split("\n")
        lines.append(f"- [{box}] {text}")
        lines += [f"  {line}" for line in _guarded_lines(more)]
        lines += [f"  > {line}" for line in option.why.split("\n") if option.why]
    return "\n".join(lines)


def _guarded_lines(lines: list[str]) -> list[str]:
    """Return the lines of a text such that no reader takes one for a mark of the list."""
    code = code_lines(lines)
    return [
        f"\\{line}" if _is_mark(line) and index not in code else line
        for index, line in enumerate(lines)
    ]


def _unguarded(line: str) -> str:
    return line[1:] if line.startswith("\\") and _is_mark(line) else line


def _is_mark(line: str) -> bool:
    bare = line.strip().lstrip("\\").strip()
    return any(pattern.match(bare) for pattern in (_SPECIAL, NAVIGATION, EXPLAINED))
