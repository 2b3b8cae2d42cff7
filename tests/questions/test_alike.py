"""Items that give each other away: the pairs that experts named are found, others hardly."""

from pathlib import Path

import pytest

from questions.bank_files import folder
from questions.bank_files.item_reader import PlacedItem, Reader
from questions.bank_files.references import read_facts
from questions.lint.alike import alike
from tests.conftest import BANK
from tests.support.builders import make_item
from tests.support.lint_banks import SOUND, with_key

EDITION = Path(__file__).parent / "files" / "first_edition"


@pytest.fixture(scope="module")
def shipped():
    return folder.read_bank(BANK)


@pytest.fixture(scope="module")
def first_edition():
    """Items and facts of the first edition, among which experts named seven pairs."""
    reader = Reader()
    placed = reader.items((EDITION / "items.yaml").read_text(), "items.yaml", "")
    facts = {fact.id: fact for fact in read_facts(reader, (EDITION / "facts.yaml").read_text())}
    assert not reader.problems
    return placed, facts


@pytest.fixture(scope="module")
def pairs(shipped, first_edition):
    """Pairs among the old items beside those of the shipped bank that are others."""
    placed, facts = first_edition
    old = {each.item.ref for each in placed}
    rest = [each for each in shipped.items if each.item.ref not in old]
    found = alike([*placed, *rest], {**shipped.facts, **facts})
    return {pair for pair in found if set(pair) <= old}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.1-036", "3.3-009"),
        ("2.1-048", "3.2-016"),
        ("1.3-035", "5.2-027"),
        ("3.1-053", "3.3-022"),
        ("3.2-033", "5.1-037"),
        ("3.4-025", "3.4-041"),
        ("2.2-003", "4.1-050"),
    ],
)
def test_pairs_that_experts_named_are_found(pairs, one, other):
    assert (f"aif-c01-{one}", f"aif-c01-{other}") in pairs


def test_no_other_two_of_them_are_taken_for_alike(pairs):
    assert len(pairs) == 7


def test_two_items_at_random_are_hardly_ever_alike(shipped):
    items = [placed for placed in shipped.items if placed.case is None]
    found = alike(items, shipped.facts)
    assert 0 < len(found) < 0.004 * len(items) * (len(items) - 1) / 2


def reasons(*items):
    """Why the first two of these items are alike, among items of chance words."""
    placed = [PlacedItem(item, "items/1.1.yaml", 1) for item in (*items, *SOUND[len(items) :])]
    return alike(placed, {}).get((items[0].ref, items[1].ref), "")


def test_items_of_chance_words_are_not_alike():
    assert reasons(SOUND[0], SOUND[1]) == ""


def test_enemies_are_alike_whoever_names_the_other():
    one, other = SOUND[0], make_item("multiple_choice", "tiny-1", enemies=(SOUND[0].ref,))
    assert reasons(other, one) or reasons(one, other) == "are enemies"


def test_the_same_key_makes_two_items_alike_whatever_brand_or_article_is_written():
    one = with_key(SOUND[0], "Amazon SageMaker Model Registry")
    assert "have the same key" in reasons(one, with_key(SOUND[1], "SageMaker Model Registry"))
    assert "have the same key" in reasons(
        with_key(SOUND[0], "A velvet curtain"), with_key(SOUND[1], "Velvet curtains")
    )


def naming(item, words):
    return make_item("multiple_choice", item.ref, stem=f"{item.stem} Who has {words}?")


def test_a_stem_that_names_the_key_of_another_item_gives_it_away():
    said = reasons(with_key(SOUND[0], "A velvet curtain"), naming(SOUND[1], "velvet curtains"))
    assert "names the other's key" in said
    assert "names" not in reasons(with_key(SOUND[0], "A velvet curtain"), SOUND[1])


def test_a_name_that_stands_in_many_stems_gives_nothing_away():
    one = with_key(SOUND[0], "A velvet curtain")
    assert reasons(one, *(naming(item, "velvet curtains") for item in SOUND[1:10])) == ""
