"""Reading a page sentence by sentence: each is known by a pattern, and held against the truth."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.people.counts import Truth
from tests.support.people.page_lines import Line


@dataclass
class Reading:
    """Where a reader is: on whose page, under which heading, at which area or question."""

    truth: Truth
    page: str
    line: Line = field(default_factory=lambda: Line(""))
    area: str = ""
    position: int = 0
    heard: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def same_everywhere(self, what: str, value: Any) -> None:
        """Hold what a page tells against what other pages told of the same past."""
        key = (len(self.truth.past), what)
        told = self.truth.person.told.setdefault(key, value)
        assert told == value, f"Elsewhere it is {told}."


type Check = Callable[..., None]
_CHECKS: list[tuple[re.Pattern[str], Check]] = []


def says(pattern: str) -> Callable[[Check], Check]:
    """Register what holds a sentence against the truth; its groups are the check's arguments."""

    def register(check: Check) -> Check:
        _CHECKS.append((re.compile(pattern), check))
        return check

    return register


def claims_nothing(*patterns: str) -> None:
    """Name what a page says of nobody: headings, buttons, legends, explanations."""
    for pattern in patterns:
        says(pattern)(lambda reading: None)


def read(truth: Truth, page: str, lines: Iterable[Line]) -> Reading:
    """Hold every sentence of a page against the truth; fail with all that are false or unknown."""
    reading = Reading(truth, page)
    for line in lines:
        reading.line = line
        rest = line.text
        while rest:
            rest = _read_one(reading, rest)
    assert not reading.faults, "\n".join([f"{truth.person.name}, {page}:", *reading.faults])
    return reading


def _read_one(reading: Reading, text: str) -> str:
    """Check the longest sentence that a line begins with; return what is left of the line."""
    where = f"under “{reading.line.heading}”"
    matches = [(match, check) for pattern, check in _CHECKS if (match := pattern.match(text))]
    longest = max((match.end() for match, _ in matches), default=0)
    if not longest:
        reading.faults.append(f"{where}: no check knows “{text}”")
        return ""
    reading.heard.append(text[:longest])
    for match, check in matches:
        if match.end() == longest:
            try:
                check(reading, **{name: _value(word) for name, word in match.groupdict().items()})
            except (AssertionError, LookupError, ValueError) as error:
                reading.faults.append(f"{where}: “{match[0]}” is not true. {error}")
    return text[longest:].lstrip(" .,:·/")


def _value(text: str | None) -> Any:
    """Return a figure as a number."""
    return int(text) if text and text.isdecimal() else text
