"""The rows of a table of questions: what each cell stands for, by the name of its column. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from questions.exchange.collector import ColumnsUnknown, ImportCollector
from questions.exchange.columns import (
    MOST_COLUMNS,
    OPTION_LETTERS,
    TRUE_FALSE,
    column_of,
    unescape_formula,
)
from questions.exchange.text_files import FormatError
from questions.translation import gettext, ngettext

_TRUTH = ("true", "false")


@dataclass(frozen=True)
class Row:
    """A row under way: its line, its cells by the column they stand in, and what has no column."""

    line: int
    values: Mapping[str, str]
    others: tuple[tuple[str, str], ...]

    def options(self) -> list[str]:
        """Return the texts of its options; those of true and false stand in no cell."""
        texts = [self.values.get(f"option_{name}", "") for name in OPTION_LETTERS]
        while texts and not texts[-1]:
            texts.pop()
        if not texts and (self.is_true_false() or self.values.get("key", "").casefold() in _TRUTH):
            return ["True", "False"]
        return texts

    def is_true_false(self) -> bool:
        return plain_type(self.values.get("type", "")) in TRUE_FALSE


def plain_type(text: str) -> str:
    """Return a type's name with blanks for the marks between its words."""
    return " ".join(re.split(r"[\s_/-]+", text.casefold().strip()))


def header_of(
    intake: ImportCollector, line: int, names: Sequence[str], by_hand: Mapping[str, str]
) -> list[str]:
    """Return the column of ours that each name means; raises ColumnsUnknown."""
    width = max((place for place, name in enumerate(names, 1) if name.strip()), default=0)
    names = names[:width]
    if len(names) > MOST_COLUMNS:
        raise FormatError(
            ngettext(
                "there are more than %(most)s column; delete the others",
                "there are more than %(most)s columns; delete the others",
                MOST_COLUMNS,
            )
            % {"most": MOST_COLUMNS},
            line,
        )
    header = [by_hand[name] if name in by_hand else column_of(name) for name in names]
    intake.columns = tuple(
        (name, known) for name, known in zip(names, header, strict=True) if name.strip()
    )
    for name in ("stem", "key"):
        if name not in header:
            shown = ", ".join(repr(each[:30]) for each in names[:8])
            reason = gettext("no column is named %(name)s; the first row has %(names)s") % {
                "name": name,
                "names": shown,
            }
            raise ColumnsUnknown(reason, line, intake.columns)
    if doubled := {name for name, count in Counter(header).items() if name and count > 1}:
        reason = gettext("two columns are named %(name)s") % {"name": sorted(doubled)[0]}
        raise ColumnsUnknown(reason, line, intake.columns)
    return header


def row_of(
    line: int,
    names: Sequence[str],
    header: Sequence[str],
    cells: Sequence[str],
    by_hand: Mapping[str, str],
) -> Row:
    """Return a row by its columns; `by_hand` may say that one is left out."""
    texts = [unescape_formula(cell.strip()) for cell in cells]
    values = {known: text for known, text in zip(header, texts, strict=False) if known}
    others = []
    for index, text in enumerate(texts):
        name = names[index] if index < len(header) else ""
        if text and not (index < len(header) and (header[index] or name in by_hand)):
            others.append((name.strip(), text))
    return Row(line, values, tuple(others))
