"""Exactly at the pass mark is a pass, under every policy, and no figure says otherwise."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.exams import services
from examapp.exams.models import SessionItem
from examapp.exams.scoring import BOTH, DROP, EVERYONE, NEW, Ruling, Scale, exact, stored, tally
from examapp.exams.services.score import earned_of, scored, tallies_of
from questions.items.kinds.kind import POLICIES
from tests.support.builders import make_exam, make_user

THIRD = Decimal("0.3333")


@st.composite
def credits(draw):
    """A credit as a sitting stores it, with the fraction it stands for."""
    policy = draw(st.sampled_from(POLICIES))
    kind = draw(st.sampled_from(["multiple_choice", "multiple_response", "ordering", "matching"]))
    parts = 1 if kind == "multiple_choice" else draw(st.integers(2, 8))
    right = tuple(range(parts))
    met = draw(st.integers(0, parts))
    if kind == "multiple_choice":
        response, share = (0, 1) if met else (3, 0)
    elif kind == "multiple_response":
        response, share = list(range(met)), Fraction(met, parts)
    else:
        # The others stand where nothing is right.
        response = [index if index < met else parts + 1 for index in range(parts)]
        share = Fraction(met, parts)
    found = Ruling(NEW, (right,)).credit(kind, response, policy)
    wanted = share if policy == "partial_credit" or share == 1 else Fraction()
    return found, Fraction(wanted)


def test_a_key_that_nothing_corrected_grades_as_one_that_replaced_another():
    assert Ruling.of_key([2, 0]) == Ruling(NEW, ((2, 0),))


@pytest.mark.parametrize("policy", [NEW, BOTH, DROP, EVERYONE])
def test_dropped_is_what_makes_up_no_score(policy):
    assert Ruling(policy, ((0,),)).is_dropped == (policy == DROP)


@given(st.lists(credits(), min_size=1, max_size=100), st.integers(1, 9999))
def test_a_sitting_passes_when_its_exact_share_reaches_the_cut(graded, cut):
    found, wanted = zip(*graded, strict=True)
    assert [exact(credit) for credit in found] == list(wanted)
    scale = Scale(100, 700, 1000, cut / 10_000)
    earned = earned_of(tally((1, exact(credit)) for credit in found))
    scaled = scale.scaled(earned / len(found))
    passes = sum(wanted) >= Fraction(cut, 10_000) * len(wanted)
    assert scale.is_pass(scaled) == passes
    assert (stored(earned) >= Decimal(cut).scaleb(-4) * len(found)) == passes


@pytest.mark.parametrize("count", range(1, 66))
@pytest.mark.parametrize("parts", range(2, 9))
def test_a_sitting_exactly_at_the_mark_passes_whatever_its_length(count, parts):
    """The mark lies at as many whole questions and parts as there can be."""
    whole = count // 2
    rest = [Decimal(f"{part / parts:.4f}") for part in range(parts + 1)][: count - whole]
    at_mark = earned_of(tally((1, exact(each)) for each in [Decimal(1)] * whole + rest))
    if not (cut := at_mark / count).denominator <= 10_000 or not 0 < cut < 1:
        return
    scale = Scale(100, 700, 1000, float(cut))
    if Fraction(float(cut)).limit_denominator(10_000) == cut:
        assert scale.scaled(cut) == 700


@pytest.mark.django_db
def test_six_right_and_three_thirds_of_ten_pass_at_700():
    exam = make_exam(grading_policy="partial_credit")
    session = services.start(make_user(), exam=exam)
    items = list(session.items.filter(is_scored=True))
    for item, credit in zip(items, [1] * 6 + [THIRD] * 3 + [0], strict=True):
        SessionItem.objects.filter(pk=item.pk).update(credit=credit)
    score = scored(session, tallies_of([session])[session.pk])
    assert (score.scaled, score.is_pass, score.credit) == (700, True, 7)


def test_what_is_shown_is_rounded_down():
    assert stored(Fraction(20, 3)) == Decimal("6.6666")
    assert stored(Fraction(7)) == 7
    assert floor(stored(Fraction(699_999, 100_000)) * 10) == 69
