"""A question of a lettered list under way, and what stands around it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from questions.exchange.markdown_lines import EXPLAINED, LINK_ALONE, Line
from questions.exchange.sections import asks

_FENCED = re.compile(r"\s*[`~]{3}")
# A line drawn between questions.
RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$")


@dataclass
class Entry:
    """A question under way: the lines of its stem and options, and what is said of its answer.

    `depth` is that of its heading, 0 for none; `number` the one before its text, 0 for none.
    """

    line: int
    depth: int = 0
    number: int = 0
    stem: list[Line] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    awaits_answer: bool = False
    out_of_order: str = ""

    def is_title(self) -> bool:
        """Tell whether it is a heading over several questions, as far as it has come."""
        lines = [line for line in self.stem if line.bare]
        return bool(self.depth) and len(lines) == 1 and not asks(lines[0].text)


def has_code(options: Sequence[Sequence[str]]) -> bool:
    """Tell whether options are blocks of code, as far as they have come."""
    return not any(options[-1]) or any(_FENCED.match(text) for texts in options for text in texts)


def divided(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Divide what stands between an answer and the next options into explanation and stem.

    A rule divides; else what is labeled as explanation ends before the last paragraph.
    """
    cut = 0
    rules = [
        index for index, line in enumerate(lines) if RULE.match(line.text) and not line.is_code
    ]
    if rules:
        cut = rules[-1] + 1
    elif any(EXPLAINED.match(line.bare) or LINK_ALONE.match(line.bare) for line in lines):
        words = [index for index, line in enumerate(lines) if line.bare]
        blanks = [index for index in range(words[-1]) if not lines[index].bare]
        cut = blanks[-1] + 1 if blanks else 0
    return list(lines[:cut]), list(lines[cut:])
