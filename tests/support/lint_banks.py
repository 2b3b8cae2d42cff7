"""Banks of chance words for the linter: sound ones, and what makes them less so."""

import random
from dataclasses import replace
from datetime import date

from questions.bank_files.bank import BankText
from questions.bank_files.exam_forms import FormText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.notes import TopicText
from questions.bank_files.quota import Quota, TaskQuota
from questions.bank_files.references import Fact
from questions.items.item import Option
from questions.lint import lint_bank
from tests.support.bank_folders import PLAN
from tests.support.builders import make_item

TODAY = date(2026, 6, 1)
NOUNS = ["mill", "oven", "farm", "boat", "loom", "forge", "quarry", "bakery", "tannery", "garden"]
WORDS = [a + b for a in "bcdfglmnprst" for b in ("amber", "ottom", "urrow", "indle", "eather")]


def made(number, *, key=None, **changes):
    """A multiple-choice item of chance words, which nothing gives away."""
    rng = random.Random(number)
    whys = [" ".join(rng.sample(WORDS, 9)) for _ in range(4)]
    options = tuple(Option(" ".join(rng.sample(WORDS, 3)), why) for why in whys)
    stem = " ".join(rng.sample(WORDS, 14)) + f". Which one fits the {NOUNS[number % 10]}?"
    right = (number * 7 % 4 if key is None else key,)
    values = {"stem": stem, "options": options, "right": right, "task": "1.1", "topic": "bees"}
    values |= {"objective": "1.1.1", "facts": (f"F{number}",), "sources": ("guide",)}
    values |= {"level": ("recall", "apply", "analyse")[number % 3]}
    return make_item("multiple_choice", f"tiny-{number:03}", **{**values, **changes})


def bank(items, **changes):
    placed = [PlacedItem(item, "items/1.1.yaml", 10 * n) for n, item in enumerate(items, 1)]
    facts = {fact: Fact(fact, "1.1.1") for item in items for fact in item.facts}
    topic = TopicText("bees", "Bees", "word " * 200, 1, tuple(facts))
    values = {"topics": {"1.1": [topic]}, "items": placed, "facts": facts, "sources": {"guide": 1}}
    plan = replace(PLAN, reviewed_on=TODAY)
    return BankText(plan, **{**values, **changes})


def bars(text):
    return {bar.name: bar for bar in lint_bank(text, today=TODAY).bars}


def rules(text, *problems):
    return {finding.rule for finding in lint_bank(text, problems, today=TODAY).findings}


SOUND = [made(number) for number in range(60)]


def with_key(item, text):
    """The item whose key has this text."""
    options = list(item.options)
    options[item.right[0]] = replace(options[item.right[0]], text=text)
    return replace(item, options=tuple(options))


def quota(**changes):
    types = {"multiple_choice": 60, "multiple_response": 0, "ordering": 0, "matching": 0}
    task = TaskQuota(types, {"recall": 20, "apply": 20, "analyse": 20}, 2, 2)
    return Quota(**{"tasks": {"1.1": task}, **changes})


def formed(*forms, items=SOUND, **changes):
    """A bank with forms of two items, all of which count."""
    texts = tuple(
        FormText(f"mock-{n}", f"Mock {n}", tuple(item.ref for item in form), frozenset(), n)
        for n, form in enumerate(forms, 1)
    )
    plan = replace(PLAN, reviewed_on=TODAY, scored_count=2, type_mix={"multiple_choice": 2})
    text = bank(items, quota=quota(forms=len(forms)), forms=texts)
    task = replace(text.quota.tasks["1.1"], per_form=2, scored=2)
    return replace(text, plan=plan, quota=replace(text.quota, tasks={"1.1": task}), **changes)
