"""The bars that a bank sets itself, in its quota."""

from dataclasses import replace

from questions.bank_files.quota import BarQuota
from questions.bank_files.style import Style
from questions.lint.bank import lint_bank
from tests.support.lint_banks import (
    SOUND,
    TODAY,
    bank,
    bars,
    formed,
    quota,
)


def own_bars(items, *, style=None, **changes):
    text = bank(items, quota=quota(bars=BarQuota(**changes)), style=style or Style())
    known = set(bars(bank(items, quota=quota())))
    return {name: bar for name, bar in bars(text).items() if name not in known}


def test_a_bank_that_sets_no_bars_is_judged_by_none():
    assert own_bars(SOUND) == {}


def test_items_that_name_a_service_are_counted_by_stem_and_by_options():
    style = Style(brands=("Amazon",), features=("Model Cards?",))
    items = [replace(SOUND[0], stem=f"{SOUND[0].stem} Model Card?"), *SOUND[1:10]]
    options = tuple(replace(o, text=f"Amazon {o.text}") for o in SOUND[1].options)
    items[1] = replace(SOUND[1], options=options)
    found = own_bars(items, style=style, naming=(0.2, 0.3), naming_options=(0.2, 1))
    assert found["items that name a service"].figure == "20.0%"
    assert found["items that name a service"].is_met
    assert found["items with services as options"].figure == "10.0%"
    assert not found["items with services as options"].is_met


def test_two_constraints_stand_in_the_clue_of_a_stem_of_some_length():
    items = [
        replace(SOUND[0], clue="cheap + near", stem="word " * 40),
        replace(SOUND[1], clue="cheap + near", stem="word " * 10),
        replace(SOUND[2], clue="cheap", stem="word " * 40),
    ]
    found = own_bars(items, two_constraints=1, two_constraint_words=(38, 66))
    assert found["two-constraint scenarios"].figure == "1"
    assert found["two-constraint scenarios"].is_met
    assert not own_bars(items, two_constraints=2, two_constraint_words=(38, 66))[
        "two-constraint scenarios"
    ].is_met


def test_qualifiers_in_capitals_are_neither_rare_nor_common():
    items = [replace(SOUND[0], stem=f"{SOUND[0].stem} Which costs LEAST?"), *SOUND[1:5]]
    name = "qualifiers in capitals, of multiple choice"
    assert own_bars(items, capitals=(0.15, 0.25))[name].is_met
    assert not own_bars(SOUND, capitals=(0.15, 0.25))[name].is_met


def test_an_objective_that_few_items_test_is_named():
    found = own_bars(SOUND, of_objective=(61, 70))["objectives tested by 61 to 70 items"]
    assert (found.figure, found.is_met) == ("0 of 1; 1.1.1 has 60", False)
    assert own_bars(SOUND, of_objective=(3, 60))["objectives tested by 3 to 60 items"].is_met


def test_clues_subjects_and_days_of_checks_are_asked_of_every_item():
    style = Style(brands=("Amazon",))
    naming = replace(SOUND[0], stem=f"{SOUND[0].stem} Amazon Lex?")
    lacking = own_bars([naming, *SOUND[1:]], style=style, is_dated=True)
    assert [bar.figure for bar in lacking.values()] == [
        "60 lack it: tiny-000, tiny-001, tiny-002, tiny-003, tiny-004",
        "60 lack it: tiny-000, tiny-001, tiny-002, tiny-003, tiny-004",
        "1 lack it: tiny-000",
        "1 lack it: bees",
    ]
    options = [replace(o, about="bees") for o in naming.options]
    options[naming.right[0]] = replace(options[naming.right[0]], about="")
    full = replace(naming, clue="near", checked="2026-05-01", options=tuple(options))
    text = bank([full], quota=quota(bars=BarQuota(is_dated=True)), style=style)
    topic = replace(text.topics["1.1"][0], checked="2026-05-01")
    said = bars(replace(text, topics={"1.1": [topic]}))
    assert {said[name].figure for name in lacking} == {"all"}


def test_expected_shares_are_judged_once_there_are_some():
    asked = {"expected": (0.68, 0.75), "hard": (0.25, 1), "easy": (0, 0.2)}
    assert own_bars(SOUND, **asked) == {}
    shares = (0.5, 0.95, 0.7, 0.75)
    rated = [replace(item, angoff=0.6, prepared=shares[n % 4]) for n, item in enumerate(SOUND)]
    found = own_bars(rated, **asked)
    assert [(bar.figure, bar.is_met) for bar in found.values()] == [
        ("0.725", True),
        ("60", True),
        ("25.0%", True),
        ("25.0%", False),
    ]
    lacking = (SOUND[0], replace(SOUND[0], prepared=0.5))
    for item in lacking:
        bar = own_bars([item, *rated[1:]], **asked)["items whose share right was rated"]
        assert not bar.is_met


def test_a_miss_that_the_plan_knows_is_told_and_fails_nothing():
    name = "items expected at 0.55 or less"
    rated = [replace(item, prepared=0.7) for item in SOUND]
    asked = BarQuota(expected=(0.68, 0.75), hard=(0.25, 1))

    def report(known):
        return lint_bank(bank(rated, quota=quota(bars=asked, known_misses=known)), today=TODAY)

    unknown, known = report({}), report({name: "raters expect more"})
    assert unknown.errors == known.errors + 1
    bar = next(bar for bar in known.bars if bar.name == name)
    assert (bar.is_met, bar.known) == (False, "raters expect more")
    # What is met, or is no bar, is no known miss.
    for other in ("expected share right, mean", "no such bar"):
        found = [finding for finding in report({other: "why"}).findings if finding.rule == "B1"]
        assert [finding.severity for finding in found] == ["error"]
        assert other in found[0].message


def test_a_topic_leaves_items_free_for_practice():
    text = formed(SOUND[:2], items=SOUND[:4])
    kept = replace(text.quota, bars=BarQuota(free_of_topic=2))
    name = "topics with 2 items or more that stand in no form"
    assert bars(replace(text, quota=kept))[name].is_met
    kept = replace(text.quota, bars=BarQuota(free_of_topic=3))
    assert bars(replace(text, quota=kept))[name.replace("2", "3")].figure == "0 of 1"
