"""The paper after the end: what was asked and answered, with key and whys. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from questions.items.item import Response
from questions.items.kinds.parts import (
    ContentText,
    KeyText,
    Solution,
    SolvedOption,
    SolvedPrompt,
)
from questions.items.kinds.registry import kind_of
from questions.items.presentation import PaperItem, paper_item


@dataclass(frozen=True)
class SolvedItem:
    """A question in its authored order with its key, as the template of a solved one reads it."""

    paper: PaperItem
    options: Sequence[SolvedOption]
    prompts: Sequence[SolvedPrompt]


def solution(
    *,
    item_type: str,
    html: ContentText,
    key: KeyText,
    shuffle: Sequence[int],
    response: Response,
) -> Solution:
    """Return a question's options as they were shown, with what was right and what was answered.

    `response` speaks of shown indexes, `key` of authored ones; `shuffle[shown]` joins the two.
    """
    return kind_of(item_type).solved(html, key, shuffle, response)


def solved_item(item_type: str, html: ContentText, key: KeyText) -> SolvedItem | None:
    """Return a question with its key as staff read it; None while its key names no option."""
    order = range(len(html["options"]))
    if any(index not in order for index in key["right"]):
        return None
    solved = solution(item_type=item_type, html=html, key=key, shuffle=order, response=None)
    paper = paper_item(position=1, item_type=item_type, html=html, shuffle=order)
    return SolvedItem(paper, solved.options, solved.prompts)
