"""Any bytes give items or a named error, soon and in little memory."""

import resource
import time
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questions.formats.exchange import FormatError
from questions.formats.hypertext import to_markdown
from questions.formats.registry import READ, WRITTEN
from tests.questions.exchanged import lists_of

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
    began = time.process_time()
    loaded = None
    with suppress(FormatError):
        loaded = READ[name].loads(data, encoding)
    if loaded:
        assert loaded.items or loaded.problems
        assert all(problem.reason and problem.row >= 0 for problem in loaded.problems)
    assert time.process_time() - began < 1


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
    at = data.draw(st.integers(0, max(0, len(whole) - 1)))
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
