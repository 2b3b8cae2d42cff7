"""What multiple choice and multiple response share: right options among distractors. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from questions.items.item import Item
from questions.items.kinds.base import Base, ticked_key
from questions.items.kinds.parts import FileOption, Posted


def exact_set(right: Sequence[int], chosen: Sequence[int | None]) -> float:
    """Return 1 when the right options and no others are chosen, else 0."""
    return float(set(right) == set(chosen))


class Choice(Base):
    """A kind in which some options are right and the others are distractors."""

    name: str
    template = "components/question/choice.html"
    control = "choice"
    is_choice = True

    def adopted(self, item: Item, keyed: Sequence[int]) -> Item:
        right = sorted(set(keyed))[: 1 if self.is_single else None]
        return replace(item, type=self.name, right=tuple(right))

    def ordered_key(self, right: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(right))

    def in_file_order(self, item: Item) -> Item:
        return replace(item, right=self.ordered_key(item.right))

    def key_of_file(self, options: Sequence[FileOption]) -> tuple[list[int], list[str]]:
        return [index for index, option in enumerate(options) if option.get("key", False)], []

    def typed_key(self, post: Posted, *, options: int, prompts: int) -> tuple[int, ...]:
        return ticked_key(post.getlist("right"), options)
