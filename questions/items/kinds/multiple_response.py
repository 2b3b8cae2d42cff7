"""Multiple response: two or more right options, and the question says how many. Pure."""

import re
from collections.abc import Iterator, Sequence
from math import comb

from questions.items.item import Item, Response
from questions.items.kinds.base import (
    distinct_indexes,
    entries_of,
    lettered_texts,
    whole_number,
)
from questions.items.kinds.choice import Choice, exact_set
from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT
from questions.items.kinds.parts import ContentText, EditorWords, FieldValues, KeyField, Posted
from questions.items.strictness import STRICT, Strictness, bounds
from questions.translation import gettext, gettext_noop

NUMBER_WORDS = {1: "ONE", 2: "TWO", 3: "THREE", 4: "FOUR", 5: "FIVE", 6: "SIX", 7: "SEVEN"}
# How the question says how many options are right, at its end.
HOW_MANY = re.compile(r"\((?:Choose|Select) ([A-Z]+)\.\)$")


def right_minus_wrong(right: Sequence[int], chosen: Sequence[int | None]) -> float:
    """Return right choices less wrong ones, over the number of right options, never below 0.

    The rule of Canvas and of PrairieLearn's net correct: ticking everything earns what the surplus
    of right over wrong options leaves, never full credit.
    """
    hits = len(set(right) & set(chosen))
    misses = len(set(chosen) - set(right))
    return max(0.0, (hits - misses) / len(right))


_CREDIT = {ALL_OR_NOTHING: exact_set, PARTIAL_CREDIT: right_minus_wrong}


class MultipleResponse(Choice):
    """Two or more options are right."""

    name = "multiple_response"
    label = gettext_noop("Multiple response")
    words = gettext_noop("multiple response")
    summary = gettext_noop("two or more right answers; the question says how many")
    least_options = 5
    usual_size = (5, 6)
    floor = 0.10
    editor = EditorWords(control="checkbox")

    def problems(self, item: Item, strictness: Strictness = STRICT) -> list[str]:
        problems = []
        count = len(item.right)
        low, high = bounds(strictness, (5, 8))
        if not low <= len(item.options) <= high:
            size = len(item.options)
            problems.append(
                "options: "
                + gettext("multiple response has %(low)s to %(high)s, this has %(size)s")
                % {"low": low, "high": high, "size": size}
            )
        if not 2 <= len(set(item.right)) < len(item.options):
            reason = "key: " + gettext(
                "multiple response has 2 or more right options, this has %(count)s"
            ) % {"count": count}
            problems.append(reason)
        # The room says how many to choose beside the question, also where its text does not.
        elif strictness == STRICT and not _says_how_many(item.stem, count):
            problems.append(
                "stem: "
                + gettext("say how many to choose: (Choose %(word)s.)")
                % {"word": NUMBER_WORDS.get(count)}
            )
        return problems

    def lint(self, rule: str, item: Item) -> Iterator[tuple[str, str]]:
        if rule == "S1" and not HOW_MANY.search(item.stem.strip().rstrip("*_")):
            yield "stem", gettext("end the stem with how many to choose, as in (Choose TWO.)")
        if rule == "S6":
            yield from _wrong_number(item)

    def instruction(self, choose: int) -> str:
        return gettext("Choose %(count)s.") % {"count": NUMBER_WORDS.get(choose, str(choose))}

    def posted(self, post: Posted, name: str, content: ContentText) -> object:
        return [whole_number(text) for text in post.getlist(name)] or None

    def parsed(self, response: object, *, options: int, prompts: int) -> Response:
        return sorted(distinct_indexes(response, options)) or None

    def credit(self, policy: str, right: Sequence[int], response: Response) -> float:
        return _CREDIT[policy](right, entries_of(response))

    def chance(self, options: int, right: int) -> float:
        return 1 / comb(options, right)

    def key_fields(self, content: ContentText, right: Sequence[int]) -> list[KeyField]:
        options = lettered_texts(content)
        return [
            KeyField("right", gettext("Right answers"), "several", options, [str(i) for i in right])
        ]

    def key_of_fields(self, values: FieldValues) -> tuple[int, ...]:
        return tuple(sorted(map(int, values["right"])))


def _says_how_many(stem: str, count: int) -> bool:
    asked = stem.casefold()
    return any(
        f"{verb} {NUMBER_WORDS.get(count)}".casefold() in asked for verb in ("choose", "select")
    )


def _wrong_number(item: Item) -> Iterator[tuple[str, str]]:
    count = len(set(item.right))
    named = HOW_MANY.search(item.stem.strip())
    if named and named[1] != NUMBER_WORDS.get(count):
        yield (
            "stem",
            gettext("says %(named)s and has %(count)s right options")
            % {"named": named[0], "count": count},
        )
    if count >= len(item.options) - 1:
        yield (
            "options",
            gettext("%(count)s of %(total)s options are right; leave two wrong ones")
            % {"count": count, "total": len(item.options)},
        )
