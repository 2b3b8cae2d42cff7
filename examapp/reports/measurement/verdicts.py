"""What is wrong with a question, by its figures: flags, whose words stand elsewhere. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from examapp.reports.measurement.intervals import Z_90

# With fewer answers nothing is said of a question, and its author's level speaks for it.
ENOUGH_ANSWERS = 30
# A distractor may be called useless only when so many had the chance to take it.
ENOUGH_FOR_DISTRACTORS = 50
# The strong are the upper fifth; so many of them must have met the question.
ENOUGH_STRONG = 10
# Faster than this many words a second nobody reads.
WORDS_PER_SECOND = 8.0
# From here on a question separates the strong from the weak well enough to be left alone.
ENOUGH_DISCRIMINATION = 0.15
# The severity of a flag that chance does not explain.
SURE = 3
# A discrimination above this is not called negative: it is none.
_AGAINST = -0.1


@dataclass(frozen=True)
class Part:
    """An option, or for matching a prompt: who took it, or placed it right, by fifth of ability.

    `counts` are persons from the weakest fifth to the strongest; `met` those who were asked.
    """

    label: str
    is_key: bool
    counts: tuple[int, ...]

    @property
    def taken(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Evidence:
    """The figures that flags are told from; None where answers cannot tell."""

    n: int
    facility: float
    discrimination: float | None
    guess: float
    median_seconds: float | None
    words: int
    parts: tuple[Part, ...]
    met: tuple[int, ...]
    is_choice: bool


@dataclass(frozen=True)
class Flag:
    """Something to look at; `severity` orders the queue, 3 first.

    `options` are the letters of those that it is raised for; `figures` is what its words name.
    """

    code: str
    severity: int
    options: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)


class StoredFlag(TypedDict):
    """A flag as a row holds it, in no language.

    Rows of older releases hold neither options nor figures but the words, as they were read then.
    """

    code: str
    severity: int
    options: NotRequired[list[str]]
    figures: NotRequired[dict[str, float]]
    title: NotRequired[str]
    reason: NotRequired[str]
    action: NotRequired[str]


def flags(found: Evidence) -> list[Flag]:
    """Return what is suspicious about a question, the worst first; [] with too few answers."""
    if found.n < ENOUGH_ANSWERS:
        return []
    rules = (_negative_discrimination, _below_chance, _strong_prefer, _unread, _useless)
    raised = [flag for rule in rules for flag in rule(found)]
    return sorted(raised, key=lambda flag: -flag.severity)


def plain(raised: Sequence[Flag]) -> list[StoredFlag]:
    """Return flags as a row holds them."""
    return [
        {
            "code": flag.code,
            "severity": flag.severity,
            "options": list(flag.options),
            "figures": dict(flag.figures),
        }
        for flag in raised
    ]


def _negative_discrimination(found: Evidence) -> list[Flag]:
    if found.discrimination is None or found.discrimination >= _AGAINST:
        return []
    # The upper end of the correlation's 90 % interval (Fisher 1921, z transformation).
    high = math.tanh(math.atanh(max(found.discrimination, -0.999)) + Z_90 / math.sqrt(found.n - 3))
    figures = {"discrimination": found.discrimination, "count": found.n}
    return [Flag("negative_discrimination", SURE if high < 0 else 2, figures=figures)]


def _below_chance(found: Evidence) -> list[Flag]:
    from_chance = found.facility + Z_90 * math.sqrt(
        max(found.facility * (1 - found.facility), 1 / (4 * found.n)) / found.n
    )
    if not found.is_choice or from_chance >= found.guess:
        return []
    return [Flag("below_chance", 3, figures={"right": found.facility, "guess": found.guess})]


def _strong_prefer(found: Evidence) -> list[Flag]:
    if not found.is_choice or not found.met or found.met[-1] < ENOUGH_STRONG:
        return []
    keys = [part for part in found.parts if part.is_key]
    least = min((part.counts[-1] for part in keys), default=0)
    # More than chance would part two options that are taken alike (sign test, normal form).
    better = [
        part
        for part in found.parts
        if not part.is_key and part.counts[-1] - least > Z_90 * math.sqrt(part.counts[-1] + least)
    ]
    if not keys or not better:
        return []
    worst = max(better, key=lambda part: part.counts[-1])
    figures = {"count": worst.counts[-1], "total": found.met[-1], "right": least}
    return [Flag("strong_prefer_distractor", 3, (worst.label,), figures)]


def _unread(found: Evidence) -> list[Flag]:
    if found.median_seconds is None or found.words == 0:
        return []
    least = found.words / WORDS_PER_SECOND
    if found.median_seconds >= least:
        return []
    figures = {"seconds": found.median_seconds, "words": found.words, "least": least}
    return [Flag("too_fast", 1, figures=figures)]


def _useless(found: Evidence) -> list[Flag]:
    if not found.is_choice or found.n < ENOUGH_FOR_DISTRACTORS:
        return []
    idle = tuple(part.label for part in found.parts if not part.is_key and part.taken == 0)
    return [Flag("idle_distractor", 1, idle, {"people": found.n})] if idle else []
