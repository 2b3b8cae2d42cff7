"""What is called suspicious about a question, and what is not."""

from dataclasses import replace

import pytest

from examapp.reports.measurement.verdicts import Evidence, Part, flags, plain, summary

MET = (20, 20, 20, 20, 20)
SOUND = Evidence(
    n=100,
    facility=0.6,
    discrimination=0.35,
    guess=0.25,
    median_seconds=60,
    words=80,
    parts=(
        Part("A", True, (6, 9, 12, 15, 18)),
        Part("B", False, (6, 5, 4, 3, 1)),
        Part("C", False, (4, 3, 2, 1, 1)),
        Part("D", False, (4, 3, 2, 1, 0)),
    ),
    met=MET,
    is_choice=True,
)


def codes(**changes):
    return [flag.code for flag in flags(replace(SOUND, **changes))]


def with_part(place, *counts):
    parts = list(SOUND.parts)
    parts[place] = replace(parts[place], counts=counts)
    return tuple(parts)


def test_a_sound_question_is_left_alone():
    assert codes() == []
    assert "Nothing stands out" in summary(SOUND.n, [])


def test_a_negative_discrimination_beyond_chance_is_a_possible_wrong_key():
    (flag,) = flags(replace(SOUND, discrimination=-0.3))
    assert (flag.title, flag.severity) == ("Possible wrong key", 3)
    assert "Check the key" in summary(100, [flag])


def test_a_negative_discrimination_that_may_be_chance_says_so():
    (flag,) = flags(replace(SOUND, discrimination=-0.15))
    assert (flag.title, flag.severity) == ("Negative discrimination", 2)
    assert "may still be chance" in flag.reason


@pytest.mark.parametrize("discrimination", [-0.05, 0.0, None])
def test_no_discrimination_is_no_wrong_key(discrimination):
    assert codes(discrimination=discrimination) == []


def test_fewer_right_than_guessing_is_flagged_beyond_chance():
    assert codes(facility=0.12) == ["below_chance"]
    assert codes(facility=0.22) == []
    assert codes(facility=0.12, is_choice=False) == []


def test_a_distractor_that_the_strong_prefer_is_named():
    parts = with_part(1, 1, 2, 3, 8, 17)
    parts = (replace(parts[0], counts=(6, 9, 8, 6, 3)), *parts[1:])
    (flag,) = flags(replace(SOUND, parts=parts))
    assert flag.code == "strong_prefer_distractor"
    assert "17 of 20 take option B, and 3 the right one" in flag.reason


def test_two_options_that_are_taken_alike_are_no_preference():
    parts = with_part(1, 1, 2, 3, 8, 10)
    parts = (replace(parts[0], counts=(6, 9, 8, 6, 8)), *parts[1:])
    assert codes(parts=parts) == []


def test_of_a_few_strong_people_nothing_is_said():
    parts = (replace(SOUND.parts[0], counts=(6, 9, 12, 15, 0)), *with_part(1, 0, 0, 0, 0, 5)[1:])
    assert codes(parts=parts, met=(*MET[:4], 5)) == []


def test_a_distractor_that_nobody_takes_is_named():
    parts = with_part(3, 0, 0, 0, 0, 0)
    (flag,) = flags(replace(SOUND, parts=parts))
    assert flag.title == "Nobody takes D"
    assert flag.action == "Rewrite option D so that it tempts those who do not know."
    two = (*parts[:2], replace(parts[2], counts=(0, 0, 0, 0, 0)), parts[3])
    flag = next(each for each in flags(replace(SOUND, parts=two)) if each.code == "idle_distractor")
    assert flag.action == "Rewrite options C and D so that they tempt those who do not know."
    assert codes(parts=parts, n=40) == []


def test_answers_faster_than_reading_are_flagged():
    assert codes(median_seconds=5) == ["too_fast"]
    assert codes(median_seconds=None) == codes(words=0, median_seconds=1) == []


def test_the_worst_comes_first():
    found = codes(discrimination=-0.4, median_seconds=5, facility=0.05)
    assert found[-1] == "too_fast"
    assert plain(flags(replace(SOUND, median_seconds=5)))[0]["severity"] == 1


def test_with_few_answers_nothing_is_said():
    assert codes(n=29, discrimination=-0.9) == []
    assert summary(29, []) == "Too few answers to judge: 29 of 30."


def sentence(**changes):
    return summary(100, [], replace(SOUND, **changes))


def test_nothing_stands_out_only_where_it_separates():
    assert sentence(discrimination=0.15).startswith("Nothing stands out")
    assert "hardly separates" in sentence(discrimination=0.14)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"discrimination": 0.004}, "does not separate the strong from the weak at all"),
        ({"discrimination": -0.004}, "does not separate the strong from the weak at all"),
        ({"discrimination": -0.06}, "a little worse on it than the weak (discrimination -0.06)"),
        ({"discrimination": None}, "not known"),
        ({"discrimination": float("nan")}, "not known"),
        ({"discrimination": None, "facility": 1.0}, "Everyone answered it correctly"),
        ({"discrimination": None, "facility": 0.0}, "Nobody answered it correctly"),
    ],
)
def test_each_way_not_to_separate_has_its_own_sentence(changes, words):
    assert words in sentence(**changes)
    assert "Nothing stands out" not in sentence(**changes)


def test_from_few_answers_nothing_is_said_of_discrimination():
    assert summary(29, [], replace(SOUND, n=29)).startswith("Too few answers")


def test_what_is_raised_comes_before_how_it_separates():
    odd = replace(SOUND, discrimination=0.05, median_seconds=5)
    assert "took under 5 seconds" in summary(100, flags(odd), odd)
