"""The paper as a candidate sees it: a version's wording in a session's own order. Pure.

Built from what a candidate may see and nothing else; keys are not an argument anywhere here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from questions.items.item import Response
from questions.items.kinds.kind import Kind
from questions.items.kinds.parts import ContentText, ShownOption, ShownPrompt
from questions.items.kinds.registry import kind_of
from questions.items.responses import is_complete
from questions.markdown import is_marked_up


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
    def kind(self) -> Kind:
        """What depends on the question's type; pages choose their parts by it."""
        return kind_of(self.type)

    @property
    def ranks(self) -> range:
        """Places an ordering item offers."""
        return range(1, self.choose + 1)

    @property
    def has_list_of_options(self) -> bool:
        """Whether options stand in a list beside their letters, as a menu cannot show them."""
        return any(is_marked_up(option.html) for option in self.options)

    @property
    def struck(self) -> list[int]:
        return [option.index for option in self.options if option.is_struck]


def paper_item(
    *,
    position: int,
    item_type: str,
    html: ContentText,
    shuffle: Sequence[int],
    response: Response = None,
    revision: int = 0,
    flagged: bool = False,
    struck: Sequence[int] = (),
    case_place: tuple[int, int] = (1, 1),
) -> PaperItem:
    """Return a question as shown; `shuffle[shown]` is the authored index of an option."""
    kind = kind_of(item_type)
    parts = kind.shown(html, shuffle, response, struck)
    case = html.get("case")
    return PaperItem(
        position=position,
        type=item_type,
        stem_html=html["stem"],
        instruction=kind.instruction(html["choose"]),
        choose=html["choose"],
        options=parts.options,
        prompts=parts.prompts,
        response=response,
        is_complete=is_complete(item_type, response, choose=html["choose"]),
        revision=revision,
        flagged=flagged,
        case=CaseView(case["ref"], case["title"], case["scenario"], *case_place) if case else None,
    )
