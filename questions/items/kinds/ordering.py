"""Ordering: three to five steps are put in their order; others may be surplus. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import perm

from questions.items.item import Item, Response, ResponseError
from questions.items.kinds.base import (
    Base,
    distinct_indexes,
    entries_of,
    exact_sequence,
    key_letters,
    lettered_texts,
    placed_right,
    right_places,
    ticked_key,
    whole_number,
)
from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT
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
from questions.items.strictness import STRICT, Strictness, bounds
from questions.translation import gettext, gettext_noop

LEAST_STEPS, MOST_STEPS = 3, 5
_CREDIT = {ALL_OR_NOTHING: exact_sequence, PARTIAL_CREDIT: right_places}


# What a form without scripts posts, which no list of places can say.
SAME_PLACE = "gives two options the same place"


class Ordering(Base):
    """`right` is the sequence; options outside it have no place."""

    name = "ordering"
    label = gettext_noop("Ordering")
    words = gettext_noop("ordering")
    summary = gettext_noop("put steps in order")
    template = "components/question/ordering.html"
    control = "ordering"
    has_classes = False
    least_options = 3
    usual_size = (LEAST_STEPS, MOST_STEPS)
    floor = 0.05
    editor = EditorWords(
        legend=gettext_noop("Steps in the right order, first on top"),
        add=gettext_noop("Add a step"),
        placeholder=gettext_noop("A step"),
        key_label=gettext_noop("Has a place in the order"),
    )

    def problems(self, item: Item, strictness: Strictness = STRICT) -> list[str]:
        problems = []
        low, high = bounds(strictness, (LEAST_STEPS, MOST_STEPS))
        if not low <= len(item.right) <= high:
            size = len(item.right)
            problems.append(
                "key: "
                + gettext("ordering places %(low)s to %(high)s responses, this has %(size)s")
                % {"low": low, "high": high, "size": size}
            )
        if len(set(item.right)) != len(item.right):
            problems.append("key: " + gettext("ordering names an option twice"))
        return problems

    def size(self, item: Item) -> int:
        return len(item.right)

    def lint(self, rule: str, item: Item) -> Iterator[tuple[str, str]]:
        if rule == "S1" and not item.stem.strip().rstrip("*_").endswith(("?", ".")):
            yield "stem", gettext("end the stem with a question or with what to do")
        if rule == "M2":
            if not LEAST_STEPS <= len(item.right) <= MOST_STEPS:
                yield (
                    "options",
                    gettext("places %(count)s steps; 3 to 5 have one order")
                    % {"count": len(item.right)},
                )
            if not item.sources:
                yield "sources", gettext("an order needs a source that gives it")

    def adopted(self, item: Item, keyed: Sequence[int]) -> Item:
        right = tuple(range(min(len(item.options), MOST_STEPS)))
        return replace(item, type=self.name, right=right)

    def in_file_order(self, item: Item) -> Item:
        """Begin with the sequence."""
        placed = dict.fromkeys(item.right)
        order = [*placed, *(index for index in range(len(item.options)) if index not in placed)]
        options = tuple(item.options[index] for index in order)
        return replace(item, options=options, right=tuple(range(len(item.right))))

    def key_in_words(self, item: Item) -> str:
        return " then ".join(key_letters(item))

    def file_options(self, item: Item) -> list[FileOption]:
        """Write the options of the order first; a file's order is the key."""
        others = [index for index in range(len(item.options)) if index not in item.right]
        return [self._file_option(item, index) for index in [*item.right, *others]]

    def _file_key(self, item: Item, index: int) -> FileOption:
        return {} if index in item.right else {"key": False}  # type: ignore[typeddict-item]

    def key_of_file(self, options: Sequence[FileOption]) -> tuple[list[int], list[str]]:
        return [index for index, option in enumerate(options) if option.get("key", True)], []

    def instruction(self, choose: int) -> str:
        return gettext("Put %(count)s in order, the first on top.") % {"count": choose}

    def shown(
        self, html: ContentText, order: Sequence[int], response: Response, struck: Sequence[int]
    ) -> Shown:
        ranks = {index: rank for rank, index in enumerate(entries_of(response), 1)}
        shown = super().shown(html, order, response, struck)
        return Shown(
            tuple(replace(option, rank=ranks.get(option.index)) for option in shown.options)
        )

    def posted(self, post: Posted, name: str, content: ContentText) -> object:
        """Return option indexes by their rank; two of one rank cannot be a list of places."""
        places: dict[int | str, int] = {}
        for index in range(len(content["options"])):
            rank = whole_number(post.get(f"{name}-{index}"))
            if rank is None:
                continue
            if rank in places:
                return SAME_PLACE
            places[rank] = index
        ranks = [rank for rank in places if isinstance(rank, int)]
        if len(ranks) < len(places):
            return gettext("a place is a whole number")
        return [places[rank] for rank in sorted(ranks)] or None

    def parsed(self, response: object, *, options: int, prompts: int) -> Response:
        if response == SAME_PLACE:
            raise ResponseError(SAME_PLACE)
        return distinct_indexes(response, options) or None

    def credit(self, policy: str, right: Sequence[int], response: Response) -> float:
        return _CREDIT[policy](right, entries_of(response))

    def chance(self, options: int, right: int) -> float:
        return 1 / perm(options, right)

    def solved(
        self, html: ContentText, key: KeyText, order: Sequence[int], response: Response
    ) -> Solution:
        right, chosen = key["right"], list(entries_of(response))
        solved = super().solved(html, key, order, response)
        return Solution(
            tuple(
                replace(
                    option,
                    yours_rank=chosen.index(position) + 1 if position in chosen else None,
                    right_rank=right.index(index) + 1 if index in right else None,
                )
                for option, (position, index) in zip(solved.options, enumerate(order), strict=True)
            )
        )

    def analyzed(self, html: ContentText, right: Sequence[int]) -> list[str]:
        return [html["options"][index] for index in right]

    def taken(self, response: Response, right: Sequence[int]) -> list[int]:
        return placed_right(response, right)

    def typed_key(self, post: Posted, *, options: int, prompts: int) -> tuple[int, ...]:
        return ticked_key(post.getlist("right"), options)

    def key_fields(self, content: ContentText, right: Sequence[int]) -> list[KeyField]:
        options = lettered_texts(content)
        places = [
            ("", gettext("Not used")),
            *((str(n), str(n)) for n in range(1, len(options) + 1)),
        ]
        return [
            KeyField(
                f"place-{index}",
                gettext("Place of %(option)s") % {"option": text},
                "list",
                places,
                str(right.index(index) + 1) if index in right else "",
                is_required=False,
            )
            for index, (_, text) in enumerate(options)
        ]

    def key_of_fields(self, values: FieldValues) -> tuple[int, ...]:
        places = sorted(
            (int(str(value)), int(name.removeprefix("place-")))
            for name, value in values.items()
            if value
        )
        if [rank for rank, _ in places] != list(range(1, len(places) + 1)):
            raise ValueError(gettext("Give each place once, from 1 without a gap."))
        return tuple(index for _, index in places)
