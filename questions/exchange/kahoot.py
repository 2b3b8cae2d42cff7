"""Kahoot's sheet: writing it, as its template has it. Pure; `quiz_sheets` reads it.

The header stands in row 8 and questions from row 9 on, columns B to H; what stands above is read by
nobody.
"""

from collections.abc import Iterable

from questions.exchange.columns import escape_formula
from questions.exchange.losses import Dumped, Loss, carried_kinds, losses_of
from questions.exchange.plain_text import markdown_to_plain
from questions.exchange.tags import CLAIMED, FILED_UNDER, WITHOUT
from questions.exchange.workbook import book_of
from questions.items.item import Item
from questions.translation import gettext, ngettext

MOST_STEM = 120
MOST_OPTION = 75
MOST_OPTIONS = 4
# Seconds, one of those that Kahoot knows; the template's own.
TIME_LIMIT = 20
_HEADER_ROW = 8
_HEADER = (
    "",
    f"Question - max {MOST_STEM} characters",
    *(f"Answer {number} - max {MOST_OPTION} characters" for number in range(1, MOST_OPTIONS + 1)),
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
)
_KINDS = {"multiple_choice", "multiple_response"}
_LOST = ("level", *FILED_UNDER, "whys", *CLAIMED, *WITHOUT)


def dumps(items: Iterable[Item]) -> Dumped:
    """Write items of multiple choice and response; what a game of Kahoot cannot hold is named."""
    losses: list[Loss] = []
    rows: list[list[str]] = []
    for item in carried_kinds(items, _KINDS, "Kahoot", losses):
        texts, has_lost = _texts(item)
        if reason := _too_much(item, texts):
            losses.append(Loss(item.ref, reason))
            continue
        if has_lost:
            losses.append(Loss(item.ref, gettext("formatting was left out; its words stay")))
        losses += losses_of(item, without=_LOST)
        right = ",".join(str(index + 1) for index in item.right)
        stem, *options = map(escape_formula, texts)
        options += [""] * (MOST_OPTIONS - len(options))
        rows.append([str(len(rows) + 1), stem, *options, str(TIME_LIMIT), right])
    above: list[list[str]] = [["Quiz"], *([""] for _ in range(_HEADER_ROW - 2))]
    return Dumped(book_of([*above, _HEADER, *rows], "Questions"), tuple(losses))


def _texts(item: Item) -> tuple[list[str], bool]:
    """Return the stem and the options as plain text, and whether formatting was lost with it."""
    plain = [markdown_to_plain(item.stem)]
    plain += [markdown_to_plain(option.text, is_inline=True) for option in item.options]
    texts = [" ".join(text.split()) for text, _ in plain]
    has_lines = any("\n" in text for text, _ in plain)
    return texts, has_lines or any(has_lost for _, has_lost in plain)


def _too_much(item: Item, texts: list[str]) -> str:
    """Return that an item was left out and why it fits no row of Kahoot, "" where it does."""
    count, length, longest = len(item.options), len(texts[0]), max(map(len, texts[1:]), default=0)
    if count > MOST_OPTIONS:
        return ngettext(
            "left out: it has %(count)s option; Kahoot takes %(most)s",
            "left out: it has %(count)s options; Kahoot takes %(most)s",
            count,
        ) % {"count": count, "most": MOST_OPTIONS}
    if length > MOST_STEM:
        return ngettext(
            "left out: its stem has %(count)s character; Kahoot takes %(most)s",
            "left out: its stem has %(count)s characters; Kahoot takes %(most)s",
            length,
        ) % {"count": length, "most": MOST_STEM}
    if longest > MOST_OPTION:
        return ngettext(
            "left out: an option has %(count)s character; Kahoot takes %(most)s",
            "left out: an option has %(count)s characters; Kahoot takes %(most)s",
            longest,
        ) % {"count": longest, "most": MOST_OPTION}
    return ""
