"""The bars of a whole bank: each is met by a bank that is sound and missed by one that is not."""

import json
import random
import re
import shutil
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from questions.bank_files import folder
from questions.bank_files.bank import BankText
from questions.bank_files.exam_forms import FormText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.notes import TopicText
from questions.bank_files.problems import BankProblem
from questions.bank_files.quota import BarQuota, FormQuota, Quota, TaskQuota
from questions.bank_files.references import Fact
from questions.bank_files.style import Style
from questions.items.item import Option
from questions.lint import cues, lint_bank
from questions.lint.bars import guessed
from questions.lint.forms import lint_forms
from tests.conftest import BANK
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


# --- Guessers ---------------------------------------------------------------------------------


def test_chance_items_leave_every_guesser_near_chance():
    items = [made(number) for number in range(400)]
    for guess in cues.GUESSERS.values():
        assert 0.18 < cues.rate(items, guess) < 0.32
    assert 0.18 < sum(cues.learned(items)) / 400 < 0.32


@pytest.mark.parametrize(
    ("name", "cue"),
    [
        ("guesser: longest option", lambda item: with_key(item, "velvet " * 9)),
        (
            "guesser: most stem overlap",
            lambda item: with_key(item, " ".join(item.stem.split()[:4])),
        ),
        (
            "guesser: fewest absolutes",
            lambda item: replace(
                item,
                options=tuple(
                    o if i in item.right else replace(o, text=f"always {o.text}")
                    for i, o in enumerate(item.options)
                ),
            ),
        ),
    ],
)
def test_a_cue_in_every_key_is_found_by_its_guesser_and_by_the_learned_one(name, cue):
    measured = bars(bank([cue(item) for item in SOUND]))
    assert not measured[name].is_met
    assert not measured["guesser: learned mix of cues"].is_met


def test_the_learned_mix_finds_a_cue_that_no_rule_of_thumb_knows():
    items = [with_key(made(number), "velvet-cotton-linen silk wool") for number in range(60)]
    assert sum(cues.learned(items)) / 60 > 0.9
    assert any("hyphens" in told or "letters" in told for told in cues.telling_cues(items))


def test_a_tie_is_drawn_by_lot():
    item = made(1, key=0)
    assert cues.hits(item, [1, 1, 0, 0]) == 0.5
    assert cues.hits(item, [0, 1, 0, 0]) == 0.0


def test_no_item_is_judged_by_a_model_that_saw_it():
    """A few items whose looks are noise could be learned by heart, were they not held back."""
    banks = [[made(1000 * n + number) for number in range(30)] for n in range(1, 9)]
    shares = [share for items in banks for share in cues.learned(items)]
    assert sum(shares) / len(shares) < 0.34
    assert cues.learned(banks[0]) == shares[:30]


def test_of_few_items_nothing_is_learned():
    assert cues.learned(SOUND[:5]) == [0.0] * 5
    assert cues.telling_cues(SOUND[:5]) == []


def test_the_items_that_are_always_guessed_are_named():
    items = [with_key(item, "velvet " * 9) for item in SOUND]
    assert len(guessed(bank(items))) == len(items)


# --- Shape of keys ----------------------------------------------------------------------------


def test_keys_that_are_never_or_always_longest_miss_the_bar():
    for text in ("x", "velvet " * 9):
        measured = bars(bank([with_key(item, text) for item in SOUND]))
        assert not measured["key uniquely longest"].is_met
        assert not measured["key's length over distractors', median"].is_met


def test_a_favourite_position_and_a_long_run_miss_the_bar():
    measured = bars(bank([made(number, key=0 if number < 20 else None) for number in range(60)]))
    assert not measured["position of the key as authored"].is_met
    assert measured["longest run of one position"].figure.startswith("21 to tiny-020")
    assert not measured["longest run of one position"].is_met
    even = bars(bank(SOUND))
    assert even["position of the key as authored"].is_met
    assert even["longest run of one position"].is_met


