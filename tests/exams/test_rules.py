"""The pure rules of a sitting: seats, deadlines, scores, what is shown."""

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from examapp.exams import timing
from examapp.exams.assembly.apportionment import seats
from examapp.exams.models import ExamSession
from examapp.exams.rules import ExamRules
from examapp.exams.scoring import Scale, Tally, tally
from questions.items.presentation import paper_item
from questions.models import Exam

AIF = {1: 20.0, 2: 24.0, 3: 28.0, 4: 14.0, 5: 14.0}
SCALE = Scale(100, 700, 1000, 0.7)

# --- Seats ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "given_"), [(50, [10, 12, 14, 7, 7]), (65, [13, 16, 18, 9, 9]), (15, [3, 4, 4, 2, 2])]
)
def test_official_weights_give_the_official_seats(count, given_):
    assert list(seats(AIF, count).values()) == given_


weights = st.dictionaries(st.integers(0, 20), st.floats(0.1, 100), min_size=1, max_size=8)


@given(weights, st.integers(0, 200))
def test_seats_add_up_and_stay_within_one_of_the_quota(weights, count):
    given_ = seats(weights, count)
    assert sum(given_.values()) == count
    total = sum(weights.values())
    for key, weight in weights.items():
        assert abs(given_[key] - count * weight / total) < 1


def test_no_weight_at_all_is_refused():
    with pytest.raises(ValueError, match="more than zero"):
        seats({1: 0.0}, 5)


def test_no_seats_are_given_where_there_are_none_and_ties_go_to_the_earlier():
    assert seats({"a": 1, "b": 1, "c": 1}, 0) == {"a": 0, "b": 0, "c": 0}
    assert seats({"a": 1, "b": 1, "c": 1}, 2) == {"a": 1, "b": 1, "c": 0}
    assert seats({"a": 0, "b": 2}, 3) == {"a": 0, "b": 3}


# --- Time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "extra", "minutes"),
    [("1", 0, 90), ("1.5", 0, 135), ("1", 30, 120), ("1.25", 10, 122.5)],
)
def test_time_is_the_exam_s_times_a_factor_plus_minutes(factor, extra, minutes):
    given_ = timing.allowed(90, factor=Decimal(factor), extra_minutes=extra)
    assert given_ == timedelta(minutes=minutes)


@pytest.mark.parametrize(("seconds", "over"), [(-1, False), (0, False), (30, False), (31, True)])
def test_the_grace_is_thirty_seconds(seconds, over):
    deadline = datetime(2030, 1, 1, tzinfo=UTC)
    assert timing.is_over(deadline, now=deadline + timedelta(seconds=seconds)) is over


# --- Scores -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "score"), [(0, 100), (0.35, 400), (0.7, 700), (0.85, 850), (1, 1000), (34 / 50, 682)]
)
def test_the_scale_goes_through_its_three_points(share, score):
    assert SCALE.scaled(share) == score


@given(st.integers(0, 200), st.integers(1, 200))
def test_below_the_cut_is_never_a_pass(right, count):
    share = min(right, count) / count
    assert (SCALE.scaled(share) >= 700) == (share >= 0.7 - 1e-9)


@given(
    st.integers(1, 65).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 10_000 * n))),
    st.integers(1, 99),
    st.sampled_from([(100, 700, 1000), (0, 60, 100), (200, 500, 800)]),
)
def test_a_scaled_score_is_the_exact_one_rounded_down(credit, cut_percent, points):
    """Also where the floats of a share or a cut lie a hair below what they stand for."""
    count, units = credit
    low, cut, high = points
    share, raw_cut = Fraction(units, 10_000 * count), Fraction(cut_percent, 100)
    exact = (
        cut + (share - raw_cut) / (1 - raw_cut) * (high - cut)
        if share >= raw_cut
        else low + share / raw_cut * (cut - low)
    )
    found = Scale(low, cut, high, cut_percent / 100).scaled(units / 10_000 / count)
    assert found == floor(exact)
    assert (found >= cut) == (share >= raw_cut)


