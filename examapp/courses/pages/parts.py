"""Small parts that many pages of a course show."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pill:
    """A state in a word: `kind` is "", "ok", "warn", "bad", "accent" or "outline"."""

    text: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Tab:
    """A page beside this one, or a filter of it, with how many things it holds."""

    text: str
    url: str
    is_here: bool = False
    count: int | str | None = None


@dataclass(frozen=True)
class Line:
    """An assignment in a list: what it is, how many are done, its state.

    `percent` is None where a bar says nothing.
    """

    name: str
    url: str
    sub: str
    words: str
    pill: Pill
    percent: int | None = None


@dataclass(frozen=True)
class Section:
    """Lines under a heading; `key` is a word for its id."""

    key: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Callout:
    """One sentence that comes first, with what to do about it."""

    heading: str
    text: str
    button: str = ""
    url: str = ""


type Crumbs = tuple[tuple[str, str], ...]


def percent(part: float, whole: float) -> int:
    """Return a share in whole per cent, 0 where there is no whole."""
    return round(100 * part / whole) if whole else 0
