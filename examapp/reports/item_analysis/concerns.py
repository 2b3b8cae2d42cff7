"""What may be wrong with a question, in words that need no statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext, ngettext

from examapp.reports.item_analysis.bodies import VersionBody
from examapp.reports.measurement.flag_words import options_of
from examapp.reports.measurement.verdicts import (
    ENOUGH_ANSWERS,
    ENOUGH_DISCRIMINATION,
    SURE,
    StoredFlag,
)
from examapp.reports.models import ItemStatistics
from questions.translation import and_list

# Where the action of each flag is done: at the key, or in the editor.
FIRST_STEPS: dict[str, Literal["key", "edit"]] = {
    "negative_discrimination": "key",
    "below_chance": "key",
    "strong_prefer_distractor": "key",
    "too_fast": "edit",
    "idle_distractor": "edit",
}
# Below this share right, as a number of people, "almost nobody" is true.
_ALMOST_NOBODY = 0.15


@dataclass(frozen=True)
class Concern:
    """What stands out of a question in a sentence, why it matters, and what to do first."""

    code: str
    title: str
    why: str
    step: str

    @property
    def first_step(self) -> str:
        return FIRST_STEPS[self.code]


def concerns(row: ItemStatistics, body: VersionBody | None) -> list[Concern]:
    """Return what stands out of a question, the worst first.

    `body` holds the figures of the version that it is judged by, where they are known.
    """
    return [_concern(flag, row, body) for flag in row.flags]


def _concern(flag: StoredFlag, row: ItemStatistics, body: VersionBody | None) -> Concern:
    code, options = flag["code"], options_of(flag)
    if code == "negative_discrimination":
        return Concern(code, *_against(row, body, is_sure=flag["severity"] == SURE))
    if code == "below_chance":
        return Concern(code, *_rarely_right(row, body))
    if code == "strong_prefer_distractor":
        return Concern(code, *_preferred(options[0], body))
    if code == "too_fast":
        return Concern(code, *_unread(row))
    return Concern(code, *_unused(options))


def _against(
    row: ItemStatistics, body: VersionBody | None, *, is_sure: bool
) -> tuple[str, str, str]:
    title = gettext("Those who do well elsewhere get this one wrong.")
    shares = _outer_shares(body)
    why = gettext("Often the key is wrong, or a second answer is right too.")
    if shares:
        low, high = shares
        compared = gettext(
            "%(high)s in 10 of those with the best scores get it right, and %(low)s in 10 of those "
            "with the lowest."
        ) % {"high": high, "low": low}
        why = f"{compared} {why}"
    if not is_sure:
        chance = ngettext(
            "After %(n)s answer this may still be chance.",
            "After %(n)s answers this may still be chance.",
            row.n,
        )
        why = f"{why} {chance % {'n': row.n}}"
    return title, why, gettext("Check the key")


def _outer_shares(body: VersionBody | None) -> tuple[int, int] | None:
    """Return how many in 10 of the weakest and of the strongest fifth were right."""
    if not body or not body["met"] or not (body["met"][0] and body["met"][-1]):
        return None
    shares = [right / met for right, met in zip(body["right"], body["met"], strict=True) if met]
    return round(10 * shares[0]), round(10 * shares[-1])


def _rarely_right(row: ItemStatistics, body: VersionBody | None) -> tuple[str, str, str]:
    right = round(row.n * (row.facility or 0))
    figures = {"right": right, "n": row.n}
    if (row.facility or 0) <= _ALMOST_NOBODY:
        title = gettext("Almost nobody gets it right: %(right)s of %(n)s.") % figures
    else:
        title = gettext("Fewer get it right than by guessing: %(right)s of %(n)s.") % figures
    why = gettext("Check the key first. If it is right, something in the question misleads.")
    if body:
        guess = round(row.n * body["guess"])
        guessed = gettext("Blind guessing would give about %(guess)s.") % {"guess": guess}
        why = f"{guessed} {why}"
    return title, why, gettext("Check the key")


def _preferred(letter: str, body: VersionBody | None) -> tuple[str, str, str]:
    title = gettext("Many who did well elsewhere chose %(letter)s.") % {"letter": letter}
    why = gettext("It may be right too, or read as if it were.")
    counts = {part["label"]: part["counts"] for part in body["parts"]} if body else {}
    if body and letter in counts:
        taken = gettext(
            "%(taken)s of the %(met)s people with the best scores chose %(letter)s."
        ) % {
            "met": body["met"][-1],
            "taken": counts[letter][-1],
            "letter": letter,
        }
        why = f"{taken} {why}"
    return title, why, gettext("Check the key")


def _unread(row: ItemStatistics) -> tuple[str, str, str]:
    title = gettext("Most answered it without reading it.")
    why = gettext("The answers may give it away, or people know it by heart.")
    if row.median_seconds is not None:
        seconds = round(row.median_seconds)
        taken = ngettext(
            "Half of the people took less than %(n)s second.",
            "Half of the people took less than %(n)s seconds.",
            seconds,
        )
        why = f"{taken % {'n': seconds}} {why}"
    return title, why, gettext("Edit the question")


def _unused(options: Sequence[str]) -> tuple[str, str, str]:
    named = and_list(options)
    title = gettext("Nobody chooses %(letters)s.") % {"letters": named}
    why = gettext("An answer that nobody believes makes guessing easier.")
    return title, why, gettext("Write a better %(letters)s") % {"letters": named}


def tells_apart(row: ItemStatistics) -> str:
    """Say whether a question tells strong from weak: yes, a little, no, or too few answers."""
    if row.n < ENOUGH_ANSWERS or row.discrimination is None:
        return gettext("Too few answers")
    if row.discrimination >= ENOUGH_DISCRIMINATION:
        return gettext("Yes")
    return gettext("A little") if row.discrimination > 0.05 else gettext("No")


def judged_bodies(rows: Sequence[ItemStatistics]) -> dict[int, VersionBody]:
    """Return by question the figures of the version that each is judged by, in one statement."""
    judged = [row.body.get("judged_version") for row in rows]
    versions = ItemStatistics.objects.filter(version__in=[pk for pk in judged if pk])
    return dict(versions.values_list("question_id", "body"))
