"""Aiken: a line for the stem, a line an option, and the answer's letter. Pure.

The dialect that names several letters is read as multiple response; the first letter alone would be
a wrong key. Lines of a stem join; each option begins with the next letter.
"""

import re
from collections.abc import Iterable

from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.losses import Dumped, Loss, carried_kinds, losses_of
from questions.exchange.plain_text import markdown_to_plain, plain_to_markdown
from questions.exchange.tags import CLAIMED, FILED_UNDER, WITHOUT
from questions.exchange.text_files import at_line, decoded
from questions.items.item import Item, Option, letter
from questions.translation import gettext

_OPTION = re.compile(r"([A-Z])[).](?:[ \t]+(.*)|)$")
_ANSWER = re.compile(r"answer\s*:\s*(.*)$", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z](?:(?:\s*[,;&/]\s*|\s+and\s+|\s+)[A-Z])*$")
_KINDS = {"multiple_choice"}
_LOST = ("level", *FILED_UNDER, "whys", *CLAIMED, *WITHOUT)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a file of Aiken; raises FormatError."""
    intake = ImportCollector()
    stem: list[str] = []
    options: list[str] = []
    start = 0
    for number, line in enumerate(decoded(data, encoding).split("\n"), 1):
        text = line.strip()
        if not text:
            continue
        start = start or number
        answer = _ANSWER.match(text)
        option = _OPTION.match(text)
        if answer and options:
            _finish(intake, start, number, stem, options, answer[1].strip())
            stem, options, start = [], [], 0
        elif option and stem and option[1] == letter(len(options)):
            options.append(option[2] or "")
        elif options:
            reason = gettext(
                "it is neither option %(letter)s nor ANSWER:; each option is one line"
            ) % {"letter": letter(len(options))}
            intake.fail(start, at_line(reason, number))
            stem, options, start = [text], [], number
        else:
            stem.append(text)
    if options:
        intake.fail(start, gettext("the question has no ANSWER: line"))
    elif stem and (intake.items or intake.problems):
        intake.fail(start, gettext("a stem without options"))
    return intake.loaded()


def _finish(
    intake: ImportCollector,
    start: int,
    number: int,
    stem: list[str],
    options: list[str],
    answer: str,
) -> None:
    if not _LETTERS.match(answer.upper()):
        reason = gettext("ANSWER: must name a letter, as in ANSWER: B")
        return intake.fail(start, at_line(reason, number), "key")
    letters = re.findall(r"\b[A-Z]\b", answer.upper())
    right = sorted({ord(name) - ord("A") for name in letters})
    if any(index >= len(options) for index in right):
        reason = gettext("ANSWER: names a letter without an option")
        return intake.fail(start, at_line(reason, number), "key")
    return intake.add(
        start,
        "multiple_choice" if len(right) == 1 else "multiple_response",
        stem=plain_to_markdown("\n".join(stem)),
        options=[Option(plain_to_markdown(text, is_inline=True), "") for text in options],
        right=right,
    )


def dumps(items: Iterable[Item]) -> Dumped:
    """Write items of multiple choice; what Aiken cannot hold is named."""
    parts: list[str] = []
    losses: list[Loss] = []
    for item in carried_kinds(items, _KINDS, "Aiken", losses):
        shown = [markdown_to_plain(item.stem)]
        shown += [markdown_to_plain(option.text, is_inline=True) for option in item.options]
        stem, *texts = [" ".join(text.split()) for text, _ in shown]
        if _OPTION.match(stem) or _ANSWER.match(stem):
            losses.append(
                Loss(item.ref, gettext("left out: its stem reads like an option of Aiken"))
            )
            continue
        if [stem, *texts] != [text for text, _ in shown]:
            losses.append(Loss(item.ref, gettext("lines of a text were joined")))
        if any(is_formatted for _, is_formatted in shown):
            losses.append(Loss(item.ref, gettext("formatting was left out")))
        losses += losses_of(item, without=_LOST)
        lines = [stem, *(f"{letter(index)}. {text}" for index, text in enumerate(texts))]
        parts.append("\n".join([*lines, f"ANSWER: {letter(item.right[0])}"]))
    return Dumped(("\n\n".join(parts) + "\n").encode(), tuple(losses))
