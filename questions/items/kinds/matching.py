"""Matching: each of three to seven prompts gets its response. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import perm

from questions.items.item import Item, Response, ResponseError
from questions.items.kinds.base import (
    NOT_CHOSEN,
    Base,
    entries_of,
    exact_sequence,
    key_letters,
    lettered_texts,
    option_index,
    placed_right,
    right_places,
    typed_index,
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
    ShownPrompt,
    Solution,
    SolvedPrompt,
)
from questions.items.strictness import STRICT, Strictness, bounds
from questions.translation import gettext, gettext_noop

_CREDIT = {ALL_OR_NOTHING: exact_sequence, PARTIAL_CREDIT: right_places}


class Matching(Base):
    """`right` has one option for each prompt; an option may serve more than once."""

    name = "matching"
    label = gettext_noop("Matching")
    words = gettext_noop("matching")
    summary = gettext_noop("pair each prompt with an answer")
    template = "components/question/matching.html"
    control = "matching"
    has_prompts = True
    least_options = 3
    usual_size = (3, 7)
    floor = 0.05
    editor = EditorWords(
        legend=gettext_noop("Responses to choose from"),
        add=gettext_noop("Add a response"),
        control="",
    )

    def problems(self, item: Item, strictness: Strictness = STRICT) -> list[str]:
        problems = []
        low, high = bounds(strictness, (3, 7))
        if not low <= len(item.prompts) <= high:
            problems.append(
                "prompts: "
                + gettext("matching has %(low)s to %(high)s, this has %(count)s")
                % {"low": low, "high": high, "count": len(item.prompts)}
            )
        if len(item.right) != len(item.prompts):
            problems.append("key: " + gettext("matching needs one option for each prompt"))
        if len({prompt.casefold() for prompt in item.prompts}) < len(item.prompts):
            problems.append("prompts: " + gettext("two have the same text; make them differ"))
        return problems

    def key_problem(self, item: Item) -> str:
        needs = gettext("matching needs one option for each prompt")
        return needs if len(item.right) != len(item.prompts) else ""

    def size(self, item: Item) -> int:
        return len(item.prompts)

    def lint(self, rule: str, item: Item) -> Iterator[tuple[str, str]]:
        if rule == "S1" and not item.stem.strip().rstrip("*_").endswith(("?", ".")):
            yield "stem", gettext("end the stem with a question or with what to do")
        if rule == "M1":
            few = len(item.options) < len(item.prompts)
            is_reused = few or len(set(item.right)) < len(item.right)
            if is_reused and "more than once" not in item.stem.lower():
                yield (
                    "stem",
                    gettext("a response fits two prompts; say that it can be used more than once"),
                )

    def adopted(self, item: Item, keyed: Sequence[int]) -> Item:
        prompts = item.prompts or ("",) * 3
        right = [*keyed, *[NOT_CHOSEN] * len(prompts)][: len(prompts)]
        return replace(item, type=self.name, right=tuple(right), prompts=prompts)

    def with_whole_key(self, item: Item) -> Item:
        count = len(item.prompts)
        return replace(item, right=(*item.right, *(NOT_CHOSEN,) * count)[:count])

    def moved_key(self, right: Sequence[int], places: Mapping[int, int]) -> tuple[int, ...]:
        return tuple(places.get(index, NOT_CHOSEN) for index in right)

    def in_file_order(self, item: Item) -> Item:
        """Put options as their prompts use them, and prompts of one option together."""
        order = list(dict.fromkeys(item.right))
        order += [index for index in range(len(item.options)) if index not in order]
        new_index = {old: new for new, old in enumerate(order)}
        pairs = sorted(
            (
                (new_index[index], text)
                for index, text in zip(item.right, item.prompts, strict=True)
            ),
            key=lambda pair: pair[0],
        )
        return replace(
            item,
            options=tuple(item.options[index] for index in order),
            right=tuple(index for index, _ in pairs),
            prompts=tuple(text for _, text in pairs),
        )

    def key_in_words(self, item: Item) -> str:
        pairs = zip(item.prompts, key_letters(item), strict=False)
        return ", ".join(f"{prompt}: {letter}" for prompt, letter in pairs)

    def _file_key(self, item: Item, index: int) -> FileOption:
        pairs = zip(item.prompts, item.right, strict=True)
        prompts = [prompt for prompt, right in pairs if right == index]
        if not prompts:
            return {}  # type: ignore[typeddict-item]
        return {"prompt": prompts[0] if len(prompts) == 1 else prompts}  # type: ignore[typeddict-item]

    def key_of_file(self, options: Sequence[FileOption]) -> tuple[list[int], list[str]]:
        right, prompts = [], []
        for index, option in enumerate(options):
            named = option.get("prompt")
            for prompt in named if isinstance(named, list) else [named] if named else []:
                prompts.append(str(prompt))
                right.append(index)
        return right, prompts

    def instruction(self, choose: int) -> str:
        return gettext("Match each prompt with one response.")

    def shown(
        self, html: ContentText, order: Sequence[int], response: Response, struck: Sequence[int]
    ) -> Shown:
        chosen = entries_of(response) or [None] * len(html["prompts"])
        prompts = tuple(
            ShownPrompt(index, text, chosen[index]) for index, text in enumerate(html["prompts"])
        )
        return Shown(super().shown(html, order, response, struck).options, prompts)

    def posted(self, post: Posted, name: str, content: ContentText) -> object:
        count = len(content["prompts"])
        entries = [whole_number(post.get(f"{name}-{index}")) for index in range(count)]
        return entries if any(entry is not None for entry in entries) else None

    def parsed(self, response: object, *, options: int, prompts: int) -> Response:
        if not isinstance(response, list):
            raise ResponseError(gettext("must be a list"))
        if len(response) != prompts:
            raise ResponseError(
                gettext("must have one entry for each of %(count)s prompts") % {"count": prompts}
            )
        pairs = [None if entry is None else option_index(entry, options) for entry in response]
        return pairs if any(entry is not None for entry in pairs) else None

    def is_complete(self, response: Response, choose: int) -> bool:
        return all(entry is not None for entry in entries_of(response))

    def credit(self, policy: str, right: Sequence[int], response: Response) -> float:
        return _CREDIT[policy](right, entries_of(response))

    def chance(self, options: int, right: int) -> float:
        return 1 / (perm(options, right) if options >= right else options**right)

    def solved(
        self, html: ContentText, key: KeyText, order: Sequence[int], response: Response
    ) -> Solution:
        options, right = html["options"], key["right"]
        shown = entries_of(response) or [None] * len(html["prompts"])
        chosen = [None if index is None else order[index] for index in shown]
        prompts = tuple(
            SolvedPrompt(
                html=text,
                yours="" if index is None else options[index],
                right=options[right[number]],
                is_right=index == right[number],
            )
            for number, (text, index) in enumerate(zip(html["prompts"], chosen, strict=True))
        )
        return Solution(super().solved(html, key, order, response).options, prompts)

    def analyzed(self, html: ContentText, right: Sequence[int]) -> list[str]:
        return html["prompts"]

    def taken(self, response: Response, right: Sequence[int]) -> list[int]:
        return placed_right(response, right)

    def typed_key(self, post: Posted, *, options: int, prompts: int) -> tuple[int, ...]:
        chosen = [typed_index(value, options) for value in post.getlist("prompt_right")]
        return tuple([*chosen, *[NOT_CHOSEN] * prompts][:prompts])

    def key_fields(self, content: ContentText, right: Sequence[int]) -> list[KeyField]:
        options = lettered_texts(content)
        response = gettext("Response to: %(prompt)s")
        return [
            KeyField(f"match-{i}", response % {"prompt": prompt}, "list", options, str(right[i]))
            for i, prompt in enumerate(content["prompts"])
        ]

    def key_of_fields(self, values: FieldValues) -> tuple[int, ...]:
        return tuple(int(str(value)) for value in values.values())
