"""What most kinds have in common. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

from questions.items.item import Item, Response, ResponseError, letter
from questions.items.kinds.parts import (
    ContentText,
    FileOption,
    KeyText,
    Shown,
    ShownOption,
    Solution,
    SolvedOption,
)
from questions.translation import gettext

# In a key under way: a prompt whose option is not chosen yet.
NOT_CHOSEN = -1


def whole_number(text: str | None) -> int | str | None:
    """Return a field's whole number, None for nothing, other text as it is, to be refused."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def option_index(value: object, count: int) -> int:
    """Return the index of one of so many options; raises ResponseError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ResponseError("must be the index of an option, a whole number")
    if not 0 <= value < count:
        raise ResponseError(f"must be between 0 and {count - 1}")
    return value


def distinct_indexes(response: object, count: int) -> list[int]:
    """Return the indexes of options, each at most once; raises ResponseError."""
    if not isinstance(response, list):
        raise ResponseError("must be a list")
    if len(response) > count:
        raise ResponseError(f"must have at most {count} entries")
    chosen = [option_index(entry, count) for entry in response]
    if len(set(chosen)) < len(chosen):
        raise ResponseError("must not name an option twice")
    return chosen


def typed_index(text: str, count: int) -> int:
    """Return the index that an editor's field names, NOT_CHOSEN for none of the options."""
    return int(text) if text in map(str, range(count)) else NOT_CHOSEN


def ticked_key(values: Iterable[str], count: int) -> tuple[int, ...]:
    """Return the key that ticked fields of an editor name."""
    return tuple(sorted({typed_index(value, count) for value in values} - {NOT_CHOSEN}))


def entries_of(response: Response) -> Sequence[int | None]:
    """Return what a response names, as a list of one for a single index."""
    if response is None:
        return []
    return [response] if isinstance(response, int) else response


def key_letters(item: Item) -> list[str]:
    """Return the letters of an item's key."""
    return [letter(index) if index >= 0 else gettext("not chosen") for index in item.right]


def lettered_texts(content: ContentText) -> list[tuple[str, str]]:
    """Return the options as choices of a form: an index, and letter with text."""
    return [
        (str(index), f"{letter(index)}. {text}") for index, text in enumerate(content["options"])
    ]


def exact_sequence(right: Sequence[int], chosen: Sequence[int | None]) -> float:
    """Return 1 when every place holds its own option, else 0."""
    return float(list(right) == list(chosen))


def right_places(right: Sequence[int], chosen: Sequence[int | None]) -> float:
    """Return the share of places that hold their own option; a surplus place counts against."""
    hits = sum(one == other for one, other in zip(right, chosen, strict=False))
    return hits / max(len(right), len(chosen))


class Base:
    """The duties that kinds with options have in common; each may do them in its own way."""

    is_choice = False
    is_single = False
    has_prompts = False
    has_classes = True

    def key_problem(self, item: Item) -> str:
        return gettext("it names an option twice") if len(set(item.right)) < len(item.right) else ""

    def size(self, item: Item) -> int:
        return len(item.options)

    def choose(self, item: Item) -> int:
        return len(item.right)

    def with_whole_key(self, item: Item) -> Item:
        chosen = dict.fromkeys(index for index in item.right if index != NOT_CHOSEN)
        return replace(item, right=tuple(chosen))

    def moved_key(self, right: Sequence[int], places: Mapping[int, int]) -> tuple[int, ...]:
        return tuple(sorted(places[index] for index in right if index in places))

    def ordered_key(self, right: Sequence[int]) -> tuple[int, ...]:
        return tuple(right)

    def key_in_words(self, item: Item) -> str:
        return ", ".join(key_letters(item))

    def file_options(self, item: Item) -> list[FileOption]:
        return [self._file_option(item, index) for index in range(len(item.options))]

    def _file_option(self, item: Item, index: int) -> FileOption:
        option = item.options[index]
        about: FileOption = {"about": option.about} if option.about else {}  # type: ignore[typeddict-item]
        fixed: FileOption = {"fixed": True} if option.is_fixed else {}  # type: ignore[typeddict-item]
        text, key = option.text, self._file_key(item, index)
        return {"text": text, **key, **about, **fixed, "why": option.why}

    def _file_key(self, item: Item, index: int) -> FileOption:
        """Return what a file says of an option's place in the key."""
        return {"key": True} if index in item.right else {}  # type: ignore[typeddict-item]

    def order(self, content: ContentText, rng: Random) -> list[int]:
        order = list(range(len(content["options"])))
        if content.get("fixed_order"):
            return order
        fixed = set(content.get("fixed_options", ()))
        moving = [index for index in order if index not in fixed]
        rng.shuffle(moving)
        rest = iter(moving)
        return [index if index in fixed else next(rest) for index in order]

    def shown(
        self, html: ContentText, order: Sequence[int], response: Response, struck: Sequence[int]
    ) -> Shown:
        chosen = entries_of(response)
        return Shown(
            tuple(
                ShownOption(
                    index=position,
                    letter=letter(position),
                    html=html["options"][index],
                    is_chosen=position in chosen,
                    is_struck=position in struck,
                    rank=None,
                )
                for position, index in enumerate(order)
            )
        )

    def is_complete(self, response: Response, choose: int) -> bool:
        return isinstance(response, int) or len(entries_of(response)) == choose

    def authored(self, response: Response, order: Sequence[int]) -> Response:
        if response is None or isinstance(response, int):
            return None if response is None else order[response]
        return [None if entry is None else order[entry] for entry in response]

    def solved(
        self, html: ContentText, key: KeyText, order: Sequence[int], response: Response
    ) -> Solution:
        chosen = entries_of(response)
        return Solution(
            tuple(
                SolvedOption(
                    letter=letter(position),
                    html=html["options"][index],
                    why=key["whys_html"][index],
                    is_key=index in key["right"],
                    is_chosen=position in chosen,
                )
                for position, index in enumerate(order)
            )
        )

    def analyzed(self, html: ContentText, right: Sequence[int]) -> list[str]:
        return html["options"]

    def taken(self, response: Response, right: Sequence[int]) -> list[int]:
        return [index for index in entries_of(response) if index is not None]


def placed_right(response: Response, right: Sequence[int]) -> list[int]:
    """Return the places of a key that a response fills as the key does."""
    chosen = entries_of(response)[: len(right)]
    return [number for number, index in enumerate(chosen) if index == right[number]]
