"""The paper after the end: what was asked and answered, with key and whys. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questions.items.item import Response


@dataclass(frozen=True)
class SolvedOption:
    letter: str
    html: str
    why: str
    is_key: bool
    is_chosen: bool
    yours_rank: int | None
    right_rank: int | None


@dataclass(frozen=True)
class SolvedPrompt:
    """A prompt with the HTML of the response that was given, "" for none, and of the right one."""

    html: str
    yours: str
    right: str
    is_right: bool


@dataclass(frozen=True)
class Solution:
    options: tuple[SolvedOption, ...]
    prompts: tuple[SolvedPrompt, ...]


def solution(
    *,
    item_type: str,
    html: Mapping[str, Any],
    key: Mapping[str, Any],
    shuffle: Sequence[int],
    response: Response,
) -> Solution:
    """Return a question's options as they were shown, with what was right and what was answered.

    `response` speaks of shown indexes, `key` of authored ones; `shuffle[shown]` joins the two.
    """
    right: list[int] = key["right"]
    chosen = response if isinstance(response, list) else [response]
    is_ordering, is_matching = item_type == "ordering", item_type == "matching"
    options = tuple(
        SolvedOption(
            letter=chr(ord("A") + shown),
            html=html["options"][index],
            why=key["whys_html"][index],
            is_key=index in right,
            is_chosen=shown in chosen,
            yours_rank=chosen.index(shown) + 1 if is_ordering and shown in chosen else None,
            right_rank=right.index(index) + 1 if is_ordering and index in right else None,
        )
        for shown, index in enumerate(shuffle)
    )
    prompts = []
    for place, text in enumerate(html["prompts"] if is_matching else ()):
        shown = chosen[place] if response is not None else None
        given = None if shown is None else shuffle[shown]
        prompts.append(
            SolvedPrompt(
                html=text,
                yours="" if given is None else html["options"][given],
                right=html["options"][right[place]],
                is_right=given == right[place],
            )
        )
    return Solution(options, tuple(prompts))
