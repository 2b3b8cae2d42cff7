"""What goes out in a format comes back the same, but for what the format is said not to carry."""

import io
import sqlite3
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings

from questions.exchange import (
    aiken,
    anki,
    csv_table,
    gift_reader,
    gift_writer,
    markdown_list,
    moodle_reader,
    moodle_writer,
    qti_reader,
    qti_writer,
    workbook,
    yaml_items,
)
from questions.exchange.columns import escape_formula, unescape_formula
from questions.exchange.plain_text import markdown_to_plain
from questions.exchange.tags import WITHOUT
from tests.support.exchange_files import any_text, items, lists_of, plain_text, same, without

CHOICES = ("multiple_choice", "multiple_response")
# Enough to find what breaks in a minute.
FEW = settings(max_examples=40)


def read(loads, dumped):
    loaded = loads(dumped.content)
    assert loaded.problems == ()
    return [taken.item for taken in loaded.items]


@pytest.mark.parametrize(
    ("loads", "dumps"),
    [
        (yaml_items.loads, yaml_items.dumps),
        (csv_table.loads, csv_table.dumps),
        (workbook.loads, workbook.dumps),
    ],
    ids=["yaml", "csv", "xlsx"],
)
@given(given_items=lists_of())
@FEW
def test_a_table_and_our_yaml_carry_everything(loads, dumps, given_items):
    dumped = dumps(given_items)
    assert dumped.losses == ()
    same(given_items, read(loads, dumped))


def bare(item):
    """What GIFT and Moodle give back: no whys where answers have no feedback."""
    item = without(item, *WITHOUT)
    return without(item, "whys") if item.type in ("ordering", "matching") else item


@given(given_items=lists_of())
@FEW
def test_gift_gives_back_what_it_can_hold_and_names_the_rest(given_items):
    dumped = gift_writer.dumps(given_items)
    left_out = {loss.ref for loss in dumped.losses if loss.reason.startswith("left out")}
    kept = [bare(item) for item in given_items if item.ref not in left_out]
    kept = [
        replace(item, prompts=tuple(prompt.replace("->", "→") for prompt in item.prompts))
        for item in kept
    ]
    if kept:
        same(kept, read(gift_reader.loads, dumped))
    for item in given_items:
        if item != bare(item):
            assert item.ref in {loss.ref for loss in dumped.losses}


def test_a_prompt_of_gift_that_begins_like_a_weight_keeps_it():
    source = b"::m:: Match. {=%100% sure -> One =%50% -> Two =three -> Three}"
    (imported,) = gift_reader.loads(source).items
    assert imported.item.prompts == ("%100% sure", "%50%", "three")


@given(given_items=lists_of())
@FEW
def test_moodle_gives_back_what_it_can_hold(given_items):
    dumped = moodle_writer.dumps(given_items)
    same([bare(item) for item in given_items], read(moodle_reader.loads, dumped))


@given(item=items(types=("multiple_choice",), text=plain_text))
def test_aiken_gives_back_stem_options_and_key(item):
    dumped = aiken.dumps([item])
    assert [loss.ref for loss in dumped.losses] == [item.ref]
    (back,) = read(aiken.loads, dumped)
    assert (back.stem, back.right) == (item.stem, item.right)
    assert [option.text for option in back.options] == [option.text for option in item.options]


def _seen(text, *, plain=False):
    shown = text if plain else markdown_to_plain(text)[0]
    return "".join(shown.split())


@given(item=items(types=("multiple_choice",), text=any_text))
def test_aiken_never_moves_a_key_whatever_the_texts(item):
    dumped = aiken.dumps([item])
    if not any(loss.reason.startswith("left out") for loss in dumped.losses):
        (back,) = read(aiken.loads, dumped)
        assert back.right == item.right
        # It goes out as plain text, and comes back as Markdown that shows the same.
        assert _seen(back.stem) == _seen(
            " ".join(markdown_to_plain(item.stem)[0].split()), plain=True
        )


@given(given_items=lists_of(types=CHOICES))
@FEW
def test_a_markdown_list_gives_back_choices(given_items):
    dumped = markdown_list.dumps(given_items)
    same([without(item, *WITHOUT) for item in given_items], read(markdown_list.loads, dumped))


@pytest.mark.parametrize("version", ["2.1", "2.2", "3.0"])
@given(given_items=lists_of(text=plain_text))
@settings(max_examples=15)
def test_a_package_of_qti_gives_back_plain_texts(version, given_items):
    dumped = qti_writer.dumps(given_items, version)
    assert {loss.ref for loss in dumped.losses} == {
        item.ref for item in given_items if item != without(item, *WITHOUT)
    }
    same([without(item, *WITHOUT) for item in given_items], read(qti_reader.loads, dumped))


@given(item=items())
@settings(max_examples=60)
def test_a_package_of_qti_says_when_formatting_changes(item):
    dumped = qti_writer.dumps([item], "3.0")
    (back,) = read(qti_reader.loads, dumped)
    if not any("formatting" in loss.reason for loss in dumped.losses):
        same([without(item, *WITHOUT)], [back])


@given(text=any_text)
def test_a_cell_is_never_a_formula_and_comes_back(text):
    cell = escape_formula(text)
    assert cell.lstrip(" ")[:1] not in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    assert unescape_formula(cell) == text


def anki_notes(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return connection.execute("SELECT guid, flds FROM notes ORDER BY guid").fetchall()


@given(given_items=lists_of())
@settings(max_examples=20)
def test_a_second_deck_updates_the_cards_of_the_first(given_items):
    first = anki_notes(anki.package(given_items, deck="Bank").content)
    changed = [replace(item, stem=f"{item.stem} now") for item in given_items]
    second = anki_notes(anki.package(changed, deck="Bank").content)
    assert [guid for guid, _ in second] == [guid for guid, _ in first]
    assert [fields for _, fields in second] != [fields for _, fields in first]
