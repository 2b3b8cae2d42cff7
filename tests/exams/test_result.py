"""The result of a finished session."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services
from tests.support.builders import TYPE_MIX, entry, make_exam, regrade_with_key
from tests.support.sittings import answer_all, corrected, let_time_pass, save

pytestmark = pytest.mark.django_db


def page(client, session):
    return client.get(reverse("exams:result", args=[session.pk]))


def test_the_result_shows_score_verdict_and_domains(candidate_client, finished):
    reply = page(candidate_client, finished)
    text = reply.content.decode()
    score = finished.scores.get()
    assert f'<span class="figure-big">{score.scaled}</span>' in text
    assert "A practice estimate, not an official score." in text
    assert [row["title"] for row in reply.context["domains"]] == ["Domain 1", "Domain 2"]
    assert sum(row["credit"] for row in reply.context["domains"]) == score.credit
    assert reply.context["unanswered"] == 1


def test_the_result_costs_few_statements(candidate_client, finished, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        page(candidate_client, finished)


def test_a_longer_exam_costs_no_more(
    candidate, candidate_client, finished, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as short:
        page(candidate_client, finished)
    double = {name: 2 * count for name, count in TYPE_MIX.items()}
    exam = make_exam(scored_count=20, unscored_count=4, type_mix=double)
    session = services.start(candidate, exam=exam)
    answer_all(session)
    services.finish(session.pk)
    with django_assert_num_queries(len(short)):
        page(candidate_client, session)


def test_only_the_candidate_sees_it(outsider_client, instructor_client, finished):
    for client in (outsider_client, instructor_client):
        assert page(client, finished).status_code == 404
    assert page(Client(), finished)["Location"].startswith("/accounts/login/")


def test_an_open_session_leads_to_its_room(candidate_client, session):
    assert page(candidate_client, session)["Location"] == reverse("exams:room", args=[session.pk])


def test_running_out_of_time_is_said(candidate_client, session):
    let_time_pass(session, hours=1)
    assert "Time ran out" in page(candidate_client, session).content.decode()


def test_late_answers_are_counted_and_said(candidate_client, session):
    services.finish(session.pk)
    save(session, entry(1, None), entry(2, None), entry(1, None))
    assert "2 answers reached us after the end" in page(candidate_client, session).content.decode()


def test_a_corrected_score_says_so(candidate_client, session):
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="The key was wrong.")
    text = page(candidate_client, session).content.decode()
    assert "your score went from 1000 to" in text
    # The reason may tell a key; it stands in the review, which closes while an exam runs.
    assert "The key was wrong." not in text


def test_few_questions_are_not_judged(candidate, candidate_client):
    exam = make_exam(scored_count=5, unscored_count=7)
    session = services.start(candidate, exam=exam)
    services.finish(session.pk)
    domains = page(candidate_client, session).context["domains"]
    assert [(row["max_credit"], row["verdict"]) for row in domains] == [
        (3, "too_few"),
        (2, "too_few"),
    ]


def test_a_figure_stands_with_its_interval_and_a_table(candidate_client, finished):
    reply = page(candidate_client, finished)
    text = reply.content.decode()
    for row in reply.context["domains"]:
        assert row["low_percent"] <= row["percent"] <= row["high_percent"]
        assert f"{row['low_percent']:.0f} to {row['high_percent']:.0f} %" in text
    assert "<table" in text
