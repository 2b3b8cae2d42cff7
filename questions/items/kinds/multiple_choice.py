"""Multiple choice: four options, one of which is right. Pure."""

from collections.abc import Iterator, Sequence

from questions.items.item import Item, Response
from questions.items.kinds.base import entries_of, lettered_texts, option_index, whole_number
from questions.items.kinds.choice import Choice, exact_set
from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT
from questions.items.kinds.parts import ContentText, EditorWords, FieldValues, KeyField, Posted
from questions.items.strictness import STRICT, Strictness, bounds
from questions.translation import gettext, gettext_noop

_CREDIT = {ALL_OR_NOTHING: exact_set, PARTIAL_CREDIT: exact_set}


class MultipleChoice(Choice):
    """One option is right."""

    name = "multiple_choice"
    label = gettext_noop("Multiple choice")
    words = gettext_noop("multiple choice")
    summary = gettext_noop("one right answer")
    is_single = True
    least_options = 4
    usual_size = (4, 4)
    floor = 0.25
    editor = EditorWords(control="radio")

    def problems(self, item: Item, strictness: Strictness = STRICT) -> list[str]:
        problems = []
        low, high = bounds(strictness, (4, 4))
        if not low <= len(item.options) <= high:
            wanted = (
                f"{low}"
                if low == high
                else gettext("%(low)s to %(high)s") % {"low": low, "high": high}
            )
            problems.append(
                "options: "
                + gettext("multiple choice has %(wanted)s, this has %(count)s")
                % {"wanted": wanted, "count": len(item.options)}
            )
        if len(item.right) != 1:
            problems.append(
                "key: "
                + gettext("multiple choice has 1 right option, this has %(count)s")
                % {"count": len(item.right)}
            )
        return problems

    def key_problem(self, item: Item) -> str:
        several = gettext("several options are right where one can be chosen")
        return several if len(item.right) > 1 else ""

    def lint(self, rule: str, item: Item) -> Iterator[tuple[str, str]]:
        if rule == "S1" and not item.stem.strip().rstrip("*_").endswith("?"):
            yield "stem", gettext("end the stem with the question it asks")

    def choose(self, item: Item) -> int:
        return 1

    def instruction(self, choose: int) -> str:
        return gettext("Choose one.")

    def posted(self, post: Posted, name: str, content: ContentText) -> object:
        return whole_number(post.get(name))

    def parsed(self, response: object, *, options: int, prompts: int) -> Response:
        return option_index(response, options)

    def credit(self, policy: str, right: Sequence[int], response: Response) -> float:
        return _CREDIT[policy](right, entries_of(response))

    def chance(self, options: int, right: int) -> float:
        return 1 / options

    def key_fields(self, content: ContentText, right: Sequence[int]) -> list[KeyField]:
        options = lettered_texts(content)
        return [KeyField("right", gettext("Right answer"), "one", options, str(right[0]))]

    def key_of_fields(self, values: FieldValues) -> tuple[int, ...]:
        return (int(str(values["right"])),)