def test_29_of_100_is_29_though_its_float_comes_out_lower():
    assert Scale(0, 50, 100, 0.5).scaled(0.29) == 29


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_more_credit_is_never_less_score(shares):
    low, high = sorted(shares)
    assert SCALE.scaled(low) <= SCALE.scaled(high)


def test_credit_is_added_up_by_group():
    assert tally([("a", 1.0), ("b", 0.5), ("a", 0.0)]) == {"a": Tally(1.0, 2), "b": Tally(0.5, 1)}


# --- What is shown ----------------------------------------------------------------------------

HTML = {"stem": "<p>S</p>", "options": ["a", "b", "c"], "prompts": [], "choose": 2}
MATCHING = {**HTML, "prompts": ["p", "q", "r"]}


def test_options_stand_in_the_session_s_own_order():
    item = paper_item(
        position=4,
        item_type="multiple_response",
        html=HTML,
        shuffle=[2, 0, 1],
        response=[0, 2],
        struck=[1],
        revision=3,
        flagged=True,
    )
    assert [(o.letter, o.html, o.is_chosen, o.is_struck) for o in item.options] == [
        ("A", "c", True, False),
        ("B", "a", False, True),
        ("C", "b", True, False),
    ]
    assert (item.is_complete, item.revision, item.flagged, item.struck) == (True, 3, True, [1])


def test_an_ordering_shows_ranks_and_a_matching_its_pairs():
    ordered = paper_item(
        position=1, item_type="ordering", html=HTML, shuffle=[0, 1, 2], response=[2, 0]
    )
    assert [option.rank for option in ordered.options] == [2, None, 1]
    matched = paper_item(
        position=1, item_type="matching", html=MATCHING, shuffle=[0, 1, 2], response=[1, None, 1]
    )
    assert [prompt.chosen for prompt in matched.prompts] == [1, None, 1]
    assert all(option.rank is None for option in matched.options)


def menus(options):
    """What a matching question shows with these options: the list beside it, and its menus."""
    html = {**MATCHING, "options": options}
    item = paper_item(position=1, item_type="matching", html=html, shuffle=[2, 0, 1])
    page = render_to_string("components/question/matching.html#asked", {"item": item})
    entries = [entry.strip() for entry in re.findall(r"<option[^>]*>([^<]*)</option>", page)]
    return item.has_list_of_options, page, entries[1:4]


def test_what_a_menu_cannot_show_stands_in_a_list_beside_its_letter():
    is_listed, page, entries = menus(["<code>a</code>", "b &amp; c", "<em>d</em>"])
    assert (is_listed, entries) == (False, ["d", "a", "b &amp; c"])
    assert "match-options" not in page
    is_listed, page, entries = menus(["<math><mi>x</mi></math>", "b", "c"])
    assert (is_listed, entries) == (True, ["A", "B", "C"])
    assert "<math><mi>x</mi></math>" in page.split('class="matches"')[0]


def test_a_case_says_where_one_stands_in_it():
    html = {**HTML, "case": {"ref": "c", "title": "Firm", "scenario": "<p>x</p>"}}
    item = paper_item(
        position=1, item_type="multiple_choice", html=html, shuffle=[0, 1, 2], case_place=(2, 3)
    )
    assert (item.case.title, item.case.number, item.case.of) == ("Firm", 2, 3)


@given(st.integers(1, 65), st.integers(1, 99))
def test_as_many_as_are_needed_pass_and_one_less_does_not(count, cut_percent):
    scale = Scale(100, 700, 1000, cut_percent / 100)
    needed = scale.needed(count)
    assert scale.is_pass(scale.scaled(needed / count))
    assert not scale.is_pass(scale.scaled((needed - 1) / count))


def test_a_place_on_the_scale_goes_from_its_lowest_to_its_highest():
    assert [SCALE.position(score) for score in (100, 550, 1000)] == [0, 0.5, 1]
    assert SCALE.low + SCALE.points_below_cut * SCALE.raw_cut == SCALE.cut


def test_a_session_keeps_every_rule_of_its_exam():
    for rule in fields(ExamRules):
        for model in (Exam, ExamSession):
            model._meta.get_field(rule.name)
