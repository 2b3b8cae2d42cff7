"""R/exams: reading exercises of single and multiple choice in R Markdown. Pure.

Sections are underlined: Question, Solution, Meta-information, with an Answerlist in the first two.
The second list says of each option whether it is right, and why. No R code is run: an exercise
whose text is computed is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from questions.exchange.archives import members
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.text_files import FormatError, at_line, decoded, in_file
from questions.items.item import Option
from questions.translation import gettext, ngettext

_SECTIONS = {"question", "solution", "meta-information"}
_UNDERLINE = re.compile(r"(={3,}|-{3,})\s*")
_CHUNK = re.compile(r"\s*(`{3,}|~{3,})\s*\{r\b([^}]*)\}?")
_INLINE_CODE = re.compile(r"`r\s[^`]+`")
_ENTRY = re.compile(r"(?:[*+-]|\d{1,2}[.)])\s+(.*)")
_META = re.compile(r"(ex[a-z]+)(?:\[[^\]]*\])?\s*:\s*(.*)")
_VERDICT = re.compile(r"\**(true|false|correct|wrong|right)\b\**[.:,]?\**\s*", re.IGNORECASE)
_RIGHT = {"true", "correct", "right"}
_KNOWN_META = {"exname", "extype", "exsolution", "exshuffle", "exsection"}


class _Refused(ValueError):
    """An exercise that cannot be taken; the text says why."""


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read an exercise, or a zip of them; raises FormatError.

    The row of an exercise is the line of its question, in a zip its number there.
    """
    intake = ImportCollector()
    if not data.startswith(b"PK"):
        _take(intake, 0, decoded(data, encoding))
        return intake.loaded()
    parts = members(data)
    names = sorted(name for name in parts if name.lower().endswith(".rmd"))
    if not names:
        raise FormatError(gettext("the archive holds no exercise of R/exams (.Rmd)"))
    for row, name in enumerate(names, 1):
        try:
            _take(intake, row, decoded(parts[name], encoding))
        except FormatError as error:
            intake.fail(row, in_file(name, str(error)))
    return intake.loaded()


@dataclass
class _Exercise:
    """An exercise in its parts: lines of texts, entries of lists, what it says of itself."""

    line: int = 1
    texts: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)


def _take(intake: ImportCollector, row: int, text: str) -> None:
    if "\\begin{question}" in text:
        raise FormatError(
            gettext("an exercise of R/exams in LaTeX (.Rnw); only R Markdown (.Rmd) is read")
        )
    lines, losses = _without_code(text.split("\n"))
    exercise = _sections(lines)
    if "question" not in exercise.texts:
        raise FormatError(gettext("no section is named Question; is it an exercise of R/exams?"))
    question = ForeignQuestion(row or exercise.line, losses=losses)
    try:
        _read(question, exercise, text)
    except _Refused as error:
        intake.fail(question.row, str(error))
    else:
        question.add_to(intake)


