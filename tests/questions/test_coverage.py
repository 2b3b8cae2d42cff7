"""What a bank is to cover, and the topics and items that do."""

import shutil
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from questions.bank_files import folder
from questions.bank_files.bank import BankText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.notes import TopicText
from questions.bank_files.quota import Quota
from questions.bank_files.references import Fact, Heading
from questions.lint.coverage import counts, coverage
from tests.conftest import BANK
from tests.support.bank_folders import PLAN
from tests.support.builders import make_item


def tiny():
    """A bank of two facts, of which one is carried and keyed."""
    item = make_item(
        "multiple_choice", "tiny-1.1-001", task="1.1", objective="1.1.1", facts=("F1",)
    )
    return BankText(
        PLAN,
        topics={"1.1": [TopicText("bees", "Bees", "Bees fly.", 1, ("F1",))]},
        items=[PlacedItem(item, "items/1.1.yaml", 1)],
        facts={
            "F1": Fact("F1", "1.1.1", text="Bees fly", heading="Wings"),
            "F2": Fact("F2", "1.1.1", "legacy", "Bees swim", correction="They do not."),
        },
        headings=(Heading(2, "Insects"), Heading(3, "Wings"), Heading(2, "1.1: Written later")),
    )


@pytest.mark.parametrize(
    "row",
    [
        "1 topics carry 1 of 2 facts; 1 items test 1 of 1 objectives and 1 facts.",
        "| 1.1.1 | first \\| sort | 1.1/bees | 1.1-001 |",
        "| F1 | Bees fly | core | 1.1/bees | 1.1-001 |",
        "| F2 | Bees swim (corrected) | legacy | none | none |",
        "| ## Insects | 1.1/bees |",
        "| ### Wings | 1.1/bees |",
        "| ## 1.1: Written later | 1.1/bees |",
    ],
)
def test_each_row_says_what_carries_it(row):
    assert row in coverage(tiny()).split("\n")


def test_a_heading_that_nothing_carries_says_so():
    bank = replace(tiny(), headings=(Heading(2, "Wasps"),))
    assert "| ## Wasps | none |" in coverage(bank)


def test_trials_stand_in_it_where_there_were_some():
    assert "Trials" not in coverage(tiny())
    tried = replace(tiny(), quota=Quota({}, trials={"options alone": "61 of 200 keys found"}))
    text = coverage(tried)
    assert "| options alone | 61 of 200 keys found |" in text.split("\n")
    assert text.index("## Trials without the keys") < text.index("## Objectives")


def test_the_shipped_table_is_current():
    call_command("bank_coverage", BANK, "--check")


def test_the_shipped_bank_covers_every_objective_fact_and_heading():
    text = coverage(folder.read_bank(BANK))
    objectives, rest = text.split("## Facts")
    facts, headings = rest.split("## Headings")
    assert "none" not in objectives
    assert "| none |" not in headings
    assert not [row for row in facts.split("\n") if row.split(" | ")[3:4] == ["none"]]


def test_items_are_counted_by_domain_type_and_level():
    assert counts(tiny())[2:] == [
        "| 1 One | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 0 |",
        "| **all** | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 0 |",
        "| in case studies | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
    ]


def test_the_readme_has_the_counts_of_the_shipped_bank():
    readme = (BANK.parents[2] / "README.md").read_text(encoding="utf-8")
    assert "\n".join(counts(folder.read_bank(BANK))) in readme


def test_a_table_that_is_not_current_fails_the_check_and_is_written_anew(tmp_path):
    bank = tmp_path / "bank"
    shutil.copytree(BANK, bank)
    (bank / "COVERAGE.md").write_text("old")
    with pytest.raises(CommandError, match=r"is not current; run manage\.py"):
        call_command("bank_coverage", bank, "--check")
    call_command("bank_coverage", bank)
    call_command("bank_coverage", bank, "--check")
