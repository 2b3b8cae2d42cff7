"""Item types: what a valid item is, and what a response to it may be."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.items.item import Option, ResponseError
from questions.items.kinds.registry import kind_names, kind_of
from questions.items.responses import authored, checked_response, is_complete
from questions.items.validation import problems
from questions.markdown import to_html, to_inline_html
from tests.support.builders import make_item


def options(count):
    return tuple(Option(f"Text {index}", f"Why {index}") for index in range(count))


@pytest.mark.parametrize("item_type", kind_names())
def test_a_valid_item_has_no_problem(item_type):
    assert problems(make_item(item_type, "x")) == []


@pytest.mark.parametrize(
    ("item_type", "change", "reason"),
    [
        ("multiple_choice", {"stem": " "}, "stem: text is empty"),
        ("multiple_choice", {"right": (0, 1)}, "has 1 right option, this has 2"),
        ("multiple_choice", {"right": ()}, "has 1 right option, this has 0"),
        ("multiple_choice", {"right": (7,)}, "names an option that does not exist"),
        ("multiple_choice", {"right": (-1,)}, "names an option that does not exist"),
        ("multiple_choice", {"options": options(3)}, "multiple choice has 4, this has 3"),
        ("multiple_choice", {"options": options(5)}, "multiple choice has 4, this has 5"),
        ("multiple_response", {"options": options(4)}, "multiple response has 5 to 8"),
        ("multiple_response", {"options": options(9)}, "multiple response has 5 to 8"),
        ("multiple_response", {"right": (0, 1, 2, 3, 4)}, "has 2 or more right options"),
        ("multiple_response", {"right": (2, 2)}, "has 2 or more right options"),
        ("multiple_response", {"right": (0,)}, "has 2 or more right options, this has 1"),
        ("multiple_response", {"stem": "Which?"}, "say how many to choose: (Choose TWO.)"),
        ("multiple_response", {"stem": "Which? (Choose THREE.)"}, "(Choose TWO.)"),
        ("ordering", {"right": (0, 1)}, "places 3 to 5 responses, this has 2"),
        ("ordering", {"options": options(6), "right": tuple(range(6))}, "this has 6"),
        ("ordering", {"right": (0, 1, 1)}, "names an option twice"),
        ("matching", {"prompts": ("a", "b"), "right": (0, 1)}, "has 3 to 7, this has 2"),
        ("matching", {"prompts": tuple("abcdefgh"), "right": (0,) * 8}, "this has 8"),
        ("matching", {"right": (0, 1)}, "one option for each prompt"),
        ("matching", {"prompts": ("a", "A", "b")}, "two have the same text"),
    ],
)
def test_what_is_wrong_is_said(item_type, change, reason):
    found = problems(replace(make_item(item_type, "x"), **change))
    assert any(reason in text for text in found)


def test_everything_wrong_is_said_at_once():
    item = make_item("multiple_choice", "x", stem="", options=options(2), right=(0, 1))
    assert len(problems(item)) == 3


def test_surplus_options_and_shared_ones_are_no_fault():
    assert problems(make_item("ordering", "x", options=options(7), right=(6, 0, 3))) == []
    assert problems(make_item("matching", "x", options=options(7), right=(2, 2, 0))) == []


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (Option("", "why"), "option 1: text is empty"),
        (Option("text", ""), "option 1: the explanation is missing"),
        (Option("option 1 OF x", "why"), "two have the same text"),
    ],
)
def test_an_option_s_faults_are_said(option, reason):
    item = make_item("multiple_choice", "x")
    found = problems(replace(item, options=(option, *item.options[1:])))
    assert any(reason in text for text in found)


@pytest.mark.parametrize(
    ("item_type", "response", "stored"),
    [
        ("multiple_choice", 3, 3),
        ("multiple_choice", None, None),
        ("multiple_response", [2, 0], [0, 2]),
        ("multiple_response", [], None),
        ("ordering", [2, 0], [2, 0]),
        ("ordering", [], None),
        ("matching", [1, None, 1], [1, None, 1]),
        ("matching", [None, None, None], None),
    ],
)
def test_a_response_takes_its_stored_form(item_type, response, stored):
    assert checked_response(item_type, response, option_count=4, prompt_count=3) == stored


@pytest.mark.parametrize(
    ("item_type", "response"),
    [
        ("multiple_choice", 4),
        ("multiple_choice", -1),
        ("multiple_choice", True),
        ("multiple_choice", 1.0),
        ("multiple_choice", [1]),
        ("multiple_response", 1),
        ("multiple_response", [1, 1]),
        ("multiple_response", [9]),
        ("multiple_response", [None]),
        ("ordering", [0, 1, 2, 3, 0]),
        ("ordering", "0"),
        ("matching", [0, 1]),
        ("matching", [0, 1, 9]),
        ("matching", {"0": 1}),
    ],
)
def test_a_response_of_another_shape_is_refused(item_type, response):
    with pytest.raises(ResponseError):
        checked_response(item_type, response, option_count=4, prompt_count=3)


@pytest.mark.parametrize(
    ("item_type", "response", "reason"),
    [
        ("multiple_choice", "1", "must be the index of an option, a whole number"),
        ("multiple_choice", 4, "must be between 0 and 3"),
        ("multiple_response", {}, "must be a list"),
        ("multiple_response", [0] * 5, "must have at most 4 entries"),
        ("ordering", [1, 1], "must not name an option twice"),
        ("matching", [], "must have one entry for each of 3 prompts"),
    ],
)
def test_a_refusal_says_what_a_response_must_be(item_type, response, reason):
    with pytest.raises(ResponseError, match=f"^{reason}$"):
        checked_response(item_type, response, option_count=4, prompt_count=3)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
)


@given(st.sampled_from(kind_names()), anything)
def test_any_json_is_a_response_or_is_refused(item_type, value):
    try:
        stored = checked_response(item_type, value, option_count=4, prompt_count=3)
    except ResponseError:
        return
    again = checked_response(item_type, stored, option_count=4, prompt_count=3)
    assert again == stored


@given(st.permutations(range(5)), st.lists(st.integers(0, 4), unique=True, min_size=1))
def test_shown_and_authored_are_two_names_of_one_option(shuffle, response):
    back = {authored_: shown for shown, authored_ in enumerate(shuffle)}
    assert [back[index] for index in authored("multiple_response", response, shuffle)] == response


def test_a_gap_in_a_match_stays_a_gap():
    assert authored("matching", [1, None], [2, 0, 1]) == [0, None]
    assert authored("ordering", None, [0]) is None
    assert authored("multiple_choice", 1, [2, 0, 1]) == 0


@pytest.mark.parametrize(
    ("item_type", "response", "is_whole"),
    [
        ("multiple_choice", None, False),
        ("multiple_choice", 0, True),
        ("multiple_response", [0], False),
        ("multiple_response", [0, 1], True),
        ("multiple_response", [0, 1, 2], False),
        ("ordering", [1, 0], True),
        ("matching", [0, None], False),
        ("matching", [0, 0], True),
    ],
)
def test_what_counts_as_answered(item_type, response, is_whole):
    assert is_complete(item_type, response, choose=2) is is_whole


def test_every_type_tells_what_to_do():
    assert {kind_of(item_type).instruction(2) for item_type in kind_names()} == {
        "Choose one.",
        "Choose TWO.",
        "Put 2 in order, the first on top.",
        "Match each prompt with one response.",
    }


# --- Markdown ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://example.com/pixel.png)",
        "<a href='https://example.com' onclick='x()'>x</a>",
        "<style>*{}</style>",
        "<iframe src=//example.com>",
    ],
)
def test_no_markup_of_strangers_gets_through(text):
    for html in (to_html(text), to_inline_html(text)):
        tags = html.replace("&lt;", "").lower()
        for bad in ("<script", "<style", "<iframe", 'href="javascript', 'href="data'):
            assert bad not in tags
        assert "<a " not in tags or "onclick" not in tags
        assert not re.search(r"<img[^>]*\bsrc", html)


def test_what_writers_need_is_kept():
    html = to_html(
        "A **b** `c`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n\n[y](https://a.example)"
    )
    for part in (
        "<strong>b</strong>",
        "<code>c</code>",
        "<td>1</td>",
        "<li>x</li>",
        'href="https:',
    ):
        assert part in html
    assert to_inline_html("a *b*\nc") == "a <em>b</em> c"
