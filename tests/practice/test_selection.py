"""Which questions make a set, as a rule on plain values."""

import random

from hypothesis import given
from hypothesis import strategies as st

from examapp.practice.selection import Candidate, first_of, first_over_areas, in_turn

CANDIDATES = st.lists(
    st.builds(
        Candidate,
        key=st.integers(0, 500),
        seen_rank=st.integers(0, 5),
        conflicts=st.frozensets(st.sampled_from("abcd"), max_size=2),
    ),
    unique_by=lambda each: each.key,
    max_size=30,
)


def test_what_was_seen_longest_ago_comes_first():
    pool = [Candidate(1, 9), Candidate(2, 0), Candidate(4, 5)]
    turn = in_turn(pool, random.Random(1))
    assert [each.key for each in turn] == [2, 4, 1]


def test_alike_ones_stand_in_an_order_by_chance():
    pool = [Candidate(key, 0) for key in range(8)]
    orders = {tuple(each.key for each in in_turn(pool, random.Random(seed))) for seed in range(9)}
    assert len(orders) > 1


@given(CANDIDATES, st.integers(1, 10))
def test_no_question_gives_another_away(pool, count):
    chosen = first_of(in_turn(pool, random.Random(0)), count)
    by_key = {each.key: each for each in pool}
    told = [conflict for key in chosen for conflict in by_key[key].conflicts]
    assert len(told) == len(set(told))
    assert len(chosen) == len(set(chosen)) <= count


@given(CANDIDATES, st.integers(1, 10))
def test_nothing_is_left_out_that_would_fit(pool, count):
    chosen = first_of(in_turn(pool, random.Random(0)), count)
    by_key = {each.key: each for each in pool}
    told = {conflict for key in chosen for conflict in by_key[key].conflicts}
    left = [each for each in pool if each.key not in chosen and not each.conflicts & told]
    assert len(chosen) == count or not left


def test_each_area_has_its_seats_whatever_the_turn():
    turn = [Candidate(key, 0) for key in range(10)]
    area_of = dict.fromkeys(range(8), 1) | {8: 2, 9: 2}
    assert first_over_areas(turn, 5, area_of=area_of, seats={1: 3, 2: 2}) == [0, 1, 2, 8, 9]


def test_seats_that_an_area_cannot_fill_go_to_those_next_in_turn():
    turn = [Candidate(key, 0) for key in range(6)] + [Candidate(8, 0, frozenset("a"))]
    turn = [Candidate(7, 0, frozenset("a")), *turn]
    area_of = dict.fromkeys(range(6), 1) | {7: 2, 8: 2}
    chosen = first_over_areas(turn, 5, area_of=area_of, seats={1: 3, 2: 2})
    assert chosen == [7, 0, 1, 2, 3]


@given(CANDIDATES, st.integers(0, 40))
def test_no_two_over_areas_give_each_other_away(pool, count):
    area_of = {each.key: each.key % 3 for each in pool}
    chosen = first_over_areas(pool, count, area_of=area_of, seats={0: 4, 1: 2})
    by_key = {each.key: each for each in pool}
    conflicts = [name for key in chosen for name in by_key[key].conflicts]
    assert len(conflicts) == len(set(conflicts))
    assert len(chosen) == len(set(chosen)) <= count