# --- Coverage ---------------------------------------------------------------------------------


def test_a_topic_with_two_items_misses_the_bar():
    lonely = TopicText("wasps", "Wasps", "word " * 200, 40)
    text = bank(SOUND)
    text = replace(text, topics={"1.1": [*text.topics["1.1"], lonely]})
    assert bars(text)["topics tested by 3 items or more"].figure == "1 of 2"
    finding = next(f for f in lint_bank(text, today=TODAY).findings if f.rule == "N3")
    assert (finding.file, finding.line, finding.ref) == ("notes/1.1.md", 40, "wasps")


def test_a_core_fact_is_keyed_once_to_three_times():
    items = [*SOUND, *(made(100 + n, facts=("F1",)) for n in range(3))]
    text = bank(items)
    assert not bars(text)["core facts keyed by 1 to 3 items"].is_met
    unkeyed = replace(text, facts=text.facts | {"F999": Fact("F999", "1.1.1")})
    said = [f.message for f in lint_bank(unkeyed, today=TODAY).findings if f.rule == "N4"]
    assert any(message.startswith("F1 of objective 1.1.1: keyed by 4 items") for message in said)
    assert any(message.startswith("F999 of objective 1.1.1: a core fact") for message in said)


def test_a_fact_that_is_no_core_need_not_be_keyed_but_carried():
    text = bank(SOUND)
    text = replace(text, facts=text.facts | {"F999": Fact("F999", "1.1.1", "legacy")})
    assert bars(text)["core facts keyed by 1 to 3 items"].is_met
    assert not bars(text)["facts carried by a topic"].is_met
    assert "N2" in rules(text)


def test_the_shares_of_keys_by_relevance_are_measured():
    text = bank(SOUND)
    facts = {f: replace(fact, relevance="legacy") for f, fact in list(text.facts.items())[:30]}
    measured = bars(replace(text, facts=text.facts | facts))
    assert measured["keys on core facts"].figure == "50.0%"
    assert not measured["keys on core facts"].is_met
    assert not measured["keys on legacy facts"].is_met


def test_items_that_ask_the_same_are_named():
    twin = replace(SOUND[3], ref="tiny-twin", facts=("F900",))
    assert "C4" in rules(bank([*SOUND, twin]))
    assert "C4" not in rules(bank(SOUND))


def test_the_same_fact_at_the_same_level_and_angle_is_named():
    words = SOUND[3].stem.split()
    near = " ".join([*words[:8], "other", "words", "here", *words[11:]])
    twin = replace(SOUND[3], ref="tiny-twin", stem=near)
    assert "N4" in rules(bank([*SOUND, twin]))
    assert "N4" not in rules(bank([*SOUND, replace(twin, level="apply")]))


def test_topics_read_in_three_minutes_and_in_the_language_of_today():
    for source, rule in (("word " * 20, "N1"), ("word " * 600, "N1"), ("colour " * 200, "F1")):
        text = bank(SOUND)
        topic = replace(text.topics["1.1"][0], source=source)
        assert rule in rules(replace(text, topics={"1.1": [topic]}))


# --- Shares and plan --------------------------------------------------------------------------


def test_recall_and_negative_stems_are_bounded():
    recall = bars(bank([replace(item, level="recall") for item in SOUND]))
    assert not recall["apply or analyse"].is_met
    stem = SOUND[0].stem + " Which one does **not** fit the mill?"
    negative = bars(bank([replace(item, stem=stem) for item in SOUND[:2]] + SOUND[2:]))
    assert not negative["negative stems"].is_met


def test_a_domain_far_from_its_weight_misses_the_bar():
    name = "share of each domain, per cent"
    assert bars(bank(SOUND))[name].is_met
    text = bank(SOUND)
    plan = replace(text.plan, domains=(*text.plan.domains, replace(PLAN.domains[0], number=2)))
    assert not bars(replace(text, plan=plan))[name].is_met


