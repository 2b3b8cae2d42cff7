"""The paper as a candidate sees it: a version's wording in a session's own order. Pure.

Built from what a candidate may see and nothing else; keys are not an argument anywhere here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questions.items.item import Response, instruction, is_complete


@dataclass(frozen=True)
class ShownOption:
    index: int
    letter: str
    html: str
    is_chosen: bool
    is_struck: bool
    rank: int | None


@dataclass(frozen=True)
class ShownPrompt:
    index: int
    html: str
    chosen: int | None


@dataclass(frozen=True)
class CaseView:
    ref: str
    title: str
    html: str
    number: int
    of: int


@dataclass(frozen=True)
class PaperItem:
    """One question of the paper with what the candidate did so far."""

    position: int
    type: str
    stem_html: str
    instruction: str
    choose: int
    options: tuple[ShownOption, ...]
    prompts: tuple[ShownPrompt, ...]
    response: Response
    is_complete: bool
    revision: int
    flagged: bool
    case: CaseView | None = None

    @property
    def ranks(self) -> range:
        """Places an ordering item offers."""
        return range(1, self.choose + 1)

    @property
    def struck(self) -> list[int]:
        return [option.index for option in self.options if option.is_struck]


def paper_item(
    *,
    position: int,
    item_type: str,
    html: Mapping[str, Any],
    shuffle: Sequence[int],
    response: Response = None,
    revision: int = 0,
    flagged: bool = False,
    struck: Sequence[int] = (),
    case_place: tuple[int, int] = (1, 1),
) -> PaperItem:
    """Return a question as shown; `shuffle[shown]` is the authored index of an option."""
    entries = response if isinstance(response, list) else [response]
    ranks = {index: rank for rank, index in enumerate(entries, 1) if index is not None}
    case = html.get("case")
    return PaperItem(
        position=position,
        type=item_type,
        stem_html=html["stem"],
        instruction=instruction(item_type, html["choose"]),
        choose=html["choose"],
        options=tuple(
            ShownOption(
                index=shown,
                letter=chr(ord("A") + shown),
                html=html["options"][index],
                is_chosen=shown in entries,
                is_struck=shown in struck,
                rank=ranks.get(shown) if item_type == "ordering" else None,
            )
            for shown, index in enumerate(shuffle)
        ),
        prompts=tuple(
            ShownPrompt(index, text, entries[index] if isinstance(response, list) else None)
            for index, text in enumerate(html["prompts"])
        ),
        response=response,
        is_complete=is_complete(item_type, response, choose=html["choose"]),
        revision=revision,
        flagged=flagged,
        case=CaseView(case["ref"], case["title"], case["scenario"], *case_place) if case else None,
    )
