"""What every kind of item can do: the duties that the rest of the product asks for. Pure.

Keys and stored whys speak of options as authored; what a candidate sends speaks of them as shown.
`order[shown]` is the authored index of an option.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Protocol

from questions.items.item import Item, Response
from questions.items.kinds.parts import (
    ContentText,
    EditorWords,
    FieldValues,
    FileOption,
    KeyField,
    KeyText,
    Posted,
    Shown,
    Solution,
)
from questions.items.strictness import STRICT, Strictness

# The rules by which an exam gives credit; a session freezes its own.
ALL_OR_NOTHING = "all_or_nothing"
PARTIAL_CREDIT = "partial_credit"
POLICIES = (ALL_OR_NOTHING, PARTIAL_CREDIT)


class Kind(Protocol):
    """One kind of item, with all that depends on it.

    `name` is stored, `label` and `words` are read by people, `summary` says in a line what it asks
    for. `template` holds its partials `asked`, `answered` and `solved`; `control` names the module
    of static/js/kinds that works its controls. In an `is_choice` kind some options are right and
    the others are distractors; in one that `is_single`, one option is the whole answer. Options of
    a kind that `has_classes` are all services or none. `floor` is
    the chance of a right answer without any knowledge that measurement assumes.
    """

    name: str
    label: str
    words: str
    summary: str
    template: str
    control: str
    is_choice: bool
    is_single: bool
    has_prompts: bool
    has_classes: bool
    least_options: int
    usual_size: tuple[int, int]
    floor: float
    editor: EditorWords

    # --- An item, while it is written ---

    def problems(self, item: Item, strictness: Strictness = STRICT) -> list[str]:
        """Return what keeps an item's options and key from being sat, each as a sentence."""
        ...

    def key_problem(self, item: Item) -> str:
        """Return why an item's key could not even be a draft's, "" when it can."""
        ...

    def size(self, item: Item) -> int:
        """Return how many of what `usual_size` bounds an item has: options, steps or prompts."""
        ...

    def lint(self, rule: str, item: Item) -> Iterable[tuple[str, str]]:
        """Yield (field, message) for what a rule that differs by kind finds: S1, S6, M1 or M2."""
        ...

    def adopted(self, item: Item, keyed: Sequence[int]) -> Item:
        """Return an item of another kind as one of this; `keyed` of its key is still there."""
        ...

    def with_whole_key(self, item: Item) -> Item:
        """Return an item with a key of this kind's shape, NOT_CHOSEN where nothing is chosen."""
        ...

    def moved_key(self, right: Sequence[int], places: dict[int, int]) -> tuple[int, ...]:
        """Return a key after options moved; `places` gives those that are left their new index."""
        ...

    def ordered_key(self, right: Sequence[int]) -> tuple[int, ...]:
        """Return a key in the one order in which it is stored."""
        ...

    def in_file_order(self, item: Item) -> Item:
        """Return an item with options and prompts in the one order that every format can keep."""
        ...

    def key_in_words(self, item: Item) -> str:
        """Return an item's key as a reader would say it."""
        ...

    # --- An item in a bank's file ---

    def file_options(self, item: Item) -> list[FileOption]:
        """Return an item's options, with its key, as bank files write them."""
        ...

    def key_of_file(self, options: Sequence[FileOption]) -> tuple[list[int], list[str]]:
        """Return key and prompts of options as bank files write them."""
        ...

    # --- An item, as asked ---

    def choose(self, item: Item) -> int:
        """Return how many options a response names."""
        ...

    def instruction(self, choose: int) -> str:
        """Return the line under the question that says what to do."""
        ...

    def order(self, content: ContentText, rng: Random) -> list[int]:
        """Return an order in which to show the options, as authored indexes."""
        ...

    def shown(
        self, html: ContentText, order: Sequence[int], response: Response, struck: Sequence[int]
    ) -> Shown:
        """Return the parts to show in the room; `response` and `struck` are shown indexes."""
        ...

    # --- A response ---

    def posted(self, post: Posted, name: str, content: ContentText) -> object:
        """Return what the controls of a form hold, unchecked; None for nothing."""
        ...

    def parsed(self, response: object, *, options: int, prompts: int) -> Response:
        """Return a response, which is not None, in its stored form; None when nothing is answered.

        Raises ResponseError, with a sentence, when the value cannot be a response to such an item.
        """
        ...

    def is_complete(self, response: Response, choose: int) -> bool:
        """Tell whether a response gives everything the item asks for."""
        ...

    def authored(self, response: Response, order: Sequence[int]) -> Response:
        """Return a response with options as authored in place of options as shown."""
        ...

    # --- A response and a key ---

    def credit(self, policy: str, right: Sequence[int], response: Response) -> float:
        """Return the credit, 0 to 1, of a response of authored indexes, which is not None.

        Raises KeyError for a policy that is not known.
        """
        ...

    def chance(self, options: int, right: int) -> float:
        """Return the credit that blind guessing earns on average, all or nothing, 0 to 1."""
        ...

    def solved(
        self, html: ContentText, key: KeyText, order: Sequence[int], response: Response
    ) -> Solution:
        """Return the parts to show after the end; `response` speaks of shown indexes."""
        ...

    def analyzed(self, html: ContentText, right: Sequence[int]) -> list[str]:
        """Return the HTML of the parts that item analysis counts answers for."""
        ...

    def taken(self, response: Response, right: Sequence[int]) -> list[int]:
        """Return which of those parts a response of authored indexes took, or placed right."""
        ...

    # --- Forms of the key ---

    def typed_key(self, post: Posted, *, options: int, prompts: int) -> tuple[int, ...]:
        """Return the key that the editor's fields hold."""
        ...

    def key_fields(self, content: ContentText, right: Sequence[int]) -> list[KeyField]:
        """Return the fields in which another key of the same wording is named."""
        ...

    def key_of_fields(self, values: FieldValues) -> tuple[int, ...]:
        """Return the key that those fields hold; raises ValueError, with a sentence."""
        ...
