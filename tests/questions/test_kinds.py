"""Kinds of items: each kind does each duty, and what is stored knows each kind."""

from collections.abc import Callable
from random import Random
from typing import Any, get_protocol_members

import pytest
from django.http import QueryDict
from django.template.loader import get_template

from questions.items.content import key_of, wording
from questions.items.editing import NOT_CHOSEN
from questions.items.item import Item
from questions.items.kinds.kind import POLICIES, Kind
from questions.items.kinds.parts import EditorWords, KeyField, Shown, Solution
from questions.items.kinds.registry import kind_names, kind_of, kinds, registered
from questions.models.choices import ITEM_TYPES
from tests.support.builders import make_item
from tests.support.hotspot import Hotspot, hotspot_item

ALL: list[tuple[Kind, Item]] = [
    *((kind, make_item(kind.name, f"{kind.name}-1")) for kind in kinds()),
    (Hotspot(), hotspot_item("hotspot-1")),
]


def right_response(kind: Kind, item: Item) -> Any:
    return item.right[0] if kind.is_single else list(item.right)


def texts(item: Item) -> Any:
    with_kind = item.type in kind_names()
    return wording(item, None) if with_kind else wording_of_new(item)


def wording_of_new(item: Item) -> Any:
    with registered(Hotspot()):
        return wording(item, None)


def fields_of(kind: Kind, item: Item) -> dict[str, Any]:
    content, _ = texts(item)
    return {field.name: field.initial for field in kind.key_fields(content, list(item.right))}


# What each duty answers for a valid item, or for the right response to it.
DUTIES: dict[str, Callable[[Kind, Item], bool]] = {
    "name": lambda kind, item: kind.name == item.type,
    "label": lambda kind, item: kind.label.casefold() == kind.words,
    "words": lambda kind, item: kind.words == kind.words.lower() != "",
    "summary": lambda kind, item: bool(kind.summary),
    "template": lambda kind, item: kind.template.endswith(".html"),
    "control": lambda kind, item: kind.control.isidentifier(),
    "is_choice": lambda kind, item: kind.is_choice in (True, False),
    "is_single": lambda kind, item: kind.is_single in (True, False),
    "has_prompts": lambda kind, item: kind.has_prompts == bool(item.prompts),
    "has_classes": lambda kind, item: kind.has_classes in (True, False),
    "least_options": lambda kind, item: 2 <= kind.least_options <= 5,
    "usual_size": lambda kind, item: kind.usual_size[0] <= kind.size(item) <= kind.usual_size[1],
    "floor": lambda kind, item: 0 <= kind.floor < 1,
    "editor": lambda kind, item: isinstance(kind.editor, EditorWords),
    "problems": lambda kind, item: kind.problems(item) == [],
    "key_problem": lambda kind, item: kind.key_problem(item) == "",
    "size": lambda kind, item: kind.size(item) > 0,
    "lint": lambda kind, item: (
        [f for rule in ("S1", "S6", "M1") for f in kind.lint(rule, item)] == []
    ),
    "adopted": lambda kind, item: kind.adopted(item, item.right).type == kind.name,
    "with_whole_key": lambda kind, item: kind.with_whole_key(item) == item,
    "moved_key": lambda kind, item: (
        kind.moved_key(item.right, {i: i for i in range(len(item.options))}) == item.right
    ),
    "ordered_key": lambda kind, item: kind.ordered_key(item.right) == item.right,
    "in_file_order": lambda kind, item: kind.in_file_order(item) == item,
    "key_in_words": lambda kind, item: "A" in kind.key_in_words(item),
    "file_options": lambda kind, item: len(kind.file_options(item)) == len(item.options),
    "key_of_file": lambda kind, item: (
        kind.key_of_file(kind.file_options(item)) == ([*item.right], [*item.prompts])
    ),
    "choose": lambda kind, item: kind.choose(item) == len(item.right),
    "instruction": lambda kind, item: kind.instruction(kind.choose(item)).endswith("."),
    "order": lambda kind, item: (
        sorted(kind.order(texts(item)[0], Random(1))) == [*range(len(item.options))]
    ),
    "shown": lambda kind, item: isinstance(
        kind.shown(texts(item)[1], range(len(item.options)), None, []), Shown
    ),
    "posted": lambda kind, item: kind.posted(QueryDict(), "q1", texts(item)[0]) is None,
    "parsed": lambda kind, item: (
        kind.parsed(
            right_response(kind, item), options=len(item.options), prompts=len(item.prompts)
        )
        == right_response(kind, item)
    ),
    "is_complete": lambda kind, item: kind.is_complete(
        right_response(kind, item), kind.choose(item)
    ),
    "authored": lambda kind, item: (
        kind.authored(right_response(kind, item), range(len(item.options)))
        == right_response(kind, item)
    ),
    "credit": lambda kind, item: (
        {kind.credit(policy, item.right, right_response(kind, item)) for policy in POLICIES} == {1}
    ),
    "chance": lambda kind, item: 0 < kind.chance(len(item.options), len(item.right)) < 1,
    "solved": lambda kind, item: isinstance(
        kind.solved(
            texts(item)[1], key_of(item), range(len(item.options)), right_response(kind, item)
        ),
        Solution,
    ),
    "analyzed": lambda kind, item: all(
        text in [*texts(item)[1]["options"], *texts(item)[1]["prompts"]]
        for text in kind.analyzed(texts(item)[1], item.right)
    ),
    "taken": lambda kind, item: (
        len(kind.taken(right_response(kind, item), item.right)) == len(item.right)
    ),
    "typed_key": lambda kind, item: (
        set(kind.typed_key(QueryDict(), options=3, prompts=len(item.prompts))) <= {NOT_CHOSEN}
    ),
    "key_fields": lambda kind, item: all(
        isinstance(field, KeyField) for field in kind.key_fields(texts(item)[0], item.right)
    ),
    "key_of_fields": lambda kind, item: kind.key_of_fields(fields_of(kind, item)) == item.right,
}


def test_the_test_asks_for_every_duty():
    assert set(DUTIES) == get_protocol_members(Kind)


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize(("kind", "item"), ALL, ids=[kind.name for kind, _ in ALL])
def test_each_kind_does_each_duty(kind, item, duty):
    assert DUTIES[duty](kind, item)


def test_what_is_stored_knows_each_kind():
    assert [name for name, _ in ITEM_TYPES] == [*kind_names()]


@pytest.mark.parametrize("kind", kinds(), ids=kind_names())
@pytest.mark.parametrize("part", ["asked", "answered", "solved"])
def test_each_kind_has_its_parts_as_templates(kind, part):
    assert get_template(f"{kind.template}#{part}")


def test_a_kind_that_is_not_known_is_not_taken_for_another():
    with pytest.raises(KeyError):
        kind_of("hotspot")


def test_a_name_is_one_kind_s():
    with pytest.raises(ValueError, match="there is a kind 'ordering' already"):
        registered(kind_of("ordering")).__enter__()
