"""The collection in a package of Anki: a database of SQLite from a stranger, only read. Pure.

The database is opened in memory, by a connection that can neither write, nor run triggers, nor
resolve views, nor reach another file, and whose work is counted. Packages since 2021 are packed by
Zstandard.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import zstandard

from questions.exchange.archives import MOST_UNPACKED
from questions.exchange.collector import MOST_ITEMS
from questions.exchange.text_files import FormatError
from questions.translation import gettext

# Steps of SQLite's machine, and how many a read of 10,000 notes takes a hundred times over.
_STEPS = 10_000
_MOST_STEPS = 5_000
_MOST_VALUE = 4 * 1024 * 1024
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
# The newest first: a package carries an older collection that only says to upgrade.
_COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")


@dataclass(frozen=True)
class AnkiNote:
    """A note: its type and deck by name, its fields' HTML by their names, its tags and its id."""

    guid: str
    note_type: str
    deck: str
    fields: Mapping[str, str]
    tags: tuple[str, ...]


def notes_of(parts: Mapping[str, bytes]) -> list[AnkiNote]:
    """Return the notes of a package's files in their order; raises FormatError."""
    name = next((name for name in _COLLECTIONS if name in parts), "")
    if not name:
        raise FormatError(gettext("the package holds no collection of Anki"))
    data = unpacked(parts[name])
    try:
        with closing(_opened(data)) as database:
            return list(_notes(database))
    except (
        sqlite3.Error,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise FormatError(
            gettext("the collection is broken: %(error)s") % {"error": str(error)[:80]}
        ) from None


def media_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the package's file of each picture and sound by the name that notes call it."""
    listed = unpacked(parts.get("media", b"{}"))
    if listed[:1] != b"{":
        entries = (value for number, value in _fields_of(listed) if number == 1)
        names = [next((v for n, v in _fields_of(entry) if n == 1), b"") for entry in entries]
        return {name.decode("utf-8", "replace"): str(part) for part, name in enumerate(names)}
    try:
        named = json.loads(listed)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(part) for part, name in named.items()}


def _fields_of(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the fields of a message of Protocol Buffers that hold bytes, by their numbers.

    A broken message ends where it breaks.
    """
    start = 0
    while start < len(message):
        tag, start = _varint(message, start)
        length, after = _varint(message, start)
        if tag & 7 == 0:
            start = after
        elif tag & 7 == 2 and length:
            yield tag >> 3, message[after : after + length]
            start = after + length
        else:
            return


def _varint(message: bytes, start: int) -> tuple[int, int]:
    """Return the number that begins at a place, and the place after it."""
    number = 0
    for shift, byte in enumerate(message[start : start + 9]):
        number |= (byte & 127) << 7 * shift
        if byte < 128:
            return number, start + shift + 1
    return 0, len(message)


def unpacked(data: bytes) -> bytes:
    """Return a file of a package as it was before Zstandard, within bounds."""
    if not data.startswith(_ZSTANDARD):
        return data
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(data) as reader:
            unpacked = reader.read(MOST_UNPACKED + 1)
    except zstandard.ZstdError as error:
        raise FormatError(gettext("the package is broken: %(error)s") % {"error": error}) from None
    if len(unpacked) > MOST_UNPACKED:
        raise FormatError(gettext("the package unpacks to more than a file of questions holds"))
    return unpacked


def _opened(data: bytes) -> sqlite3.Connection:
    if not data.startswith(b"SQLite format 3\0"):
        raise FormatError(gettext("the collection is no database of SQLite"))
    # A database in memory knows no write-ahead log: what its header says of one is changed.
    data = data[:18] + b"\x01\x01" + data[20:]
    database = sqlite3.connect(":memory:")
    for option, is_on in (
        (sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False),
        (sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False),
        (sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA, False),
        (sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True),
    ):
        database.setconfig(option, is_on)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_UNPACKED)
    database.deserialize(data)
    database.execute("PRAGMA query_only = ON")
    database.create_collation("unicase", lambda a, b: (a > b) - (a < b))
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    database.set_authorizer(_authorized)
    steps = iter(range(_MOST_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    return database


def _authorized(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _notes(database: sqlite3.Connection) -> Iterator[AnkiNote]:
    tables = {
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    newer = "notetypes" in tables
    types = _newer_types(database) if newer else _older_types(database)
    decks = _newer_decks(database) if newer else _older_decks(database)
    deck_of = {}
    for note, deck in database.execute("SELECT nid, did FROM cards ORDER BY ord DESC"):
        deck_of[note] = decks.get(deck, "")
    rows = database.execute(
        "SELECT id, guid, mid, tags, flds FROM notes ORDER BY id LIMIT ?", (MOST_ITEMS + 1,)
    )
    for note, guid, kind, tags, fields in rows:
        if len(fields) > _MOST_VALUE:
            raise FormatError(gettext("a note is larger than a file of questions holds"))
        name, field_names = types.get(kind, ("", ()))
        values = dict(zip(field_names, fields.split("\x1f"), strict=False))
        yield AnkiNote(str(guid), name, deck_of.get(note, ""), values, tuple(tags.split()))


def _older_types(database: sqlite3.Connection) -> dict[int, tuple[str, tuple[str, ...]]]:
    ((text,),) = database.execute("SELECT models FROM col LIMIT 1")
    return {
        int(key): (str(model["name"]), tuple(str(field["name"]) for field in model["flds"]))
        for key, model in json.loads(text).items()
    }


def _newer_types(database: sqlite3.Connection) -> dict[int, tuple[str, tuple[str, ...]]]:
    fields: dict[int, list[str]] = {}
    for kind, name in database.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields.setdefault(kind, []).append(name)
    rows = database.execute("SELECT id, name FROM notetypes")
    return {key: (name, tuple(fields.get(key, ()))) for key, name in rows}


def _older_decks(database: sqlite3.Connection) -> dict[int, str]:
    ((text,),) = database.execute("SELECT decks FROM col LIMIT 1")
    return {int(key): str(deck["name"]) for key, deck in json.loads(text).items()}


def _newer_decks(database: sqlite3.Connection) -> dict[int, str]:
    return {
        key: name.replace("\x1f", "::")
        for key, name in database.execute("SELECT id, name FROM decks")
    }
