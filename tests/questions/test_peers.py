"""The whole bank, read back by the readers of others, and what others write, read here.

The peers are Anki's own library, text2qti, and gift-pegjs: `uv sync --group peers`, and
`npm install --prefix var/peers gift-pegjs@1.0.2`. Each test is left out where its peer is not here.
"""

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from questions.bank_files.folder import read_bank
from questions.exchange import anki as anki_deck
from questions.exchange import anki_reader, gift_writer, qti12_reader
from questions.items.kinds.registry import kind_of
from tests.conftest import BANK

ROOT = Path(__file__).resolve().parents[2]
GIFT = ROOT / "var" / "peers" / "node_modules" / "gift-pegjs"
pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def bank():
    return [each.item for each in read_bank(BANK).items]


def words(text):
    return re.sub(r"\W+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))).split()


# --- Anki


@pytest.fixture
def collection(tmp_path):
    library = pytest.importorskip("anki.collection", reason="uv sync --group peers")
    opened = library.Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def test_anki_takes_the_whole_bank(bank, collection, tmp_path):
    from anki.collection import ImportAnkiPackageRequest

    path = tmp_path / "bank.apkg"
    path.write_bytes(anki_deck.package(bank, deck="Practice exam").content)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path))).log
    assert (len(log.new), len(log.conflicting), len(log.duplicate)) == (len(bank), 0, 0)
    fronts = {
        tuple(words(collection.get_note(each)["Stem"]))[:6] for each in collection.find_notes("")
    }
    assert {tuple(words(item.stem))[:6] for item in bank} <= fronts


def test_a_deck_that_anki_wrote_is_read(collection, tmp_path):
    from anki.collection import ExportAnkiPackageOptions

    model = collection.models.by_name("Basic")
    deck = collection.decks.id("Ponds")
    for number in range(3):
        note = collection.new_note(model)
        note["Front"] = f"Which pond is number {number}?<br>A. Round<br>B. Deep &amp; cold"
        note["Back"] = "B"
        collection.add_note(note, deck)
    path = tmp_path / "ponds.apkg"
    options = ExportAnkiPackageOptions(with_scheduling=False, with_media=True, legacy=False)
    collection.export_anki_package(out_path=str(path), options=options, limit=None)
    columns = {"Front": "stem", "Back": "key"}
    loaded = anki_reader.loads(path.read_bytes(), "", columns, {})
    assert loaded.problems == ()
    assert [taken.item.right for taken in loaded.items] == [(1,)] * 3
    assert loaded.items[0].item.options[1].text == "Deep & cold"


# --- GIFT

PARSE = """
const {parse} = require(process.argv[1]);
let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => console.log(JSON.stringify(parse(text))));
"""


@pytest.fixture
def parse_gift():
    if not shutil.which("node") or not GIFT.exists():
        pytest.skip("npm install --prefix var/peers gift-pegjs@1.0.2")

    def parse(content):
        done = subprocess.run(
            ["node", "-e", PARSE, str(GIFT)], input=content, capture_output=True, check=True
        )
        return [each for each in json.loads(done.stdout) if each["type"] not in ("Category",)]

    return parse


def test_gift_of_the_whole_bank_has_the_same_keys_for_another_reader(bank, parse_gift):
    dumped = gift_writer.dumps(bank)
    lost = {loss.ref for loss in dumped.losses if "left out" in str(loss)}
    choices = {item.ref: item for item in bank if kind_of(item.type).control == "choice"}
    parsed = {each["title"]: each for each in parse_gift(dumped.content) if each["type"] == "MC"}
    assert set(choices) - lost <= set(parsed)
    for ref, item in choices.items():
        told = parsed[ref]["choices"]
        right = {
            tuple(words(each["text"]["text"]))
            for each in told
            if each["isCorrect"] or (each["weight"] or 0) > 0
        }
        assert right == {tuple(words(item.options[index].text)) for index in item.right}, ref
        assert len(told) == len(item.options), ref


# --- QTI 1.2

TEXT2QTI = "from text2qti.cmdline import main; main()"
QUIZ = """Quiz title: Ponds

1.  Which pond is *deep*?
... general feedback of ponds
a)  The round one
*b) The cold one
c)  The $x^2$ one

2.  Which two are wide?
[*] First
[ ] Second
[*] Third

3.  Ponds are lakes.
a)  True
*b) False
"""


def test_a_quiz_of_text2qti_is_read(tmp_path):
    pytest.importorskip("text2qti", reason="uv sync --group peers")
    (tmp_path / "quiz.txt").write_text(QUIZ)
    subprocess.run(
        [sys.executable, "-c", TEXT2QTI, "quiz.txt"], cwd=tmp_path, check=True, timeout=60
    )
    loaded = qti12_reader.loads((tmp_path / "quiz.zip").read_bytes())
    assert loaded.problems == ()
    taken = [each.item for each in loaded.items]
    assert [(item.type, item.right) for item in taken] == [
        ("multiple_choice", (1,)),
        ("multiple_response", (0, 2)),
        ("multiple_choice", (1,)),
    ]
    assert taken[0].stem == "Which pond is *deep*?"
    assert taken[0].options[2].text == r"The \(x^2\) one"
    assert "general feedback of ponds" in "".join(option.why for option in taken[0].options)
