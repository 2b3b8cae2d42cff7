"""Packages of Anki: notes by the names of their fields, and a database that can do no harm."""

import io
import json
import sqlite3
import tempfile
import time
import zipfile
from pathlib import Path

import genanki
import pytest
import zstandard
from hypothesis import given, settings

from questions.exchange import anki, anki_reader
from questions.exchange.collector import ColumnsUnknown
from questions.exchange.registry import guessed
from questions.exchange.tags import WITHOUT
from questions.exchange.text_files import FormatError
from tests.support.exchange_files import lists_of, plain_text, same, without

MULTIPLE = ("Question", "A", "B", "C", "Answer", "Explanation", "Hint")
ALL_IN_ONE = ("Question", "Title", "QType", "Q_1", "Q_2", "Q_3", "Answers", "Sources", "Extra 1")


def package(names, *rows, title="Notes", deck="Animals::Ponds", media=None):
    """Return a package of notes as Anki exports it, and the pictures beside them."""
    fields = [{"name": name} for name in names]
    template = {"name": "Card", "qfmt": "{{" + names[0] + "}}", "afmt": "{{FrontSide}}"}
    model = genanki.Model(1234, title, fields=fields, templates=[template])
    cards = genanki.Deck(5678, deck)
    for row in rows:
        cards.add_note(genanki.Note(model=model, fields=list(row), tags=["pond"]))
    file = io.BytesIO()
    genanki.Package(cards).write_to_file(file, timestamp=1)
    if not media:
        return file.getvalue()
    return repacked(file.getvalue(), media=json.dumps({"0": "dog.png"}).encode(), **{"0": media})


def repacked(content, **changes):
    """Return a package with some of its files changed, None where one is to go."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in (parts | changes).items():
            if data is not None:
                archive.writestr(name, data)
    return file.getvalue()


def changed(content, *statements):
    """Return a package whose database went through statements of SQL."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = archive.read("collection.anki2")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "collection"
        path.write_bytes(data)
        database = sqlite3.connect(path)
        database.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
        return repacked(content, **{"collection.anki2": path.read_bytes()})


def only(loaded):
    assert loaded.problems == ()
    (entry,) = loaded.items
    return entry


def key_of(item):
    return (item.type, [item.options[index].text for index in item.right])


BASIC = package(("Front", "Back"), ("Which barks?<br>A. Duck<br>B. Dog", "B. Dog<br>Dogs bark."))


def test_a_basic_note_has_its_options_in_its_front():
    assert guessed("deck.apkg", BASIC) == "anki"
    entry = only(anki_reader.loads(BASIC))
    assert entry.item.stem == "Which barks?"
    assert key_of(entry.item) == ("multiple_choice", ["Dog"])
    assert entry.item.options[1].why == "Dogs bark."
    assert (entry.category, entry.tags) == ("Animals/Ponds", ("pond",))


@pytest.mark.parametrize("back", ["B", "b)", "Answer: B", "<b>Answer:</b> B", "Dog"])
def test_the_back_names_the_right_option_in_many_ways(back):
    content = package(("Front", "Back"), ("<p>Which barks?</p><p>A) Duck</p><p>B) Dog</p>", back))
    assert key_of(only(anki_reader.loads(content)).item) == ("multiple_choice", ["Dog"])


def test_a_note_with_a_field_for_each_option():
    row = ("Which <b>bark</b>?", "Fox", "Dog", "", "A, B", "Both do.", "Four legs.")
    entry = only(anki_reader.loads(package(MULTIPLE, row)))
    assert entry.item.stem == "Which **bark**?"
    assert key_of(entry.item) == ("multiple_response", ["Fox", "Dog"])
    assert entry.item.options[0].why == "Both do."
    assert entry.warnings == ("the field 'Hint' was left out: 'Four legs.'",)


@pytest.mark.parametrize(
    ("kind", "bits", "key"),
    [
        ("2", "0 1 0", ("multiple_choice", ["Dog"])),
        ("1", "1 1 0", ("multiple_response", ["Fox", "Dog"])),
        ("1", "0 1 0", ("multiple_response", ["Dog"])),
    ],
)
def test_a_note_with_an_answer_for_each_statement(kind, bits, key):
    row = ("Which bark?", "", kind, "Fox", "Dog", "Duck", bits, "A book", "They do.")
    item = only(anki_reader.loads(package(ALL_IN_ONE, row))).item
    assert key_of(item) == key
    assert item.sources == ("A book",)
    assert "They do." in [option.why for option in item.options]


def test_pictures_come_along_and_sounds_are_named():
    front = 'Which?<img src="dog.png" alt="A dog">[sound:bark.mp3]<br>A. Duck<br>B. Dog'
    loaded = anki_reader.loads(package(("Front", "Back"), (front, "B"), media=b"its bytes"))
    (address,) = loaded.images
    entry = only(loaded)
    assert f"![A dog]({address})" in entry.item.stem
    assert entry.warnings == ("the sound 'bark.mp3' was left out",)


def test_notes_without_options_are_named_and_their_fields_can_be_said_by_hand():
    names = ("Frage", "Gut", "Eins", "Zwei")
    content = package(names, ("Was bellt?", "Hund", "Ente", "Hund"))
    with pytest.raises(ColumnsUnknown) as unknown:
        anki_reader.loads(content)
    assert [name for name, _ in unknown.value.columns] == list(names)
    by_hand = {"Frage": "stem", "Gut": "key", "Eins": "option_a", "Zwei": "option_b"}
    item = only(anki_reader.loads(content, "", by_hand)).item
    assert key_of(item) == ("multiple_choice", ["Hund"])


