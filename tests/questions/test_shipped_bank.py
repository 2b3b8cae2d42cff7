"""The bank that ships: complete enough for two sittings that share no question."""

import gzip
import re
from collections import Counter

import pytest
from django.urls import reverse

from examapp.exams import services
from questions.bank_files.folder import read_bank
from questions.services import load
from tests.conftest import BANK

TASKS = {"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2"}
TASKS |= {"5.1", "5.2"}


def test_it_holds_140_items_over_all_tasks_and_types():
    bank = read_bank(BANK)
    assert len(bank.items) >= 140
    assert {placed.item.task for placed in bank.items} == TASKS
    assert {placed.item.type for placed in bank.items} == {
        *("multiple_choice", "multiple_response", "ordering", "matching")
    }
    cases = Counter(placed.case.ref for placed in bank.items if placed.case)
    assert len(cases) >= 2
    assert min(cases.values()) >= 2


def test_every_option_says_why_in_8_to_60_words():
    for placed in read_bank(BANK).items:
        for option in placed.item.options:
            assert 8 <= len(option.why.split()) <= 60, (placed.item.ref, option.why)


def test_the_key_has_no_favourite_place():
    keys = Counter(
        placed.item.right[0]
        for placed in read_bank(BANK).items
        if placed.item.type == "multiple_choice"
    )
    assert set(keys) == {0, 1, 2, 3}
    assert max(keys.values()) < 1.4 * min(keys.values())


@pytest.mark.nightly
@pytest.mark.django_db
def test_two_sittings_at_official_weights_share_no_question(candidate):
    exam = load(BANK).exam
    asked = set()
    for _ in range(2):
        session = services.start(candidate, exam=exam)
        items = session.items.select_related("topic__task__domain", "version")
        domains = Counter(item.topic.task.domain.number for item in items)
        assert domains == {1: 13, 2: 16, 3: 18, 4: 9, 5: 9}
        scored = Counter(item.topic.task.domain.number for item in items if item.is_scored)
        assert scored == {1: 10, 2: 12, 3: 14, 4: 7, 5: 7}
        assert Counter(item.version.type for item in items) == exam.type_mix
        asked |= {item.version.question_id for item in items}
        services.finish(session.pk)
    assert len(asked) == 130


@pytest.mark.django_db
def test_the_room_of_65_questions_is_small_and_costs_few_statements(
    candidate, candidate_client, django_assert_max_num_queries
):
    session = services.start(candidate, exam=load(BANK).exam)
    room = reverse("exams:room", args=[session.pk])
    with django_assert_max_num_queries(12):
        page = candidate_client.get(room, headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    sections = re.findall(rb'<section\s+id="q', gzip.decompress(page.content))
    assert len(sections) == 65
    assert len(page.content) < 60_000
