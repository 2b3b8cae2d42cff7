"""The questions of an assignment, hardest first, with the wrong answer that was chosen most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.paginator import Page
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext

from examapp.courses.changes import FEWEST
from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address
from examapp.courses.pages.heads import AssignmentHead, crumbs_to
from examapp.courses.pages.parts import Callout, Crumbs, percent
from examapp.exams.models import SessionItem

# A wrong answer is told from this many people on; from this share on it comes first.
_FEWEST_CHOSE, _MANY = 2, 0.4
# How many questions are put on the board where staff marked none.
_ON_BOARD = 2
MARKED = "marked"


@dataclass
class Asked:
    """A question with what people made of it.

    `picks` counts the authored options of a single choice as they were chosen, each beside whether
    it was right then.
    """

    question: int
    number: str
    text: str
    options: Sequence[str]
    of: int = 0
    right: float = 0.0
    picks: Counter[tuple[int, bool]] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0

    def chosen(self, option: int) -> int:
        """Return how many chose an option."""
        return self.picks[option, True] + self.picks[option, False]

    @property
    def chosen_most(self) -> tuple[int, int] | None:
        """Return index and count of the wrong option chosen most, where it is told."""
        wrong = Counter({option: n for (option, is_right), n in self.picks.items() if not is_right})
        top = wrong.most_common(1)
        return top[0] if top and top[0][1] >= _FEWEST_CHOSE else None


@dataclass(frozen=True)
class AskedLine:
    """A question in the list; `url` leads to its figures, for who may see the bank."""

    question: int
    text: str
    number: str
    right: str
    of: int
    percent: int
    wrong: str
    wrong_people: str
    no_wrong: str
    is_marked: bool
    url: str = ""


@dataclass(frozen=True)
class AskedPage:
    """`shows` are what the list can be narrowed to, as (value, words); `show` is the one chosen."""

    head: AssignmentHead
    heading: str
    caption: str
    lines: Sequence[AskedLine]
    part: "Page[Asked] | None"
    callout: Callout | None
    empty: str = ""
    shows: Crumbs = ()
    show: str = ""
    mark_url: str = ""


def asked_in(sessions: Sequence[UUID]) -> list[Asked]:
    """Return the questions of exams that were taken, in one statement, hardest first.

    Those with few answers come last. Of kinds other than the single choice nothing is counted in
    `picks`: they have too many answers to say which was chosen most.
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
            asked.picks[chosen, chosen in key["right"]] += 1
    return sorted(
        found.values(), key=lambda each: (each.of < FEWEST, each.share, -each.of, each.text)
    )


def asked_line(asked: Asked, *, is_marked: bool, url: str = "") -> AskedLine:
    chosen = asked.chosen_most
    return AskedLine(
        asked.question,
        asked.text,
        asked.number,
        f"{asked.right:.1f}".removesuffix(".0"),
        asked.of,
        percent(asked.right, asked.of),
        strip_tags(asked.options[chosen[0]]) if chosen else "",
        words.people(chosen[1]) if chosen else "",
        gettext("nobody chose the same") if asked.right < asked.of else gettext("all right"),
        is_marked,
        url,
    )


def marked_in(assignment: Assignment) -> set[int]:
    """Return the questions of an assignment that staff marked to discuss."""
    return set(assignment.to_discuss.values_list("question", flat=True))


def shown(found: Sequence[Asked], marked: set[int], show: str) -> list[Asked]:
    """Return the questions that are asked for: those that are marked, those of a task, or all."""
    if show == MARKED:
        return [each for each in found if each.question in marked]
    return [each for each in found if show in ("", each.number)]


def shows(found: Sequence[Asked]) -> Crumbs:
    """Return what the list can be narrowed to."""
    tasks = sorted({each.number for each in found})
    return (
        ("", gettext("All")),
        (MARKED, gettext("Marked to discuss")),
        *((number, gettext("Task %(number)s") % {"number": number}) for number in tasks),
    )


def chosen_alike(found: Sequence[Asked]) -> list[Asked]:
    """Return the questions where many chose the same wrong answer."""
    return [
        each
        for each in found
        if each.chosen_most and each.of >= FEWEST and each.chosen_most[1] >= _MANY * each.of
    ]


def for_board(found: Sequence[Asked], marked: set[int]) -> list[Asked]:
    """Return what is put on the board: what staff marked, else where many chose the same wrong."""
    return shown(found, marked, MARKED) or chosen_alike(found)[:_ON_BOARD]


def to_discuss(found: Sequence[Asked], marked: set[int], url: str) -> Callout | None:
    """Return what to put on the board first."""
    if own := len(shown(found, marked, MARKED)):
        text = ngettext(
            "%(n)d question marked to discuss", "%(n)d questions marked to discuss", own
        )
        return Callout(
            text % {"n": own}, gettext("The board shows them without the right answers."), url=url
        )
    many = chosen_alike(found)
    if not many:
        return None
    n = min(len(many), _ON_BOARD)
    heading = ngettext("%(n)d question to discuss first", "%(n)d questions to discuss first", n)
    return Callout(
        heading % {"n": n},
        gettext("At least 2 in 5 people chose the same wrong answer."),
        url=url,
    )


def heading(count: int, *, has_all: bool) -> str:
    text = (
        ngettext("%(n)d question, hardest first", "All %(n)d questions, hardest first", count)
        if has_all
        else ngettext("%(n)d question, hardest first", "%(n)d questions, hardest first", count)
    )
    return text % {"n": count}


@dataclass(frozen=True)
class BoardOption:
    """An option as the class chose it; `words` says how many."""

    text: str
    words: str


@dataclass(frozen=True)
class BoardQuestion:
    text: str
    options: Sequence[BoardOption]


@dataclass(frozen=True)
class QuestionsBoard:
    title: str
    crumbs: Crumbs
    questions: Sequence[BoardQuestion]


def board(assignment: Assignment, found: Sequence[Asked], marked: set[int]) -> QuestionsBoard:
    """Return what to discuss, without the key: the class finds it."""
    here = ((assignment.title, address("asked", assignment)),)
    return QuestionsBoard(
        assignment.title,
        (*crumbs_to(assignment.course), *here),
        [_on_board(each) for each in for_board(found, marked)],
    )


def _on_board(asked: Asked) -> BoardQuestion:
    return BoardQuestion(
        asked.text,
        [
            BoardOption(strip_tags(text), words.people(n) if (n := asked.chosen(index)) else "")
            for index, text in enumerate(asked.options)
        ],
    )
