"""A kind of item that only tests know: one region of a picture is named by its letter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from questions.items.item import Item, Option, Response, ResponseError, letter
from questions.items.kinds.base import Base, option_index
from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT
from questions.items.kinds.parts import ContentText, EditorWords, FieldValues, KeyField, Posted

TEMPLATES = Path(__file__).parent / "templates"
_CREDIT = {ALL_OR_NOTHING: (1.0, 0.0, 0.0), PARTIAL_CREDIT: (1.0, 0.5, 0.0)}


class Hotspot(Base):
    """A candidate types the letter of a region; regions stand as they do in the picture.

    Where credit is given in parts, the region beside the right one earns half.
    """

    name = "hotspot"
    label = "Hotspot"
    words = "hotspot"
    summary = "name a region of a picture"
    template = "hotspot.html"
    control = "hotspot"
    is_single = True
    has_classes = False
    least_options = 3
    usual_size = (3, 8)
    floor = 0.2
    editor = EditorWords(legend="Regions", add="Add a region", control="radio")

    def problems(self, item: Item, strictness: str = "strict") -> list[str]:
        return [] if len(item.right) == 1 else ["key: a hotspot has one right region"]

    def lint(self, rule: str, item: Item) -> Iterator[tuple[str, str]]:
        if rule == "M2" and "picture" not in item.stem:
            yield "stem", "say that a picture is meant"

    def adopted(self, item: Item, keyed: Sequence[int]) -> Item:
        return replace(item, type=self.name, right=tuple(keyed[:1]))

    def in_file_order(self, item: Item) -> Item:
        return item

    def key_of_file(self, options: Sequence[Any]) -> tuple[list[int], list[str]]:
        return [index for index, option in enumerate(options) if option.get("key")], []

    def instruction(self, choose: int) -> str:
        return "Type the letter of one region."

    def order(self, content: ContentText, rng: Random) -> list[int]:
        return list(range(len(content["options"])))

    def posted(self, post: Posted, name: str, content: ContentText) -> object:
        typed = (post.get(name) or "").strip().upper()
        letters = [letter(index) for index in range(len(content["options"]))]
        return letters.index(typed) if typed in letters else typed or None

    def parsed(self, response: object, *, options: int, prompts: int) -> Response:
        if isinstance(response, str):
            raise ResponseError("must be the letter of a region")
        return option_index(response, options)

    def credit(self, policy: str, right: Sequence[int], response: Response) -> float:
        assert isinstance(response, int)
        return _CREDIT[policy][min(2, abs(right[0] - response))]

    def chance(self, options: int, right: int) -> float:
        return 1 / options

    def typed_key(self, post: Posted, *, options: int, prompts: int) -> tuple[int, ...]:
        return tuple(int(value) for value in post.getlist("right"))

    def key_fields(self, content: ContentText, right: Sequence[int]) -> list[KeyField]:
        letters = [(str(index), letter(index)) for index in range(len(content["options"]))]
        return [KeyField("right", "Right region", "one", letters, str(right[0]))]

    def key_of_fields(self, values: FieldValues) -> tuple[int, ...]:
        return (int(str(values["right"])),)


def hotspot_item(ref: str, **fields: Any) -> Item:
    """Return a valid item of this kind; its first region is right."""
    names = ("The encoder", "The decoder", "The embedding layer", "The output layer")
    why = "takes part in what the picture shows, in its own place of the network."
    values: dict[str, Any] = {
        "level": "apply",
        "stem": f"The picture of {ref} shows a network. Which region reads the input?",
        "options": tuple(Option(f"{name} of {ref}", f"{name} {why}") for name in names),
        "right": (0,),
    }
    return Item(ref, "hotspot", **{**values, **fields})
