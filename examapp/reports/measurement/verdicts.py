"""What is wrong with a question, by its figures: flags with a reason and what to do. Pure."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from examapp.reports.measurement.intervals import Z_90
from questions.translation import gettext, gettext_noop, ngettext

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
    """Something to look at; `severity` orders the queue, 3 first."""

    code: str
    title: str
    reason: str
    action: str
    severity: int


def flags(found: Evidence) -> list[Flag]:
    """Return what is suspicious about a question, the worst first; [] with too few answers."""
    if found.n < ENOUGH_ANSWERS:
        return []
    rules = (_negative_discrimination, _below_chance, _strong_prefer, _unread, _useless)
    raised = [flag for rule in rules for flag in rule(found)]
    return sorted(raised, key=lambda flag: -flag.severity)


def plain(raised: list[Flag]) -> list[dict[str, Any]]:
    return [asdict(flag) for flag in raised]


def summary(n: int, raised: list[Flag], found: Evidence | None = None) -> str:
    """Return the verdict on a question in a sentence; with its evidence, also where none is raised.

    "Nothing stands out" is said of a question that is known to separate the strong from the weak.
    """
    if n < ENOUGH_ANSWERS:
        return gettext("Too few answers to judge: %(count)s of %(enough)s.") % {
            "count": n,
            "enough": ENOUGH_ANSWERS,
        }
    if raised:
        return f"{raised[0].reason} {raised[0].action}"
    return _sound(found.discrimination, found.facility) if found else gettext(_SOUND)


_SOUND = gettext_noop(
    "Nothing stands out: it separates the strong from the weak as a question should."
)


def _sound(discrimination: float | None, facility: float) -> str:
    """Return what a question's discrimination says of it where no flag is raised."""
    if facility >= 1:
        return gettext(
            "Everyone answered it correctly, so it cannot tell the strong from the weak."
        )
    if facility <= 0:
        return gettext("Nobody answered it correctly, so it cannot tell the strong from the weak.")
    if discrimination is None or not math.isfinite(discrimination):
        return gettext(
            "Its discrimination is not known: the people who met it did equally well on everything "
            "else, or met too little else."
        )
    shown = round(discrimination, 2)
    if shown >= ENOUGH_DISCRIMINATION:
        return gettext(_SOUND)
    if shown == 0:
        return gettext(
            "It does not separate the strong from the weak at all (discrimination 0.00)."
        )
    if shown > 0:
        sentence = gettext(
            "It hardly separates the strong from the weak (discrimination %(discrimination)s)."
        )
    else:
        sentence = gettext(
            "The strong do a little worse on it than the weak (discrimination %(discrimination)s), "
            "which may be chance."
        )
    return sentence % {"discrimination": f"{shown:.2f}"}


def _negative_discrimination(found: Evidence) -> list[Flag]:
    if found.discrimination is None or found.discrimination >= _AGAINST:
        return []
    # The upper end of the correlation's 90 % interval (Fisher 1921, z transformation).
    high = math.tanh(math.atanh(max(found.discrimination, -0.999)) + Z_90 / math.sqrt(found.n - 3))
    surely = high < 0
    if surely:
        reason = gettext(
            "Those who know more get it wrong more often (discrimination %(discrimination)s)."
        )
    else:
        reason = gettext(
            "Those who know more get it wrong more often (discrimination %(discrimination)s). From "
            "%(count)s answers this may still be chance."
        )
    return [
        Flag(
            "negative_discrimination",
            gettext("Possible wrong key") if surely else gettext("Negative discrimination"),
            reason % {"discrimination": f"{found.discrimination:.2f}", "count": found.n},
            gettext("Check the key first, then whether the stem can be read in two ways."),
            3 if surely else 2,
        )
    ]


def _below_chance(found: Evidence) -> list[Flag]:
    from_chance = found.facility + Z_90 * math.sqrt(
        max(found.facility * (1 - found.facility), 1 / (4 * found.n)) / found.n
    )
    if not found.is_choice or from_chance >= found.guess:
        return []
    return [
        Flag(
            "below_chance",
            gettext("Below chance"),
            gettext("%(right)s %% are right, fewer than blind guessing would give (%(guess)s %%).")
            % {"right": f"{100 * found.facility:.0f}", "guess": f"{100 * found.guess:.0f}"},
            gettext("Check the key; if it is right, something in the stem leads people astray."),
            3,
        )
    ]


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
    return [
        Flag(
            "strong_prefer_distractor",
            gettext("The strong prefer %(option)s") % {"option": worst.label},
            gettext(
                "In the strongest fifth %(count)s of %(total)s take option %(option)s, and "
                "%(right)s the right one."
            )
            % {
                "count": worst.counts[-1],
                "total": found.met[-1],
                "option": worst.label,
                "right": least,
            },
            gettext(
                "Read option %(option)s as an expert would: it may be right too. Correct the key "
                "or rewrite the option."
            )
            % {"option": worst.label},
            3,
        )
    ]


def _unread(found: Evidence) -> list[Flag]:
    if found.median_seconds is None or found.words == 0:
        return []
    least = found.words / WORDS_PER_SECOND
    if found.median_seconds >= least:
        return []
    return [
        Flag(
            "too_fast",
            gettext("Answered without reading"),
            gettext(
                "Half of the answers took under %(seconds)s seconds; %(words)s words take "
                "%(least)s to read at a rush."
            )
            % {
                "seconds": f"{found.median_seconds:.0f}",
                "words": found.words,
                "least": f"{least:.0f}",
            },
            gettext("Look whether the options give the answer away, or the text can be shorter."),
            1,
        )
    ]


def _useless(found: Evidence) -> list[Flag]:
    if not found.is_choice or found.n < ENOUGH_FOR_DISTRACTORS:
        return []
    idle = [part.label for part in found.parts if not part.is_key and part.taken == 0]
    if not idle:
        return []
    names = {"options": gettext(" and ").join(idle), "people": found.n}
    taken = ngettext(
        "Of %(people)s people nobody took option %(options)s.",
        "Of %(people)s people nobody took options %(options)s.",
        len(idle),
    )
    rewrite = ngettext(
        "Rewrite option %(options)s so that it tempts those who do not know.",
        "Rewrite options %(options)s so that they tempt those who do not know.",
        len(idle),
    )
    return [
        Flag(
            "idle_distractor",
            gettext("Nobody takes %(options)s") % names,
            taken % names,
            rewrite % names,
            1,
        )
    ]
