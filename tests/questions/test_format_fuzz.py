"""Any bytes give items or a named error, soon and in little memory."""

import resource
import time
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questions.bank_files import yaml_lines
from questions.exchange import moodle_reader
from questions.exchange.html import to_markdown
from questions.exchange.item_bounds import MOST_TEXT
from questions.exchange.registry import READ, WRITTEN
from questions.exchange.text_files import FormatError
from tests.support.exchange_files import lists_of

NAMES = sorted(READ)
_SNIPPETS = st.sampled_from(
    [
        *("<quiz>", "</quiz>", '<question type="multichoice">', "</question>", "<text>", "]]>"),
        *("::", "{", "}", "=", "~", "%50%", "#", "->", "\\", "// [id:x]", "$CATEGORY:", "####"),
        *("\nA. a", "\nB) b", "\nANSWER: A", "\n\n", "\t", ",", ";", '"', "stem,key\n", "\x00"),
        *("### x\n", "- [x] a\n", "  > b\n", "<!-- ref: a -->", "#separator:tab\n", "- ref: a\n"),
        *("&a;", "<!DOCTYPE x [", "\ufeff", "\u202e", "é", "你", "[" * 200, "{" * 200, "- " * 200),
        *("type: ordering\n", "options:\n", "  - text: a\n", "&x *x", "!!python/object:os.system"),
    ]
)
_TEXTS = st.lists(st.one_of(_SNIPPETS, st.text(max_size=8)), max_size=30).map("".join)
_BYTES = st.one_of(
    st.binary(max_size=400),
    _TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    _TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass")),
)


def read(name, data, encoding=""):
    began = time.thread_time()
    loaded = None
    with suppress(FormatError):
        loaded = READ[name].loads(data, encoding)
    if loaded:
        assert loaded.items or loaded.problems
        assert all(problem.reason and problem.row >= 0 for problem in loaded.problems)
    assert time.thread_time() - began < 1


@pytest.mark.parametrize("name", NAMES)
@given(data=_BYTES, encoding=st.sampled_from(["", "", "cp1252", "utf-16"]))
@example(data=b"PK\x03\x04", encoding="")
@settings(max_examples=60)
def test_any_bytes_give_items_or_a_named_error(name, data, encoding):
    read(name, data, encoding)


@pytest.mark.parametrize("name", sorted(set(WRITTEN) & set(READ)))
@given(given_items=lists_of(), data=st.data())
@settings(max_examples=15)
def test_a_file_that_was_cut_or_changed_does_too(name, given_items, data):
    whole = bytearray(WRITTEN[name].dumps(given_items).content)
    # A share of the length: packages hold the time, so that they are not always of one length.
    at = int(data.draw(st.floats(0, 1, exclude_max=True)) * len(whole))
    kind = data.draw(st.sampled_from(["cut", "flip", "drop", "double"]))
    if kind == "cut":
        del whole[at:]
    elif kind == "flip" and whole:
        whole[at] ^= data.draw(st.integers(1, 255))
    elif kind == "drop":
        del whole[at : at + 8]
    else:
        whole[at:at] = whole[at : at + 40]
    read(name, bytes(whole))


@pytest.mark.parametrize("name", NAMES)
def test_eight_megabytes_of_marks_stay_within_bounds(name):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for mark in (b"a", b"\n", b"{", b"<", b"- [x] a\n", b",", b"\\", b"- a\n", b"- - - "):
        with suppress(FormatError):
            READ[name].loads(mark * (4 * 1024 * 1024 // len(mark)), "")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 256 * 1024


def test_tags_that_are_never_closed_take_no_square_of_their_length():
    # A quarter of an hour where each is looked up to the end.
    text, _ = to_markdown("<img " * 40_000)
    assert text.count("img") == 40_000


@pytest.mark.parametrize(
    "text",
    [
        *(" " * 300_000 + "1", "\n" * 300_000 + "<b>", "<p>" + " " * 300_000 + "1"),
        *("a" + " " * 300_000 + "<b>", "a</p>" + " " * 300_000 + "<b>"),
    ],
)
def test_blanks_take_no_square_of_their_length(text):
    # Hours where each is tried as the end of those before it.
    began = time.thread_time()
    to_markdown(text)
    assert time.thread_time() - began < 2


def quiz(text, files=1):
    named = '<file name="a" encoding="base64">eA==</file>' * files
    return (
        '<quiz><question type="multichoice"><name><text>a</text></name><questiontext '
        f'format="html"><text><![CDATA[{text}]]></text>{named}</questiontext>'
        '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
        "</question></quiz>"
    ).encode()


def test_addresses_of_files_take_no_square_of_their_number():
    address = "src=@@PLUGINFILE@@/a?"
    text = "<img " + address * (4 * MOST_TEXT // len(address) - 1)
    began = time.thread_time()
    moodle_reader.loads(quiz(text, files=20))
    assert time.thread_time() - began < 1


def test_a_text_with_files_has_a_bounded_length():
    (problem,) = moodle_reader.loads(quiz("a" * (4 * MOST_TEXT + 1))).problems
    assert "has files is longer than 80000 characters" in str(problem)
    (problem,) = moodle_reader.loads(quiz("a" * 4 * MOST_TEXT)).problems
    assert "has files" not in str(problem)


@pytest.mark.parametrize("query", ["?", "?time=12&amp;by=a@b.example", "?@"])
def test_a_query_behind_the_address_of_a_file_belongs_to_it(query):
    loaded = moodle_reader.loads(quiz(f'Which? <img alt="x" src="@@PLUGINFILE@@/a{query}">'))
    assert loaded.problems == ()
    assert [each.name for each in loaded.images.values()] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        *('- ref: a\n  stem: !!int ""\n', "- ref: a\n  stem: !!float x\n", "!!map x", "!!seq x"),
        *("!!timestamp x", "- ! x", "- !!set {a}", "- !!omap x", "- !!pairs x", "- !!null {a: b}"),
    ],
)
def test_tags_are_not_used(text):
    with pytest.raises(yaml_lines.Unreadable, match="tags, as !!int, are not used"):
        yaml_lines.read(text)


def test_numbers_in_sixties_are_text():
    clocks = ["1" + ":0" * 400 + ".5", "12:30", "-1:30.5"]
    assert yaml_lines.read("\n".join(f"- {each}" for each in clocks)) == clocks


def test_whatever_a_value_raises_has_its_line(monkeypatch):
    for error in (ValueError, KeyError, IndexError, OverflowError, TypeError, AttributeError):

        def broken(*args, error=error, **kwargs):
            raise error("no value")

        constructors = {"tag:yaml.org,2002:int": broken}
        monkeypatch.setattr(yaml_lines._LineLoader, "yaml_constructors", constructors)
        with pytest.raises(yaml_lines.Unreadable, match="'12' has no value") as raised:
            yaml_lines.read("\n12")
        assert raised.value.line == 2


def test_columns_without_number_are_refused():
    def named(count):
        return "\t".join(["stem", "key", *["x"] * count]) + "\nWhich?\ta\n"

    READ["csv"].loads(named(198).encode(), "")
    began = time.thread_time()
    with pytest.raises(FormatError, match="more than 200 columns"):
        READ["csv"].loads(named(1_000_000).encode(), "")
    assert time.thread_time() - began < 5
    with pytest.raises(FormatError, match="more than 200 columns"):
        READ["csv"].loads(named(199).encode(), "")
