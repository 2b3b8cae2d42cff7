"""What a bank's fixed forms have to hold."""

from dataclasses import replace

import pytest

from questions.bank_files.quota import FormQuota
from questions.bank_files.style import Style
from questions.lint.forms import lint_forms
from tests.support.lint_banks import SOUND, bars, formed, with_key


def form_faults(text):
    return [finding.message for finding in lint_forms(text)[0]]


def test_sound_forms_meet_the_bar():
    text = formed(SOUND[:2], SOUND[2:4])
    assert form_faults(text) == []
    assert bars(text)["fixed forms"].is_met


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (formed(SOUND[:2], SOUND[1:3]), "stands in two forms"),
        (formed(SOUND[:3]), "task 1.1: 3 items, 2 are asked for"),
        (
            formed(
                [SOUND[0], replace(SOUND[1], facts=("F0",))],
                items=[SOUND[0], replace(SOUND[1], facts=("F0",))],
            ),
            "2 items are keyed on F0",
        ),
        (
            formed(SOUND[:2], items=[replace(SOUND[0], enemies=(SOUND[1].ref,)), SOUND[1]]),
            "are enemies",
        ),
    ],
)
def test_what_is_wrong_with_a_form_is_named(text, fault):
    assert any(fault in said for said in form_faults(text))
    assert not bars(text)["fixed forms"].is_met


def test_forms_that_are_not_built_miss_the_bar():
    text = replace(formed(SOUND[:2]), forms=())
    assert "run manage.py build_forms" in bars(text)["fixed forms"].figure


def test_a_form_holds_few_items_keyed_on_one_service():
    items = [with_key(item, "Amazon Lex") for item in SOUND[:2]]
    style = Style(brands=("Amazon",), service_limit=1)
    assert "2 items are keyed on Amazon Lex; at most 1 may" in form_faults(
        formed(items, items=items, style=style)
    )
    allowed = replace(style, per_form={"Amazon Lex": 2})
    faults = form_faults(formed(items, items=items, style=allowed))
    assert [said for said in faults if "at most" in said] == []


def with_form_quota(text, **changes):
    return replace(text, quota=replace(text.quota, form=FormQuota(**changes)))


def test_what_counts_in_a_form_is_of_the_levels_that_are_asked_for():
    text = formed(SOUND[:2])
    assert form_faults(with_form_quota(text, scored={"recall": (1, 1)})) == []
    assert form_faults(with_form_quota(text, scored={"analyse": (1, 2)})) == [
        "scored analyse: 0 items, 1 to 2 are asked for"
    ]


def test_a_form_names_as_many_services_as_are_asked_for():
    items = [replace(SOUND[0], stem=f"{SOUND[0].stem} Amazon Lex?"), *SOUND[1:]]
    text = replace(formed(items[:2], items=items), style=Style(brands=("Amazon",)))
    assert form_faults(with_form_quota(text, naming=(1, 1))) == []
    assert form_faults(with_form_quota(text, naming=(2, 2))) == [
        "1 items name a service; 2 to 2 are asked for"
    ]


def test_what_counts_in_a_form_is_as_hard_as_the_bank():
    items = [replace(item, angoff=0.5 if n < 2 else 0.7) for n, item in enumerate(SOUND)]
    hard = with_form_quota(formed(items[:2], items=items), expected_within=0.005)
    assert "0.500 of those who only just pass are expected to be right" in form_faults(hard)[0]
    fair = with_form_quota(formed(items[2:4], items=items), expected_within=0.01)
    assert form_faults(fair) == []
    unrated = with_form_quota(formed(SOUND[:2]), expected_within=0.005)
    assert form_faults(unrated) == []
