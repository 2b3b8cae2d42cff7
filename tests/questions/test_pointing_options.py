"""Options that point at others, and options that keep their place."""

import random

import pytest

from questions.items.content import data_of, item_of, item_of_texts, key_of, wording
from questions.items.item import Option
from questions.items.kinds.registry import kind_of
from questions.lint import LintContext, lint_item
from tests.support.builders import make_item


def rules_on(text, **fields):
    options = (Option("Red", ""), Option("Blue", ""), Option("Green", ""), Option(text, ""))
    item = make_item("multiple_choice", "q", options=options, **fields)
    context = LintContext(strictness="usual")
    return {found.rule for found in lint_item(item, context) if "options[3]" in found.field}


@pytest.mark.parametrize(
    "text",
    [
        "the first two options",
        "Options 1 and 3",
        "A & B only",
        "Both A and B",
        "A and B",
        "A, B, and C",
        "B or C.",
        "Neither A or B",
        "Answers A and C are right",
        "option 2",
        "1 and 3 only",
        "The other options",
        "Choices above",
        "C only",
    ],
)
def test_an_option_that_points_at_others_is_found(text):
    assert "O15" in rules_on(text)
    assert "O15" not in rules_on(text, fixed_order=True)


@pytest.mark.parametrize("text", ["I, II and III", "II only", "All of the above", "None of these"])
def test_one_that_stands_for_others_is_a_suggestion(text):
    assert "O4" in rules_on(text)
    assert "O15" not in rules_on(text)


@pytest.mark.parametrize(
    "text",
    [
        "An option a company has",
        "Vitamin A and vitamin D",
        "1 and 3",
        "They help each other",
        "Both hands",
        "The previous response of the model",
        "The first two layers",
        "I",
    ],
)
def test_what_only_looks_so_is_left_alone(text):
    assert not {"O4", "O15"} & rules_on(text)


def test_an_option_that_keeps_its_place_may_point():
    last = Option("A and B", "", is_fixed=True)
    options = (Option("Red", ""), Option("Blue", ""), Option("Green", ""), last)
    item = make_item("multiple_choice", "q", options=options)
    rules = {found.rule for found in lint_item(item, LintContext(strictness="usual"))}
    assert "O15" not in rules


@pytest.mark.parametrize("name", ["multiple_choice", "multiple_response"])
def test_an_option_keeps_its_place_while_the_others_move(name):
    item = make_item(name, "q")
    options = (*item.options[:-1], Option("None of these", "Why", is_fixed=True))
    item = make_item(name, "q", options=options)
    content, _ = wording(item, None)
    kind, rng, last = kind_of(name), random.Random(1), len(options) - 1
    orders = [kind.order(content, rng) for _ in range(50)]
    assert {order[last] for order in orders} == {last}
    assert len({tuple(order) for order in orders}) > 5


def test_it_is_stored_only_where_it_is_said():
    item = make_item("multiple_choice", "q")
    content, _ = wording(item, None)
    assert "fixed_options" not in content
    assert all("fixed" not in option for option in data_of(item)["options"])
    options = (*item.options[:3], Option("None of these", "Why", is_fixed=True))
    fixed = make_item("multiple_choice", "q", options=options)
    assert item_of(data_of(fixed)) == fixed
    content, _ = wording(fixed, None)
    tags = {"ref": "q", "type": fixed.type, "level": fixed.level}
    assert item_of_texts(content, key_of(fixed), tags).options == options
