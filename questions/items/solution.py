"""The paper after the end: what was asked and answered, with key and whys. Pure."""

from collections.abc import Sequence

from questions.items.item import Response
from questions.items.kinds.parts import ContentText, KeyText, Solution
from questions.items.kinds.registry import kind_of


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