@pytest.mark.parametrize(
    ("front", "back", "reason"),
    [
        ("{{c1::Dogs}} bark.", "", "a cloze deletion of Anki has no options"),
        ("What barks?", "A dog.", "a card of two sides has no options"),
        ("Which?<br>A. Duck<br>B. Dog", "Perhaps", "is neither a letter of an option nor the text"),
        ("Which?<br>A. Duck<br>B. Dog", "", "no option is named"),
    ],
)
def test_a_note_that_is_no_question_is_a_problem(front, back, reason):
    content = package(("Front", "Back"), (front, back), ("Which barks?<br>A. Duck<br>B. Dog", "B"))
    loaded = anki_reader.loads(content)
    assert len(loaded.items) == 1
    assert reason in str(loaded.problems[0])


@given(given_items=lists_of(text=plain_text))
@settings(max_examples=10)
def test_a_package_of_ours_comes_back(given_items):
    given_items = [without(item, "sources") for item in given_items]
    loaded = anki_reader.loads(anki.package(given_items, deck="Bank").content)
    assert loaded.problems == ()
    by_ref = {entry.item.ref: entry.item for entry in loaded.items}
    same([without(item, *WITHOUT) for item in given_items], [by_ref[i.ref] for i in given_items])


# --- Newer packages


def newer(content, media=b""):
    """Return a package as Anki writes it since 2021: tables for types, Zstandard around all."""
    statements = (
        "CREATE TABLE notetypes (id INTEGER, name TEXT COLLATE unicase, config BLOB)",
        "CREATE TABLE fields (ntid INTEGER, ord INTEGER, name TEXT COLLATE unicase)",
        "INSERT INTO notetypes VALUES (1234, 'Notes', x'00')",
        "INSERT INTO fields VALUES (1234, 1, 'Back'), (1234, 0, 'Front')",
        "ALTER TABLE col RENAME COLUMN decks TO older",
        "CREATE TABLE decks (id INTEGER, name TEXT COLLATE unicase)",
        "INSERT INTO decks VALUES (5678, 'Animals' || char(31) || 'Ponds')",
    )
    with zipfile.ZipFile(io.BytesIO(changed(content, *statements))) as archive:
        data = archive.read("collection.anki2")
    pack = zstandard.ZstdCompressor().compress
    parts = {"collection.anki21b": pack(data), "collection.anki2": b"upgrade", "media": pack(media)}
    return repacked(content, **parts, **{"0": pack(b"its bytes")})


def test_a_newer_package_is_read():
    front = 'Which?<img src="dog.png" alt="A dog"><br>A. Duck<br>B. Dog'
    entry = b"\x0a\x07dog.png\x10\x09"
    content = newer(package(("Front", "Back"), (front, "B")), b"\x0a" + bytes([len(entry)]) + entry)
    loaded = anki_reader.loads(content)
    assert [image.data for image in loaded.images.values()] == [b"its bytes"]
    assert only(loaded).category == "Animals/Ponds"


# --- A database from a stranger


def test_a_database_that_was_open_is_read():
    with zipfile.ZipFile(io.BytesIO(BASIC)) as archive:
        data = archive.read("collection.anki2")
    content = repacked(BASIC, **{"collection.anki2": data[:18] + b"\x02\x02" + data[20:]})
    assert only(anki_reader.loads(content))


@pytest.mark.parametrize(
    "statements",
    [
        ("ALTER TABLE notes RENAME TO other", "CREATE VIEW notes AS SELECT * FROM other"),
        (
            "ALTER TABLE notes RENAME TO other",
            "CREATE VIEW notes AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i AS id, 'g' AS guid, 1 AS mid, '' AS tags, 'a' AS flds FROM n",
        ),
        ("DROP TABLE notes",),
        ("UPDATE col SET models = '" + "[" * 50_000 + "'",),
        ("UPDATE col SET models = '{\"1\": 2}'",),
        ("UPDATE notes SET flds = x'ff'",),
    ],
)
def test_a_database_that_is_not_a_collection_is_a_named_error(statements):
    began = time.process_time()
    with pytest.raises(FormatError):
        anki_reader.loads(changed(BASIC, *statements))
    assert time.process_time() - began < 5


def test_a_note_of_a_type_that_is_not_there_has_no_options():
    with pytest.raises(FormatError):
        anki_reader.loads(changed(BASIC, "UPDATE notes SET mid = 7"))


@pytest.mark.parametrize(
    "changes",
    [
        {"collection.anki2": None},
        {"collection.anki2": b"SQLite format 3\0" + b"\xff" * 400},
        {"collection.anki2": b"words"},
        {"collection.anki21b": b"\x28\xb5\x2f\xfdwords"},
        {"collection.anki21b": zstandard.ZstdCompressor().compress(b"\0" * 60_000_000)},
    ],
)
def test_a_broken_package_is_a_named_error(changes):
    with pytest.raises(FormatError):
        anki_reader.loads(repacked(BASIC, **changes))


@pytest.mark.parametrize("media", [b"[]", b"{", b"\x0a\xff\xff\xff\xff\xff", b'{"0": 1}', b""])
def test_a_broken_list_of_media_loses_pictures_alone(media):
    assert only(anki_reader.loads(repacked(BASIC, media=media)))