def quota(**changes):
    types = {"multiple_choice": 60, "multiple_response": 0, "ordering": 0, "matching": 0}
    task = TaskQuota(types, {"recall": 20, "apply": 20, "analyse": 20}, 2, 2)
    return Quota(**{"tasks": {"1.1": task}, **changes})


def test_the_plan_of_types_and_levels_is_held_exactly():
    name = "items of each task by type and level"
    assert bars(bank(SOUND, quota=quota()))[name].is_met
    short = bars(bank(SOUND[1:], quota=quota()))[name]
    assert short.figure == "59 of 60; 1.1 multiple_choice 59 of 60; 1.1 recall 19 of 20"
    assert not short.is_met


def test_what_cannot_be_read_is_a_finding_among_the_others():
    problem = BankProblem("items/1.1.yaml", 7, "level must be one of recall, apply, analyse")
    report = lint_bank(bank(SOUND), [problem], today=TODAY)
    assert report.errors
    assert "items/1.1.yaml:7: error LOAD level must be one of" in str(report.findings[0])


def test_an_exam_that_was_never_reviewed_is_named_once():
    text = bank(SOUND)
    text = replace(text, plan=replace(text.plan, reviewed_on=None))
    named = [f for f in lint_bank(text, today=TODAY).findings if f.rule == "C5"]
    assert [(finding.file, finding.line) for finding in named] == [("exam.yaml", 1)]


# --- Fixed forms ------------------------------------------------------------------------------


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


def form_faults(text):
    return [finding.message for finding in lint_forms(text)[0]]


def test_sound_forms_meet_the_bar():
    text = formed(SOUND[:2], SOUND[2:4])
    assert form_faults(text) == []
    assert bars(text)["fixed forms"].is_met


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (formed(SOUND[:2], SOUND[1:3]), "stands in two forms"),
        (formed(SOUND[:3]), "task 1.1: 3 items, 2 are asked for"),
        (
            formed(
                [SOUND[0], replace(SOUND[1], facts=("F0",))],
                items=[SOUND[0], replace(SOUND[1], facts=("F0",))],
            ),
            "2 items are keyed on F0",
        ),
        (
            formed(SOUND[:2], items=[replace(SOUND[0], enemies=(SOUND[1].ref,)), SOUND[1]]),
            "give each other away",
        ),
    ],
)
def test_what_is_wrong_with_a_form_is_named(text, fault):
    assert any(fault in said for said in form_faults(text))
    assert not bars(text)["fixed forms"].is_met


def test_forms_that_are_not_built_miss_the_bar():
    text = replace(formed(SOUND[:2]), forms=())
    assert "run manage.py build_forms" in bars(text)["fixed forms"].figure


def test_a_form_holds_few_items_keyed_on_one_service():
    items = [with_key(item, "Amazon Lex") for item in SOUND[:2]]
    style = Style(brands=("Amazon",), service_limit=1)
    assert "2 items are keyed on Amazon Lex; at most 1 may" in form_faults(
        formed(items, items=items, style=style)
    )
    allowed = replace(style, per_form={"Amazon Lex": 2})
    assert form_faults(formed(items, items=items, style=allowed)) == []


def with_form_quota(text, **changes):
    return replace(text, quota=replace(text.quota, form=FormQuota(**changes)))


def test_what_counts_in_a_form_is_of_the_levels_that_are_asked_for():
    text = formed(SOUND[:2])
    assert form_faults(with_form_quota(text, scored={"recall": (1, 1)})) == []
    assert form_faults(with_form_quota(text, scored={"analyse": (1, 2)})) == [
        "scored analyse: 0 items, 1 to 2 are asked for"
    ]


def test_a_form_names_as_many_services_as_are_asked_for():
    items = [replace(SOUND[0], stem=f"{SOUND[0].stem} Amazon Lex?"), *SOUND[1:]]
    text = replace(formed(items[:2], items=items), style=Style(brands=("Amazon",)))
    assert form_faults(with_form_quota(text, naming=(1, 1))) == []
    assert form_faults(with_form_quota(text, naming=(2, 2))) == [
        "1 items name a service; 2 to 2 are asked for"
    ]


