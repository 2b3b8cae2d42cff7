"""The questions of an assignment, hardest first, with the wrong answer that was chosen most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.paginator import Page
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext

from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address
from examapp.courses.pages.heads import AssignmentHead, crumbs_to
from examapp.courses.pages.heat_map import FEWEST
from examapp.courses.pages.parts import Callout, Crumbs, percent
from examapp.exams.models import SessionItem

# A wrong answer is told from this many people on; from this share on it comes first.
_FEWEST_CHOSE, _MANY = 2, 0.4
# How many questions are put on the board.
_ON_BOARD = 2


@dataclass
class Asked:
    """A question with what people made of it."""

    question: int
    number: str
    text: str
    options: Sequence[str]
    of: int = 0
    right: float = 0.0
    wrong: Counter[int] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0

    @property
    def chosen_most(self) -> tuple[int, int] | None:
        """Return index and count of the wrong option chosen most, where it is told."""
        top = self.wrong.most_common(1)
        return top[0] if top and top[0][1] >= _FEWEST_CHOSE else None


@dataclass(frozen=True)
class AskedLine:
    text: str
    number: str
    right: str
    of: int
    percent: int
    wrong: str
    wrong_people: str
    no_wrong: str


@dataclass(frozen=True)
class AskedPage:
    head: AssignmentHead
    heading: str
    caption: str
    lines: Sequence[AskedLine]
    part: "Page[Asked] | None"
    callout: Callout | None
    empty: str = ""


def asked_in(sessions: Sequence[UUID]) -> list[Asked]:
    """Return the questions of exams that were taken, in one statement, hardest first.

    Those with few answers come last. `wrong` counts the authored options of single choices; other
    kinds have too many answers to say which was chosen most.
    """
    rows = SessionItem.objects.filter(session__in=sessions).counted().order_by()
    fields = (
        *("version__question_id", "topic__task__number", "version__content", "version__type"),
        *("keyed_by__key", "shuffle", "response", "credit"),
    )
    found: dict[int, Asked] = {}
    for question, number, content, kind, key, shuffle, response, credit in rows.values_list(
        *fields
    ):
        asked = found.setdefault(
            question, Asked(question, number, strip_tags(content["stem"]), content["options"])
        )
        asked.of += 1
        asked.right += float(credit or 0)
        if kind == "multiple_choice" and isinstance(response, int):
            chosen = shuffle[response]
            if chosen not in key["right"]:
                asked.wrong[chosen] += 1
    return sorted(
        found.values(), key=lambda each: (each.of < FEWEST, each.share, -each.of, each.text)
    )


def asked_line(asked: Asked) -> AskedLine:
    chosen = asked.chosen_most
    return AskedLine(
        asked.text,
        asked.number,
        f"{asked.right:.1f}".removesuffix(".0"),
        asked.of,
        percent(asked.right, asked.of),
        strip_tags(asked.options[chosen[0]]) if chosen else "",
        words.people(chosen[1]) if chosen else "",
        gettext("nobody chose the same") if asked.right < asked.of else gettext("all right"),
    )


def chosen_alike(found: Sequence[Asked]) -> list[Asked]:
    """Return the questions where many chose the same wrong answer."""
    return [
        each
        for each in found
        if each.chosen_most and each.of >= FEWEST and each.chosen_most[1] >= _MANY * each.of
    ]


def to_discuss(found: Sequence[Asked], url: str) -> Callout | None:
    """Return what to put on the board first: where many chose the same wrong answer."""
    many = chosen_alike(found)
    if not many:
        return None
    n = min(len(many), _ON_BOARD)
    heading = ngettext("%(n)d question to discuss first", "%(n)d questions to discuss first", n)
    return Callout(
        heading % {"n": n},
        gettext("Two in five or more chose the same wrong answer."),
        url=url,
    )


def heading(assignment: Assignment, count: int) -> str:
    return ngettext(
        "%(n)d question, hardest first", "All %(n)d questions, hardest first", count
    ) % {"n": count}


@dataclass(frozen=True)
class BoardOption:
    """An option as the class chose it; `words` says how many."""

    text: str
    words: str
    is_most: bool


@dataclass(frozen=True)
class BoardQuestion:
    text: str
    options: Sequence[BoardOption]


@dataclass(frozen=True)
class QuestionsBoard:
    title: str
    crumbs: Crumbs
    questions: Sequence[BoardQuestion]


def board(assignment: Assignment, found: Sequence[Asked]) -> QuestionsBoard:
    """Return what to discuss, without the key: the class finds it."""
    here = ((assignment.title, address("asked", assignment)),)
    return QuestionsBoard(
        assignment.title,
        (*crumbs_to(assignment.course), *here),
        [_on_board(each) for each in chosen_alike(found)[:_ON_BOARD]],
    )


def _on_board(asked: Asked) -> BoardQuestion:
    chosen = asked.chosen_most
    return BoardQuestion(
        asked.text,
        [
            BoardOption(
                strip_tags(text),
                words.people(asked.wrong[index]) if asked.wrong[index] else "",
                chosen is not None and index == chosen[0],
            )
            for index, text in enumerate(asked.options)
        ],
    )
