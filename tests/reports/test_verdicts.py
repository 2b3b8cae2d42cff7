"""What is called suspicious about a question, and what is not."""

from dataclasses import replace

import pytest

from examapp.reports.measurement.flag_words import options_of, summary, words_of
from examapp.reports.measurement.verdicts import Evidence, Part, flags, plain
from questions import translation

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


def told(found):
    """Return the words of what is raised, by code."""
    return {flag["code"]: words_of(flag) for flag in plain(flags(found))}


def sentence(raised=(), **changes):
    """Return the verdict on a question with other figures, at which this is raised."""
    found = replace(SOUND, **changes)
    figures = {"discrimination": found.discrimination, "facility": found.facility}
    return summary(found.n, plain(raised), **figures)


def with_part(place, *counts):
    parts = list(SOUND.parts)
    parts[place] = replace(parts[place], counts=counts)
    return tuple(parts)


def test_a_sound_question_is_left_alone():
    assert codes() == []
    assert "Nothing stands out" in sentence()


def test_a_negative_discrimination_beyond_chance_is_a_possible_wrong_key():
    (flag,) = flags(replace(SOUND, discrimination=-0.3))
    assert flag.severity == 3
    assert told(replace(SOUND, discrimination=-0.3))[flag.code].title == "Possible wrong key"
    assert "Check the key" in sentence([flag], discrimination=-0.3)


def test_a_negative_discrimination_that_may_be_chance_says_so():
    (flag,) = flags(replace(SOUND, discrimination=-0.15))
    assert flag.severity == 2
    words = told(replace(SOUND, discrimination=-0.15))[flag.code]
    assert words.title == "Negative discrimination"
    assert "(discrimination -0.15). From 100 answers this may still be chance." in words.reason


@pytest.mark.parametrize("discrimination", [-0.05, 0.0, None])
def test_no_discrimination_is_no_wrong_key(discrimination):
    assert codes(discrimination=discrimination) == []


def test_fewer_right_than_guessing_is_flagged_beyond_chance():
    assert codes(facility=0.12) == ["below_chance"]
    words = told(replace(SOUND, facility=0.12))["below_chance"]
    assert words.reason.startswith("12 % are right")
    assert "(25 %)" in words.reason
    assert codes(facility=0.22) == []
    assert codes(facility=0.12, is_choice=False) == []


def test_a_distractor_that_the_strong_prefer_is_named():
    parts = with_part(1, 1, 2, 3, 8, 17)
    parts = (replace(parts[0], counts=(6, 9, 8, 6, 3)), *parts[1:])
    words = told(replace(SOUND, parts=parts))["strong_prefer_distractor"]
    assert words.title == "The strong prefer B"
    assert "17 of 20 take option B, and 3 the right one" in words.reason


def test_two_options_that_are_taken_alike_are_no_preference():
    parts = with_part(1, 1, 2, 3, 8, 10)
    parts = (replace(parts[0], counts=(6, 9, 8, 6, 8)), *parts[1:])
    assert codes(parts=parts) == []


def test_of_a_few_strong_people_nothing_is_said():
    parts = (replace(SOUND.parts[0], counts=(6, 9, 12, 15, 0)), *with_part(1, 0, 0, 0, 0, 5)[1:])
    assert codes(parts=parts, met=(*MET[:4], 5)) == []


def test_a_distractor_that_nobody_takes_is_named():
    parts = with_part(3, 0, 0, 0, 0, 0)
    words = told(replace(SOUND, parts=parts))["idle_distractor"]
    assert words.title == "Nobody takes D"
    assert words.action == "Rewrite option D so that it tempts those who do not know."
    two = (*parts[:2], replace(parts[2], counts=(0, 0, 0, 0, 0)), parts[3])
    words = told(replace(SOUND, parts=two))["idle_distractor"]
    assert words.action == "Rewrite options C and D so that they tempt those who do not know."
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
    assert sentence(n=29) == "Too few answers to judge: 29 of 30."


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


def test_what_is_raised_comes_before_how_it_separates():
    odd = {"discrimination": 0.05, "median_seconds": 5}
    said = sentence(flags(replace(SOUND, **odd)), **odd)
    assert "took under 5 seconds; 80 words take 10" in said


def everything():
    """A question at which all is raised that can be."""
    parts = (
        Part("A", True, (0, 0, 0, 0, 0)),
        Part("B", False, (20, 20, 20, 20, 20)),
        Part("C", False, (0, 0, 0, 0, 0)),
        Part("D", False, (0, 0, 0, 0, 0)),
    )
    return replace(SOUND, parts=parts, facility=0.0, discrimination=-0.5, median_seconds=1)


def test_a_stored_flag_holds_no_words_and_is_read_in_the_reader_s_language():
    was = (translation._translator.of_one, translation._translator.of_many)
    stored = plain(flags(everything()))
    english = [words_of(flag) for flag in stored]
    assert not any(" " in str(value) for flag in stored for value in flag["options"])
    assert {key for flag in stored for key in flag} == {"code", "severity", "options", "figures"}
    try:
        translation.use(lambda text: f"xx {text} yy", lambda one, many, n: f"xx {many} yy")
        read = [words_of(flag) for flag in stored]
        letters = {flag["code"]: options_of(flag) for flag in stored}
    finally:
        translation.use(*was)
    for words, there in zip(read, english, strict=True):
        assert words.title.startswith("xx ")
        assert words.title != there.title
        assert words.reason.startswith("xx ")
        assert words.action.startswith("xx ")
    assert letters["strong_prefer_distractor"] == ["B"]
    assert letters["idle_distractor"] == ["C", "D"]


def test_a_flag_of_an_older_release_says_what_it_said_then():
    old = {
        "code": "idle_distractor",
        "title": "Nobody takes C and D",
        "reason": "Of 100 people nobody took options C and D.",
        "action": "Rewrite options C and D so that they tempt those who do not know.",
        "severity": 1,
    }
    assert options_of(old) == ["C", "D"]
    assert words_of(old).title == "Nobody takes C and D"
    assert summary(100, [old], discrimination=0.3, facility=0.5).startswith("Of 100 people nobody")
