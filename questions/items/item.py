"""An item as data, and the one list of what it says beside its question and its options. Pure.

An item names its options by their index as authored, from 0. What depends on its kind stands in
`questions.items.kinds`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from questions.translation import gettext_noop

Level = Literal["recall", "apply", "analyse"]
LEVELS: tuple[Level, ...] = get_args(Level)
LEVEL_LABELS: dict[Level, str] = {
    "recall": gettext_noop("Recall"),
    "apply": gettext_noop("Apply"),
    "analyse": gettext_noop("Analyse"),
}
# That of a question from a file that says none.
USUAL_LEVEL: Level = "apply"


def level_named(word: str) -> Level | None:
    """Return the level of a name, None where it is the name of none."""
    return next((level for level in LEVELS if level == word), None)


# A response as stored and graded: an index, a list of indexes, or for kinds with prompts one index
# or None for each of them. None is no answer.
Response = int | list[int] | list[int | None] | None


class ResponseError(ValueError):
    """A response that does not have its item's shape."""


@dataclass(frozen=True)
class Option:
    """One option: its text as Markdown, and why it is right, or tempting and wrong.

    `about` names what a wrong option stands for: the slug of a topic or a term of the notes. One
    that `is_fixed` keeps its place while the others are shuffled, as "None of these" should.
    """

    text: str
    why: str
    about: str = ""
    is_fixed: bool = False


@dataclass(frozen=True)
class Item:
    """A question as data.

    `type` names its kind. `right` holds indexes of options: one for multiple choice, the set for
    multiple response, the sequence for ordering (options outside it are surplus), one for each
    prompt for matching. `acknowledged` gives the reason why a warning of a rule stands, by the
    rule's id. `fixed_order` keeps the options as authored in every sitting. `guide_version` and
    `reviewed_on` (a day as 2026-01-31) are the exam's own where they are empty. `checked` is the
    day on which its facts were last compared with the service's documentation, `clue` the words of
    the stem that decide. `angoff` is the share, 0 to 1, of barely competent candidates whom judges
    expect to answer it right (Angoff 1971), `angoff_spread` the judges' standard deviation;
    `prepared` is the share that they expect of candidates who are well prepared.
    """

    ref: str
    type: str
    level: Level
    stem: str
    options: tuple[Option, ...]
    right: tuple[int, ...]
    prompts: tuple[str, ...] = ()
    topic: str = ""
    task: str = ""
    objective: str = ""
    facts: tuple[str, ...] = ()
    evidence: str = ""
    sources: tuple[str, ...] = ()
    enemies: tuple[str, ...] = ()
    acknowledged: Mapping[str, str] = field(default_factory=dict, hash=False)
    uses_correction: bool = False
    numeric_ok: bool = False
    fixed_order: bool = False
    guide_version: str = ""
    reviewed_on: str = ""
    checked: str = ""
    clue: str = ""
    angoff: float | None = None
    angoff_spread: float | None = None
    prepared: float | None = None


# What a field holds: text, an id, a tuple of texts, a claim, a reason by rule, a day as 2026-01-31,
# a share from 0 to 1 or None.
Shape = Literal["text", "id", "list", "flag", "reasons", "day", "share"]
# Where a published item's field is stored: as a tag of its question, which every version shares, or
# in its version's key, which only scoring and staff read.
Store = Literal["tag", "key"]


# Characters of the words of a note that prove an answer.
MOST_EVIDENCE = 1_000


@dataclass(frozen=True)
class ItemField:
    """One field of an item beside its question, options and key.

    `label` names it in a comparison; "" leaves it out there. `meaning` says to a program what it
    holds. `most` is how many characters a text of it may have. In a bank's files it stands above
    the question or, `is_below`, under the options. One that `is_sparse` is left out of stored JSON
    while it is empty: it came later than the items that were stored and hashed without it.
    """

    name: str
    shape: Shape
    store: Store
    label: str = ""
    most: int = 0
    is_required: bool = False
    is_below: bool = False
    is_sparse: bool = False
    meaning: str = ""

    @property
    def default(self) -> Any:  # of the field's own type, as `shape` says
        """What the field holds where nothing is said."""
        empty = {"list": (), "flag": False, "reasons": {}, "share": None}
        return empty.get(self.shape, "")


FIELDS = (
    ItemField("task", "id", "tag", most=20, meaning="Number of the task, as 1.1."),
    ItemField("topic", "id", "tag", most=200, is_required=True, meaning="Slug of the topic."),
    ItemField("objective", "id", "tag", gettext_noop("Objective"), most=20, is_required=True),
    ItemField("facts", "list", "tag", gettext_noop("Facts"), most=20),
    ItemField(
        *("evidence", "text", "key", gettext_noop("Evidence")),
        most=MOST_EVIDENCE,
        is_required=True,
        is_below=True,
    ),
    ItemField("sources", "list", "key", gettext_noop("Sources"), most=500),
    ItemField("enemies", "list", "tag", gettext_noop("Never asked with"), most=80),
    ItemField("checked", "day", "key", gettext_noop("Checked"), is_sparse=True),
    ItemField(
        *("clue", "text", "key", gettext_noop("Clue")),
        most=500,
        is_sparse=True,
        meaning="The words of the stem that decide.",
    ),
    ItemField(
        *("angoff", "share", "key", gettext_noop("Expected share right")),
        is_sparse=True,
        meaning="Share of barely competent candidates expected to be right.",
    ),
    ItemField(
        "angoff_spread", "share", "key", gettext_noop("Spread of that share"), is_sparse=True
    ),
    ItemField(
        *("prepared", "share", "key", gettext_noop("Expected share right, well prepared")),
        is_sparse=True,
        meaning="Share of well prepared candidates expected to be right.",
    ),
    ItemField(
        *("acknowledged", "reasons", "key"),
        most=300,
        is_below=True,
        meaning="Why a warning of a rule stands, by the rule's id.",
    ),
    ItemField("uses_correction", "flag", "key", is_below=True),
    ItemField("numeric_ok", "flag", "key", is_below=True),
    ItemField("fixed_order", "flag", "key", is_below=True),
    ItemField("guide_version", "id", "key", most=20, is_below=True),
    ItemField("reviewed_on", "day", "key", is_below=True),
)
FIELD_NAMES = tuple(one.name for one in FIELDS)
FIELD_LABELS = {one.name: one.label for one in FIELDS if one.label}


def names_of(*, shape: Shape | None = None, store: Store | None = None) -> tuple[str, ...]:
    """Return the names of the fields of a shape, of a store, or of both."""
    return tuple(
        field.name
        for field in FIELDS
        if shape in (None, field.shape) and store in (None, field.store)
    )


def is_empty(value: object) -> bool:
    """Tell whether a field's value says nothing; a share of 0 says something."""
    return value is None or value is False or value in ("", (), [], {})


def letter(index: int) -> str:
    """Return the letter of an option, A for the first."""
    return chr(ord("A") + index)


def without_repeats[T](values: Iterable[T]) -> tuple[T, ...]:
    """Return values in their order, each once."""
    return tuple(dict.fromkeys(values))
