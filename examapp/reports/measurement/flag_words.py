"""What a question's flags and figures say in words, in the language of who reads them. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from examapp.reports.measurement.verdicts import (
    ENOUGH_ANSWERS,
    ENOUGH_DISCRIMINATION,
    SURE,
    StoredFlag,
)
from questions.translation import and_list, gettext, ngettext


@dataclass(frozen=True)
class FlagWords:
    """What a flag is called, why it is raised, and what to do."""

    title: str
    reason: str
    action: str


def words_of(flag: StoredFlag) -> FlagWords:
    """Return the words of a flag; one of an older release says what it said then."""
    figures = flag.get("figures")
    if figures is None:
        told = (flag.get("title", ""), flag.get("reason", ""), flag.get("action", ""))
        return FlagWords(*told)
    return _WORDS[flag["code"]](flag, figures)


def options_of(flag: StoredFlag) -> list[str]:
    """Return the letters of the options that a flag is raised for.

    Older releases stored them in the title only, "Nobody takes C and D".
    """
    in_title = [word for word in flag.get("title", "").split() if len(word) == 1]
    return flag.get("options", in_title)


def summary(
    n: int, raised: Sequence[StoredFlag], *, discrimination: float | None, facility: float | None
) -> str:
    """Return the verdict on a question in a sentence or two.

    "Nothing stands out" is said of a question that is known to separate the strong from the weak.
    """
    if n < ENOUGH_ANSWERS:
        return gettext("Too few answers to judge: %(count)s of %(enough)s.") % {
            "count": n,
            "enough": ENOUGH_ANSWERS,
        }
    if raised:
        worst = words_of(raised[0])
        return f"{worst.reason} {worst.action}"
    return _sound(discrimination, facility)


def _sound(discrimination: float | None, facility: float | None) -> str:
    """Return what a question's discrimination says of it where no flag is raised."""
    if facility is not None and facility >= 1:
        return gettext(
            "Everyone answered it correctly, so it cannot tell the strong from the weak."
        )
    if facility is not None and facility <= 0:
        return gettext("Nobody answered it correctly, so it cannot tell the strong from the weak.")
    if discrimination is None or not math.isfinite(discrimination):
        return gettext(
            "Its discrimination is not known: the people who met it did equally well on everything "
            "else, or met too little else."
        )
    shown = round(discrimination, 2)
    if shown >= ENOUGH_DISCRIMINATION:
        return gettext(
            "Nothing stands out: it separates the strong from the weak as a question should."
        )
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


def _against(flag: StoredFlag, figures: dict[str, float]) -> FlagWords:
    if flag["severity"] == SURE:
        title = gettext("Possible wrong key")
        reason = gettext(
            "Those who know more get it wrong more often (discrimination %(discrimination)s)."
        )
    else:
        title = gettext("Negative discrimination")
        reason = gettext(
            "Those who know more get it wrong more often (discrimination %(discrimination)s). From "
            "%(count)s answers this may still be chance."
        )
    told = {"discrimination": f"{figures['discrimination']:.2f}", "count": figures["count"]}
    action = gettext("Check the key first, then whether the stem can be read in two ways.")
    return FlagWords(title, reason % told, action)


def _below_chance(flag: StoredFlag, figures: dict[str, float]) -> FlagWords:
    reason = gettext(
        "%(right)s %% are right, fewer than blind guessing would give (%(guess)s %%)."
    ) % {name: f"{100 * share:.0f}" for name, share in figures.items()}
    return FlagWords(
        gettext("Below chance"),
        reason,
        gettext("Check the key; if it is right, something in the stem leads people astray."),
    )


def _preferred(flag: StoredFlag, figures: dict[str, float]) -> FlagWords:
    told = {"option": options_of(flag)[0], **figures}
    reason = gettext(
        "In the strongest fifth %(count)s of %(total)s take option %(option)s, and %(right)s the "
        "right one."
    )
    action = gettext(
        "Read option %(option)s as an expert would: it may be right too. Correct the key or "
        "rewrite the option."
    )
    title = gettext("The strong prefer %(option)s")
    return FlagWords(title % told, reason % told, action % told)


def _unread(flag: StoredFlag, figures: dict[str, float]) -> FlagWords:
    reason = gettext(
        "Half of the answers took under %(seconds)s seconds; %(words)s words take %(least)s to "
        "read at a rush."
    ) % {name: f"{number:.0f}" for name, number in figures.items()}
    return FlagWords(
        gettext("Answered without reading"),
        reason,
        gettext("Look whether the options give the answer away, or the text can be shorter."),
    )


def _idle(flag: StoredFlag, figures: dict[str, float]) -> FlagWords:
    options = options_of(flag)
    told = {"options": and_list(options), "people": figures["people"]}
    reason = ngettext(
        "Of %(people)s people nobody took option %(options)s.",
        "Of %(people)s people nobody took options %(options)s.",
        len(options),
    )
    action = ngettext(
        "Rewrite option %(options)s so that it tempts those who do not know.",
        "Rewrite options %(options)s so that they tempt those who do not know.",
        len(options),
    )
    return FlagWords(gettext("Nobody takes %(options)s") % told, reason % told, action % told)


_WORDS: dict[str, Callable[[StoredFlag, dict[str, float]], FlagWords]] = {
    "negative_discrimination": _against,
    "below_chance": _below_chance,
    "strong_prefer_distractor": _preferred,
    "too_fast": _unread,
    "idle_distractor": _idle,
}
