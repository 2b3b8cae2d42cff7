"""A question after it was answered, as the review, practice and previews show it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from questions.items.item import Response
from questions.items.kinds.kind import Kind
from questions.items.kinds.parts import ContentText, KeyText, SolvedOption, SolvedPrompt
from questions.items.kinds.registry import kind_of
from questions.items.solution import solution


@dataclass(frozen=True)
class AnsweredCase:
    """The scenario that a question shares with others."""

    title: str
    html: str


@dataclass(frozen=True)
class AnsweredItem:
    """A question with its key and whys, and what was answered; options in the order shown."""

    position: int
    type: str
    stem_html: str
    case: AnsweredCase | None
    options: tuple[SolvedOption, ...]
    prompts: tuple[SolvedPrompt, ...]

    @property
    def kind(self) -> Kind:
        """What depends on the question's type."""
        return kind_of(self.type)


def answered_item(
    *,
    position: int,
    item_type: str,
    html: ContentText,
    key: KeyText,
    shuffle: Sequence[int],
    response: Response,
) -> AnsweredItem:
    """Return a question with its explanation; `shuffle[shown]` is the authored index of an option.

    `response` speaks of shown indexes and is None for a question that is only shown, `key` of
    authored ones.
    """
    solved = solution(item_type=item_type, html=html, key=key, shuffle=shuffle, response=response)
    case = html.get("case")
    return AnsweredItem(
        position=position,
        type=item_type,
        stem_html=html["stem"],
        case=AnsweredCase(case["title"], case["scenario"]) if case else None,
        options=solved.options,
        prompts=solved.prompts,
    )
