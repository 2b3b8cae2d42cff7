"""Item types: what an item is, what a valid one looks like, what a response to it may be.

Pure. An item speaks of its options by their authored index, from 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from questions.markdown import shows

ItemType = Literal["multiple_choice", "multiple_response", "ordering", "matching"]
Level = Literal["recall", "apply", "analyse"]
TYPES: tuple[ItemType, ...] = get_args(ItemType)
LEVELS: tuple[Level, ...] = get_args(Level)

# A response as stored and graded: an index, a list of indexes, or for matching one index or None
# for each prompt. None is no answer.
Response = int | list[int] | list[int | None] | None

_NUMBER_WORDS = {1: "ONE", 2: "TWO", 3: "THREE", 4: "FOUR", 5: "FIVE", 6: "SIX", 7: "SEVEN"}


class ResponseError(ValueError):
    """A response that does not have its item's shape."""


@dataclass(frozen=True)
class Option:
    """One option: its text as Markdown and why it is right, or tempting and wrong."""

    text: str
    why: str


@dataclass(frozen=True)
class Item:
    """A question as data.

    `right` holds authored option indexes: one for multiple choice, the set for multiple response,
    the sequence for ordering (options outside it are surplus), one for each prompt for matching.
    `acknowledged` gives the reason why a warning of a rule stands, by the rule's id. `fixed_order`
    keeps the options as authored in every sitting. `guide_version` and `reviewed_on` (a day as
    2026-01-31) are the exam's own where they are empty.
    """

    ref: str
    type: ItemType
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


def problems(item: Item) -> list[str]:
    """Return what keeps an item from being sat, each as a sentence; [] when nothing does."""
    found = []
    if not item.stem.strip():
        found.append("stem: text is empty; write the question")
    elif not shows(item.stem):
        found.append("stem: it holds marks of Markdown and shows no text; write the question")
    for number, option in enumerate(item.options, 1):
        if not option.text.strip():
            found.append(f"option {number}: text is empty; write it or delete the option")
        elif not shows(option.text, is_inline=True):
            found.append(f"option {number}: it holds marks of Markdown and shows no text; write it")
        if not option.why.strip():
            found.append(f"option {number}: why is missing; say what makes it right or tempting")
    texts = [" ".join(option.text.split()).casefold() for option in item.options]
    if len(set(texts)) < len(texts):
        found.append("options: two have the same text; make them differ")
    if any(not 0 <= index < len(item.options) for index in item.right):
        found.append("key: it names an option that does not exist")
    return found + _SHAPE_PROBLEMS[item.type](item)


def _multiple_choice_problems(item: Item) -> list[str]:
    found = []
    if len(item.options) != 4:
        found.append(f"options: multiple choice has 4, this has {len(item.options)}")
    if len(item.right) != 1:
        found.append(f"key: multiple choice has 1 right option, this has {len(item.right)}")
    return found


def _multiple_response_problems(item: Item) -> list[str]:
    found = []
    if not 5 <= len(item.options) <= 8:
        found.append(f"options: multiple response has 5 to 8, this has {len(item.options)}")
    if not 2 <= len(set(item.right)) < len(item.options):
        found.append(
            f"key: multiple response has 2 or more right options, this has {len(item.right)}"
        )
    elif f"choose {_NUMBER_WORDS.get(len(item.right))}".casefold() not in item.stem.casefold():
        found.append(
            f"stem: say how many to choose: (Choose {_NUMBER_WORDS.get(len(item.right))}.)"
        )
    return found


def _ordering_problems(item: Item) -> list[str]:
    found = []
    if not 3 <= len(item.right) <= 5:
        found.append(f"key: ordering places 3 to 5 responses, this has {len(item.right)}")
    if len(set(item.right)) != len(item.right):
        found.append("key: ordering names an option twice")
    return found


def _matching_problems(item: Item) -> list[str]:
    found = []
    if not 3 <= len(item.prompts) <= 7:
        found.append(f"prompts: matching has 3 to 7, this has {len(item.prompts)}")
    if len(item.right) != len(item.prompts):
        found.append("key: matching needs one option for each prompt")
    if len({prompt.casefold() for prompt in item.prompts}) < len(item.prompts):
        found.append("prompts: two have the same text; make them differ")
    return found


_SHAPE_PROBLEMS = {
    "multiple_choice": _multiple_choice_problems,
    "multiple_response": _multiple_response_problems,
    "ordering": _ordering_problems,
    "matching": _matching_problems,
}


def instruction(item_type: str, choose: int) -> str:
    """Return the line under the stem that says what to do; `choose` is how many are asked for."""
    if item_type == "multiple_response":
        return f"Choose {_NUMBER_WORDS.get(choose, str(choose))}."
    if item_type == "ordering":
        return f"Put {choose} in order, the first on top."
    if item_type == "matching":
        return "Match each prompt with one response."
    return "Choose one."


def checked_response(
    item_type: str, response: object, *, option_count: int, prompt_count: int
) -> Response:
    """Return a response in its stored form, or None when nothing is answered.

    Raises ResponseError, with a sentence, when the value cannot be a response to such an item.
    """
    if response is None:
        return None
    if item_type == "multiple_choice":
        return _index(response, option_count)
    if not isinstance(response, list):
        raise ResponseError("must be a list")
    if item_type == "matching":
        if len(response) != prompt_count:
            raise ResponseError(f"must have one entry for each of {prompt_count} prompts")
        pairs = [None if entry is None else _index(entry, option_count) for entry in response]
        return pairs if any(entry is not None for entry in pairs) else None
    if len(response) > option_count:
        raise ResponseError(f"must have at most {option_count} entries")
    chosen = [_index(entry, option_count) for entry in response]
    if len(set(chosen)) < len(chosen):
        raise ResponseError("must not name an option twice")
    if item_type == "multiple_response":
        chosen.sort()
    return chosen or None


def is_complete(item_type: str, response: Response, *, choose: int) -> bool:
    """Tell whether a response gives everything the item asks for."""
    if response is None:
        return False
    if isinstance(response, int):
        return True
    if item_type == "matching":
        return all(entry is not None for entry in response)
    return len(response) == choose


def authored(response: Response, shuffle: Sequence[int]) -> Response:
    """Turn shown indexes of a response into authored ones; `shuffle[shown]` is the latter."""
    if response is None:
        return None
    if isinstance(response, int):
        return shuffle[response]
    return cast(Response, [None if entry is None else shuffle[entry] for entry in response])


def _index(value: object, option_count: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ResponseError("must be the index of an option, a whole number")
    if not 0 <= value < option_count:
        raise ResponseError(f"must be between 0 and {option_count - 1}")
    return value
