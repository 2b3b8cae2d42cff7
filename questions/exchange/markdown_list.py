"""Markdown lists of questions: a heading, and options as `- [x]` and `- [ ]`. Pure.

As public collections of practice questions write them. A quoted line under an option is its why.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.losses import Dumped, Loss, carried_kinds, losses_of
from questions.exchange.tags import WITHOUT, fields_of, tags_of
from questions.exchange.text_files import decoded
from questions.items.item import Item, Option

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_OPTION = re.compile(r"\s{0,3}[-*+]\s+\[([ xX])\](?:\s+(.*)|)$")
_NUMBERED = re.compile(r"\s{0,3}\d{1,4}[.)]\s+\[([ xX])\](?:\s+(.*)|)$")
_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->$")
_SPECIAL = re.compile(r"#|[-*+](?:\s|$)|\d+[.)](?:\s|$)|<!--|>|\*\*\[|\[")
_NO_HEADING = "&nbsp;"
_KINDS = {"multiple_choice", "multiple_response"}
_NUMBER = re.compile(
    r"(?:Q(?:uestion)?\s*)?\d{1,4}\s*[.):]\s+|Q(?:uestion)?\s*\d{1,4}\s*:?\s+", re.I
)
_NAVIGATION = re.compile(r"\**\[[^\]]*\]\(#[^)]*\)\**$|-{3,}$|\*{3,}$|</?(details|summary|br)\b.*$")
_EXPLAINED = re.compile(r"\**(?:explanation|rationale|why)\**\s*:\**\s*(.*)$", re.I)


@dataclass
class _Entry:
    """A question under way: its stem's lines, its options, and what is said after them."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    whys: list[list[str]] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ref: str = ""
    explanation: list[str] = field(default_factory=list)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a Markdown list of questions; raises FormatError."""
    intake = ImportCollector()
    category = ""
    entry: _Entry | None = None
    for number, line in enumerate(decoded(data, encoding).split("\n"), 1):
        heading = _HEADING.match(line)
        if heading:
            if entry and not entry.options:
                category = " ".join(entry.stem).strip()
            _finish(intake, entry, category)
            number_of_it = _NUMBER.match(heading[2])
            first = heading[2][number_of_it.end() :] if number_of_it else heading[2]
            first = "" if first == _NO_HEADING else first
            entry = _Entry(number, [first])
        elif entry:
            _read_line(entry, line)
        elif _OPTION.match(line) or _NUMBERED.match(line):
            intake.fail(number, "options stand there before a heading with their question")
            entry = None
    _finish(intake, entry, category)
    return intake.loaded()


def _read_line(entry: _Entry, line: str) -> None:
    option = _OPTION.match(line) or _NUMBERED.match(line)
    comment = _COMMENT.match(line.strip())
    bare = line.strip()
    if option:
        if option[1] in "xX":
            entry.right.append(len(entry.options))
        entry.options.append([option[2] or ""])
        entry.whys.append([])
    elif comment and not entry.options:
        for part in comment[1].split("; "):
            name, _, value = part.partition(" ")
            if name == "ref:":
                entry.ref = value
            else:
                entry.tags.append(part.replace("&#59;", ";"))
    elif not entry.options:
        if not _NAVIGATION.match(bare) or not bare:
            entry.stem.append(_unguarded(line))
    elif bare.startswith(">") and line.startswith(" "):
        entry.whys[-1].append(line.lstrip()[1:].removeprefix(" "))
    elif explained := _EXPLAINED.match(bare.removeprefix(">").strip()):
        entry.explanation.append(explained[1])
    elif entry.explanation and bare and not _NAVIGATION.match(bare):
        entry.explanation.append(bare)
    elif line.startswith("  ") and not entry.whys[-1]:
        entry.options[-1].append(_unguarded(line[2:]))
    elif not bare:
        entry.options[-1].append("")


def _finish(intake: ImportCollector, entry: _Entry | None, category: str) -> None:
    if entry is None or not entry.options:
        return
    whys = ["\n".join(lines).strip() for lines in entry.whys]
    explanation = "\n".join(entry.explanation).strip()
    if explanation and len(entry.right) >= 1 and not whys[entry.right[0]]:
        whys[entry.right[0]] = explanation
    fields, others = fields_of(entry.tags)
    is_one = len(entry.right) == 1 and "type:multiple_response" not in others
    intake.add(
        entry.line,
        "multiple_choice" if is_one else "multiple_response",
        stem="\n".join(entry.stem).strip(),
        options=[
            Option("\n".join(lines).strip(), why)
            for lines, why in zip(entry.options, whys, strict=True)
        ],
        right=entry.right,
        ref=entry.ref,
        fields=fields,
        category=category,
        tags=[tag for tag in others if not tag.startswith("type:")],
    )


def dumps(items: Iterable[Item]) -> Dumped:
    """Write multiple choice and response as a Markdown list; names what is lost."""
    parts: list[str] = []
    losses: list[Loss] = []
    for item in carried_kinds(items, _KINDS, "a list with boxes", losses):
        losses += losses_of(item, without=WITHOUT)
        parts.append(_section(item))
    return Dumped(("\n\n".join(parts) + "\n").encode(), tuple(losses))


def _section(item: Item) -> str:
    is_heading = "\n" not in item.stem and not item.stem.endswith("#")
    is_heading = is_heading and not _NUMBER.match(item.stem) and item.stem != _NO_HEADING
    lines = [f"### {item.stem if is_heading else _NO_HEADING}"]
    if not is_heading:
        lines += ["", *(_guarded(line) for line in item.stem.split("\n"))]
    tags = [f"ref: {item.ref}"] if item.ref else []
    tags += [tag.replace(";", "&#59;") for tag in tags_of(item)]
    if item.type == "multiple_response" and len(item.right) == 1:
        tags.append("type:multiple_response")
    lines += ["", *([f"<!-- {'; '.join(tags)} -->"] if tags else [])]
    for index, option in enumerate(item.options):
        box = "x" if index in item.right else " "
        text, *more = option.text.split("\n")
        lines.append(f"- [{box}] {text}")
        lines += [f"  {_guarded(line)}" for line in more]
        lines += [f"  > {line}" for line in option.why.split("\n") if option.why]
    return "\n".join(lines)


def _guarded(line: str) -> str:
    """Return a line of a text that no reader takes for a mark of the list."""
    return f"\\{line}" if _is_mark(line) else line


def _unguarded(line: str) -> str:
    return line[1:] if line.startswith("\\") and _is_mark(line) else line


def _is_mark(line: str) -> bool:
    bare = line.strip().lstrip("\\").strip()
    return any(pattern.match(bare) for pattern in (_SPECIAL, _NAVIGATION, _EXPLAINED))
