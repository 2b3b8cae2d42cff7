"""People by parts of the exam, shaded by the share right.

A class is shaded from FEWEST people on; one person's answers from FEWEST_ANSWERS on: fewer are
shown as dots, since a shade would judge what nobody can know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from examapp.courses.changes import FEWEST

FEWEST_ANSWERS = 6
# Shares from which the next shade holds.
_BOUNDS = (0.40, 0.55, 0.70, 0.85)


@dataclass(frozen=True)
class Cell:
    """What one person, or the class, had right in one part."""

    text: str
    words: str
    shade: str = ""
    pips: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Column:
    """A part of the exam: a domain, or a task."""

    number: str
    title: str
    of: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One person, or the class; `sum` is their score or their share of all parts."""

    name: str
    url: str
    cells: tuple[Cell, ...]
    sum: str
    sum_words: str = ""
    sum_shade: str = ""
    is_pass: bool = False


@dataclass(frozen=True)
class HeatMap:
    """The whole table, with what its shades mean."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    class_row: Row | None
    sum_title: str
    sum_of: str
    is_tasks: bool = False

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        return (
            ("m1", gettext("under 40 %")),
            ("m2", gettext("40 to 54")),
            ("m3", gettext("55 to 69")),
            ("m4", gettext("70 to 84")),
            ("m5", gettext("85 and more")),
        )


def shade(share: float) -> str:
    """Return the class of a share right, "m1" for the weakest to "m5"."""
    return f"m{1 + sum(share >= bound for bound in _BOUNDS)}"


def cell(right: float, of: int) -> Cell:
    """Show what one person had right of so many questions."""
    if not of:
        return Cell("–", gettext("no question"))
    whole = _number(right)
    words = gettext("%(right)s of %(of)d") % {"right": whole, "of": of}
    if of < FEWEST_ANSWERS:
        return Cell(whole, words, pips=tuple(place < round(right) for place in range(of)))
    return Cell(whole, words, shade(right / of))


def class_cell(share: float, people: int, of: float) -> Cell:
    """Show the class's mean, as answers of so many questions; plain where few took part."""
    text = f"{share * of:.1f}"
    words = gettext("average %(right)s of %(of)d") % {"right": text, "of": of}
    return Cell(text, words, shade(share) if people >= FEWEST else "")


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
