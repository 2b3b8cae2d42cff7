"""The parts in which a kind gives what pages show of it, and what forms ask about its key. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, Protocol, TypedDict

from questions.translation import gettext_noop


class CaseText(TypedDict):
    """A case that questions share: its name, and its scenario as text or as HTML."""

    ref: str
    title: str
    scenario: str


class ContentText(TypedDict):
    """What a candidate may read of a version, as text or as HTML; `choose` is how many to name.

    Options at the indexes of `fixed_options` keep their places while the others are shuffled.
    """

    stem: str
    options: list[str]
    prompts: list[str]
    choose: int
    fixed_order: NotRequired[bool]
    fixed_options: NotRequired[list[int]]
    case: NotRequired[CaseText]


class KeyText(TypedDict, total=False):
    """What only scoring and staff read of a version: its key, its whys, and its other fields.

    `abouts` has what each option stands for, where any says so.
    """

    right: list[int]
    whys: list[str]
    whys_html: list[str]
    abouts: list[str]
    evidence: str
    sources: list[str]
    acknowledged: dict[str, str]
    uses_correction: bool
    numeric_ok: bool
    fixed_order: bool
    guide_version: str
    reviewed_on: str
    checked: str
    clue: str
    angoff: float
    angoff_spread: float
    prepared: float


@dataclass(frozen=True)
class ShownOption:
    """An option as asked; `rank` is the place that the candidate gave it, in kinds with places."""

    index: int
    letter: str
    html: str
    is_chosen: bool
    is_struck: bool
    rank: int | None


@dataclass(frozen=True)
class ShownPrompt:
    """A prompt as asked, with the shown index of the option that the candidate chose for it."""

    index: int
    html: str
    chosen: int | None


@dataclass(frozen=True)
class Shown:
    """The parts of a question that is asked."""

    options: tuple[ShownOption, ...]
    prompts: tuple[ShownPrompt, ...] = ()


@dataclass(frozen=True)
class SolvedOption:
    """An option after the end: why, whether it is right, and what the candidate did with it."""

    letter: str
    html: str
    why: str
    is_key: bool
    is_chosen: bool
    yours_rank: int | None = None
    right_rank: int | None = None


@dataclass(frozen=True)
class SolvedPrompt:
    """A prompt with the HTML of the response that was given, "" for none, and of the right one."""

    html: str
    yours: str
    right: str
    is_right: bool


@dataclass(frozen=True)
class Solution:
    """The parts of a question that is explained."""

    options: tuple[SolvedOption, ...]
    prompts: tuple[SolvedPrompt, ...] = ()


class FileOption(TypedDict):
    """An option as bank files write it; what is absent is not said."""

    text: str
    why: str
    key: NotRequired[bool]
    prompt: NotRequired[str | list[str] | None]
    about: NotRequired[str]
    fixed: NotRequired[bool]


@dataclass(frozen=True)
class KeyField:
    """A field in which staff name another key: a choice of one, of several, or from a list."""

    name: str
    label: str
    control: Literal["one", "several", "list"]
    choices: Sequence[tuple[str, str]]
    initial: str | list[str]
    is_required: bool = True


@dataclass(frozen=True)
class EditorWords:
    """What the editor calls the options of a kind, and how the right ones are named there.

    `control` is the type of the input by which an option is named right; "" where prompts name it.
    """

    legend: str = gettext_noop("Options")
    add: str = gettext_noop("Add an option")
    placeholder: str = gettext_noop("Answer")
    control: Literal["radio", "checkbox", ""] = "checkbox"
    key_label: str = gettext_noop("Right answer")


class Posted(Protocol):
    """Fields of a form that was sent, as Django's QueryDict has them."""

    def get(self, name: str) -> str | None: ...

    def getlist(self, name: str) -> list[str]: ...


FieldValues = Mapping[str, str | list[str]]
"""What was chosen in key fields, by their names."""