def _without_code(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines with those of R's code empty, and a sentence for what was left out."""
    kept, fence, losses = [], "", []
    for number, line in enumerate(lines, 1):
        chunk = None if fence else _CHUNK.match(line)
        if chunk:
            fence = chunk[1]
            losses.append(at_line(gettext("code in R was left out"), number))
            kept.append("")
        elif fence:
            fence = "" if line.strip() == fence else fence
            kept.append("")
        else:
            kept.append(line)
    return kept, losses


def _sections(lines: list[str]) -> _Exercise:
    exercise = _Exercise()
    section, in_list = "", False
    for number, line in enumerate(lines, 1):
        below = lines[number] if number < len(lines) else ""
        name = line.strip().casefold()
        if _UNDERLINE.fullmatch(line) and number > 1 and _is_heading(lines[number - 2]):
            continue
        if _UNDERLINE.fullmatch(below) and _is_heading(line):
            in_list = name == "answerlist"
            if not in_list:
                section = name
                exercise.texts.setdefault(section, [])
                exercise.line = number if section == "question" else exercise.line
        elif section == "meta-information":
            if meta := _META.match(line.strip()):
                exercise.meta[meta[1]] = meta[2].strip()
        elif in_list:
            _read_entry(exercise.lists.setdefault(section, []), line)
        elif section:
            exercise.texts[section].append(line)
    return exercise


def _is_heading(line: str) -> bool:
    return line.strip().casefold() in (*_SECTIONS, "answerlist")


def _read_entry(entries: list[str], line: str) -> None:
    entry = _ENTRY.match(line)
    if entry:
        entries.append(entry[1].rstrip())
    elif entries:
        entries[-1] = f"{entries[-1]}\n{line.strip()}".rstrip()


def _read(question: ForeignQuestion, exercise: _Exercise, text: str) -> None:
    """Read an exercise into a question; raises _Refused."""
    kind = exercise.meta.get("extype", "")
    if kind not in ("schoice", "mchoice"):
        if not kind:
            raise _Refused(gettext("it does not say its extype; write extype: schoice or mchoice"))
        raise _Refused(gettext("%(kind)r of R/exams is no choice") % {"kind": kind[:40]})
    if code := _INLINE_CODE.search(text):
        raise _Refused(
            gettext("R computes its text (%(code)s); knit it, then import that")
            % {"code": code[0][:40]}
        )
    options = exercise.lists.get("question", [])
    if not options:
        raise _Refused(
            gettext("its Answerlist is computed by R, or is missing; write its options there")
        )
    question.is_multiple = kind == "mchoice"
    question.right = _right(exercise.meta.get("exsolution", ""), len(options))
    question.stem = "\n".join(exercise.texts["question"]).strip()
    question.explanation = "\n".join(exercise.texts.get("solution", [])).strip()
    whys = list(_whys(exercise.lists.get("solution", []), question.right))
    question.options = [Option(option, why) for option, why in _paired(options, whys)]
    question.name = exercise.meta.get("exname", "")
    question.category = exercise.meta.get("exsection", "")
    if exercise.meta.get("exshuffle", "").isdecimal():
        question.lose(gettext("a draw from its options (exshuffle) was left out: all are shown"))
    for name, value in exercise.meta.items():
        if name not in _KNOWN_META and value:
            question.lose(
                gettext("%(name)s was left out: %(value)r") % {"name": name, "value": value[:80]}
            )


def _right(solution: str, count: int) -> list[int]:
    bits = re.sub(r"[\s|]", "", solution)
    if re.fullmatch(r"[01]+", bits) and len(bits) == count:
        return [index for index, bit in enumerate(bits) if bit == "1"]
    reason = ngettext(
        "exsolution %(solution)r is no 0 or 1 for its %(count)s option",
        "exsolution %(solution)r is no 0 or 1 for each of %(count)s options",
        count,
    )
    raise _Refused(reason % {"solution": solution[:40], "count": count})


def _whys(entries: list[str], right: list[int]) -> Iterator[str]:
    """Yield what each entry of the solution says beside its verdict; raises _Refused."""
    for index, entry in enumerate(entries):
        verdict = _VERDICT.match(entry)
        if verdict and (verdict[1].casefold() in _RIGHT) != (index in right):
            raise _Refused(
                gettext("exsolution and the solution's entry %(number)s say different things")
                % {"number": index + 1}
            )
        yield entry[verdict.end() :].strip() if verdict else entry


def _paired(options: list[str], whys: list[str]) -> Iterator[tuple[str, str]]:
    if len(whys) not in (0, len(options)):
        raise _Refused(
            gettext(
                "each option needs one entry in the solution (options: %(options)s, "
                "entries: %(entries)s)"
            )
            % {"options": len(options), "entries": len(whys)}
        )
    return zip(options, whys or [""] * len(options), strict=True)