def test_what_counts_in_a_form_is_as_hard_as_the_bank():
    items = [replace(item, angoff=0.5 if n < 2 else 0.7) for n, item in enumerate(SOUND)]
    hard = with_form_quota(formed(items[:2], items=items), expected_within=0.005)
    assert "0.500 of prepared candidates are expected to be right" in form_faults(hard)[0]
    fair = with_form_quota(formed(items[2:4], items=items), expected_within=0.01)
    assert form_faults(fair) == []
    unrated = with_form_quota(formed(SOUND[:2]), expected_within=0.005)
    assert form_faults(unrated) == []


# --- The bars that a bank sets itself ---------------------------------------------------------


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
    rated = [replace(item, angoff=(0.5, 0.95, 0.7, 0.75)[n % 4]) for n, item in enumerate(SOUND)]
    found = own_bars(rated, **asked)
    assert [(bar.figure, bar.is_met) for bar in found.values()] == [
        ("0.725", True),
        ("60", True),
        ("25.0%", True),
        ("25.0%", False),
    ]
    assert not own_bars(rated[1:] + SOUND[:1], **asked)["items whose share right was rated"].is_met


def test_a_topic_leaves_items_free_for_practice():
    text = formed(SOUND[:2], items=SOUND[:4])
    kept = replace(text.quota, bars=BarQuota(free_of_topic=2))
    name = "topics with 2 items or more that stand in no form"
    assert bars(replace(text, quota=kept))[name].is_met
    kept = replace(text.quota, bars=BarQuota(free_of_topic=3))
    assert bars(replace(text, quota=kept))[name.replace("2", "3")].figure == "0 of 1"


# --- The command and the shipped bank ---------------------------------------------------------


def run(*args):
    out = StringIO()
    try:
        call_command("lint_bank", *args, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.fixture
def broken(tmp_path):
    """A copy of the shipped bank in which one item lost its question mark and one its source."""
    path = tmp_path / "aif-c01"
    shutil.copytree(BANK, path)
    file = path / "items" / "1.1.yaml"
    text = re.sub(r"\n  sources: .*", "", file.read_text(), count=1)
    file.write_text(text)
    return path


def test_the_shipped_bank_is_without_error_and_meets_every_bar():
    report = lint_bank(folder.read_bank(BANK), today=date(2026, 12, 1))
    assert [str(finding) for finding in report.findings if finding.severity == "error"] == []
    assert [bar for bar in report.bars if not bar.is_met] == []


def test_an_error_fails_the_command_and_names_its_line(broken):
    text, code = run(broken)
    assert code == 1
    assert re.search(r"items/1\.1\.yaml:1: error C5 aif-c01-1\.1-001: names no source", text)
    assert "Bars" in text


def test_the_report_is_json_when_it_is_asked_for(broken):
    text, code = run(broken, "--json")
    report = json.loads(text)
    assert code == 1
    assert {"rule", "severity", "ref", "field", "message", "file", "line"} == set(
        report["findings"][0]
    )
    assert {"name", "asked", "figure", "is_met"} == set(report["bars"][0])


def test_one_task_is_shown_alone(broken):
    assert "aif-c01-1.1-001" in run(broken, "--task", "1.1")[0]
    assert "aif-c01-1.1-001" not in run(broken, "--task", "1.2")[0]


def test_a_folder_without_a_style_has_that_of_the_shipped_bank_of_its_name(broken):
    for name in ("style.yaml", "quota.yaml"):
        (broken / name).unlink()
    assert "as in quota.yaml" in run(broken)[0]


def test_a_file_that_cannot_be_read_stops_no_other(broken):
    (broken / "items" / "1.2.yaml").write_text("- ref: [")
    text, code = run(broken)
    assert code == 1
    assert "items/1.2.yaml:1: error LOAD not readable as YAML" in text
    assert "aif-c01-1.1-001: names no source" in text
