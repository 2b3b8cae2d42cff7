"""The review of a finished session: every question with answer, key and whys."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services
from examapp.exams.services.answer_changes import responses_of
from questions.models import Source
from tests.support.builders import (
    TYPE_MIX,
    entry,
    make_exam,
    make_item,
    publish,
    regrade_with_key,
    right_response,
)
from tests.support.sittings import answer_all, corrected, save

pytestmark = pytest.mark.django_db


def page(client, session, query="?show=all&view=list"):
    return client.get(reverse("exams:review", args=[session.pk]) + query)


def test_only_the_candidate_sees_it(outsider_client, instructor_client, finished):
    for client in (outsider_client, instructor_client):
        assert page(client, finished).status_code == 404
    assert page(Client(), finished)["Location"].startswith("/accounts/login/")


def test_an_open_session_leads_to_its_room(candidate_client, session):
    assert page(candidate_client, session)["Location"] == reverse("exams:room", args=[session.pk])


def test_a_review_costs_few_statements_whatever_its_length(
    candidate, candidate_client, finished, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as short:
        page(candidate_client, finished)
    assert len(short) <= 12
    double = {name: 2 * count for name, count in TYPE_MIX.items()}
    exam = make_exam(scored_count=20, unscored_count=4, type_mix=double)
    session = services.start(candidate, exam=exam)
    services.finish(session.pk)
    with django_assert_num_queries(len(short)):
        assert len(page(candidate_client, session).context["items"]) == 24


def test_the_review_explains_every_option(candidate_client, finished):
    reply = page(candidate_client, finished)
    items = reply.context["items"]
    assert [item.position for item in items] == list(range(1, 13))
    for item in items:
        assert all(option.why for option in item.options)
        assert item.is_right == (item.position % 2 == 1)
        assert item.note_url.startswith("/notes/")
    assert reply.content.count(b"WHY-0") >= 12


def test_the_review_links_the_sources_of_a_question(candidate_client, finished):
    exam = finished.exam
    Source.objects.create(exam=exam, slug="guide", title="A guide", url="https://g.example/a")
    item = finished.items.first()
    question = item.keyed_by.question
    named = make_item(item.version.type, question.ref, sources=("guide", "gone"))
    publish(exam, question.topic, named)
    version = question.versions.last()
    regrade_with_key(item.version, keyed_by=version, reason="sources")
    reply = page(candidate_client, finished)
    assert [source.title for source in reply.context["items"][0].sources] == ["A guide"]
    assert b'href="https://g.example/a"' in reply.content


def test_right_and_chosen_stand_at_the_shown_option(candidate_client, finished):
    items = page(candidate_client, finished).context["items"]
    for item in items:
        if item.type == "multiple_choice":
            (key,) = [option for option in item.options if option.is_key]
            assert key.html.startswith("Option 0 of")
            assert key.is_chosen == item.is_right
        if item.type == "ordering":
            ranks = {option.html.split(" of")[0]: option.right_rank for option in item.options}
            assert ranks == {"Option 0": 1, "Option 1": 2, "Option 2": 3, "Option 3": None}
        if item.type == "matching":
            assert [prompt.right.split(" of")[0] for prompt in item.prompts] == [
                "Option 0",
                "Option 1",
                "Option 2",
            ]


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("?show=missed&view=list", [2, 4, 6, 8, 10, 12]),
        ("?show=flagged&view=list", [12]),
        ("?show=all&view=list", list(range(1, 13))),
        ("?show=nonsense&view=list", [2, 4, 6, 8, 10, 12]),
    ],
)
def test_the_review_can_be_narrowed(candidate_client, finished, query, positions):
    reply = page(candidate_client, finished, query)
    assert [item.position for item in reply.context["items"]] == positions


def test_it_opens_on_the_first_missed_question_and_walks_through_them(candidate_client, finished):
    reply = page(candidate_client, finished, "")
    walk = reply.context["walk"]
    assert reply.context["filter"] == "missed"
    assert reply.context["item"].position == 2
    assert (walk.place, walk.count, walk.previous, walk.next) == (1, 6, None, 4)
    reply = page(candidate_client, finished, "?show=missed&q=8")
    walk = reply.context["walk"]
    assert (walk.place, walk.previous, walk.next) == (4, 6, 10)
    text = reply.content.decode()
    assert "4 of 6" in text
    assert "Next missed" in text
    assert text.count("WHY-") >= 4


def test_a_question_outside_of_the_filter_still_leads_on(candidate_client, finished):
    reply = page(candidate_client, finished, "?show=missed&q=3")
    walk = reply.context["walk"]
    assert reply.context["item"].position == 3
    assert (walk.place, walk.previous, walk.next) == (None, 2, 4)


def test_the_palette_says_how_every_question_went(candidate_client, finished):
    reply = page(candidate_client, finished, "?show=all&q=5")
    cells = reply.context["cells"]
    states = ["hit", "miss"] * 5 + ["hit", "blank"]
    assert [cell.state for cell in cells] == states
    assert [cell.position for cell in cells if cell.is_current] == [5]
    assert reply.context["states"] == {"hit": 6, "miss": 5, "blank": 1, "dropped": 0}


def test_a_review_of_one_question_costs_few_statements(
    candidate_client, finished, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        page(candidate_client, finished, "?q=4")


def test_time_and_changed_answers_stand_at_the_question(candidate_client, session):
    item = session.items.filter(version__type="multiple_choice").first()
    save(session, entry(item.position, 2, elapsed_ms=61_000))
    save(session, entry(item.position, 0, elapsed_ms=61_000))
    services.finish(session.pk)
    text = page(candidate_client, session, f"?show=all&q={item.position}").content.decode()
    assert "61 s" in text
    assert "C → A" in text


def test_an_answer_that_was_taken_back_is_told_and_a_flag_before_the_first_is_not(session):
    item = session.items.filter(version__type="multiple_choice").first()
    for seq, response in enumerate((None, 1, None, None, 1), start=1):
        save(session, entry(item.position, response, seq=seq, flagged=seq == 1))
    assert responses_of(session)[item.pk] == [1, None, 1]


def test_without_a_missed_question_it_opens_on_all(candidate_client, session):
    answer_all(session)
    services.finish(session.pk)
    reply = page(candidate_client, session, "")
    assert (reply.context["filter"], reply.context["item"].position) == ("all", 1)
    empty = page(candidate_client, session, "?show=missed").content.decode()
    assert "Every answer was right." in empty


def test_every_question_says_whether_it_counted(candidate_client, finished):
    reply = page(candidate_client, finished)
    assert [item.is_scored for item in reply.context["items"]].count(False) == 2
    assert reply.content.decode().count("did not count") == 2


def test_a_corrected_key_is_the_one_that_is_explained(candidate_client, session):
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="The key was wrong.")
    shown = page(candidate_client, session).context["items"][item.position - 1]
    (key,) = [option for option in shown.options if option.is_key]
    assert key.html.startswith("Option 1 of")
    assert not shown.is_right


def test_part_of_a_point_is_not_called_right(candidate, candidate_client):
    session = services.start(candidate, exam=make_exam(grading_policy="partial_credit"))
    item = session.items.select_related("version", "keyed_by").get(version__type="matching")
    right = right_response(item)
    save(session, entry(item.position, [right[0], right[1], None]))
    services.finish(session.pk)
    shown = page(candidate_client, session).context["items"][item.position - 1]
    assert (shown.is_right, [prompt.is_right for prompt in shown.prompts]) == (
        False,
        [True, True, False],
    )
    assert shown.prompts[2].yours == ""
