"""The bars of a whole bank: each is met by a bank that is sound and missed by one that is not."""

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from questions.bank_files import folder
from questions.bank_files.notes import TopicText
from questions.bank_files.problems import BankProblem
from questions.bank_files.references import Fact
from questions.lint import cues, lint_bank
from questions.lint.bars import guessed
from tests.conftest import BANK
from tests.support.bank_folders import PLAN
from tests.support.lint_banks import (
    SOUND,
    TODAY,
    bank,
    bars,
    made,
    quota,
    rules,
    with_key,
)

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
    """The items of two tasks of the shipped bank, in which one lost its source."""
    path = tmp_path / "aif-c01"
    shutil.copytree(BANK, path)
    for other in (path / "items").iterdir():
        if other.name not in ("1.1.yaml", "1.2.yaml"):
            other.unlink()
    file = path / "items" / "1.1.yaml"
    text = re.sub(r"\n  sources: .*", "", file.read_text(), count=1)
    file.write_text(text)
    return path


def test_the_shipped_bank_is_without_error_and_misses_one_bar_that_its_plan_tells():
    report = lint_bank(folder.read_bank(BANK), today=date(2026, 12, 1))
    assert [str(finding) for finding in report.findings if finding.severity == "error"] == []
    missed = [bar for bar in report.bars if not bar.is_met]
    assert [bar.name for bar in missed] == ["items expected at 0.55 or less"]
    assert all(bar.known for bar in missed)


def test_an_error_fails_the_command_and_names_its_line(broken):
    text, code = run(broken)
    assert code == 1
    assert re.search(r"items/1\.1\.yaml:1: error C5 aif-c01-1\.1-003: Add a source", text)
    assert "Bars" in text


def test_the_report_is_json_when_it_is_asked_for(broken):
    text, code = run(broken, "--json")
    report = json.loads(text)
    assert code == 1
    assert {"rule", "severity", "ref", "field", "message", "file", "line"} == set(
        report["findings"][0]
    )
    assert {"name", "asked", "figure", "is_met", "known"} == set(report["bars"][0])


def test_one_task_is_shown_alone(broken):
    assert "aif-c01-1.1-003" in run(broken, "--task", "1.1")[0]
    assert "aif-c01-1.1-003" not in run(broken, "--task", "1.2")[0]


def test_a_folder_without_a_style_has_that_of_the_shipped_bank_of_its_name(broken):
    for name in ("style.yaml", "quota.yaml"):
        (broken / name).unlink()
    assert "as in quota.yaml" in run(broken)[0]


def test_a_file_that_cannot_be_read_stops_no_other(broken):
    (broken / "items" / "1.2.yaml").write_text("- ref: [")
    text, code = run(broken)
    assert code == 1
    assert "items/1.2.yaml:1: error LOAD not readable as YAML" in text
    assert "aif-c01-1.1-003: Add a source" in text
