"""The start page, for visitors and for candidates."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services
from examapp.reports.weak_areas.report import compute
from questions.models import Question, Topic
from tests.support.builders import make_exam, make_item, publish, wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(exam):
    topic = Topic.objects.first()
    return publish(exam, topic, make_item("multiple_choice", "sample"), is_sample=True)


def answer(client, choice, **headers):
    return client.post(reverse("sample"), {"choice": choice}, headers=headers)


def test_a_visitor_sees_one_live_question_without_its_key(sample):
    text = Client().get("/").content.decode()
    assert "Stem of sample?" in text
    assert "WHY-" not in text


def test_without_a_sample_the_page_stands(db):
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize(("choice", "is_right"), [("0", True), ("1", False)])
def test_an_answer_is_explained(sample, choice, is_right):
    reply = answer(Client(), choice, HX_Request="true")
    assert reply.context["sample_feedback"]["is_right"] is is_right
    assert "WHY-3 of sample" in reply.content.decode()
    assert "<html" not in reply.content.decode()


def test_without_scripts_the_whole_page_answers(sample):
    assert "<html" in answer(Client(), "0").content.decode()


@pytest.mark.parametrize("choice", ["", "9", "x", "-1"])
def test_no_answer_asks_for_one(sample, choice):
    reply = answer(Client(), choice, HX_Request="true")
    assert reply.status_code == 422
    assert "Choose an answer first." in reply.content.decode()
    assert "WHY-" not in reply.content.decode()


def test_a_sample_is_never_drawn(sample, session):
    assert not session.items.filter(version__question=sample).exists()


def test_a_new_candidate_is_told_where_to_start(candidate_client, exam):
    text = candidate_client.get("/").content.decode()
    assert "Start here" in text
    assert reverse("exams:launch", args=[exam.code]) in text


def test_a_running_exam_comes_first(candidate_client, session):
    reply = candidate_client.get("/")
    assert reply.context["open_session"].total == 12
    assert reverse("exams:room", args=[session.pk]) in reply.content.decode()


def test_scores_and_weakest_topics_stand_on_the_page(candidate, candidate_client, exam):
    for _ in range(2):
        session = services.start(candidate, exam=exam)
        answer_all(session, wrong_response)
        services.finish(session.pk)
        compute(session.pk)
    reply = candidate_client.get("/")
    assert [point.scaled for point in reply.context["trend"].points] == [100, 100]
    assert len(reply.context["weakest"]) == 3
    assert reply.context["weakest"][0].note_url.startswith("/notes/")


def test_past_exams_of_others_are_not_on_the_page(outsider_client, candidate, exam):
    session = services.start(candidate, exam=exam)
    services.finish(session.pk)
    compute(session.pk)
    reply = outsider_client.get("/")
    assert (reply.context["history"], reply.context["weakest"]) == ([], [])


def test_the_trend_is_of_the_exam_sat_last(candidate, candidate_client, exam):
    for each in (exam, exam, make_exam(scale_max=2000)):
        services.finish(services.start(candidate, exam=each).pk)
    assert len(candidate_client.get("/").context["trend"].points) == 1


def test_weak_topics_are_not_named_while_an_exam_runs(candidate, candidate_client, exam):
    session = services.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    services.finish(session.pk)
    compute(session.pk)
    assert len(candidate_client.get("/").context["weakest"]) == 3
    services.start(candidate, exam=exam)
    assert candidate_client.get("/").context["weakest"] == []


def test_signed_in_the_sample_is_not_answered(candidate_client, sample):
    reply = answer(candidate_client, "0")
    assert (reply.status_code, reply["Location"]) == (302, "/")


def test_an_answer_without_a_sample_leads_home(db):
    assert answer(Client(), "0")["Location"] == "/"


def test_the_page_costs_few_statements(candidate, candidate_client, exam):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            candidate_client.get("/")
        return len(asked)

    session = services.start(candidate, exam=exam)
    services.finish(session.pk)
    compute(session.pk)
    few = cost()
    for _ in range(3):
        services.finish(services.start(candidate, exam=make_exam()).pk)
    assert cost() == few <= 10


def test_a_visitor_s_page_costs_few_statements(sample, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        Client().get("/")


def test_a_visitor_reads_what_there_is(exam):
    reply = Client().get("/")
    offer = reply.context["offer"]
    assert offer.questions == Question.objects.pool(exam).count() > 0
    assert f"<dd>{offer.questions}</dd>" in reply.text


def test_without_a_check_the_way_leads_to_an_account(exam):
    reply = Client().get("/")
    assert reply.context["offer"].check_url == ""
    assert reply.text.count(reverse("account_signup")) == 2


def test_the_check_is_the_way_where_there_is_one(exam, sample, monkeypatch):
    monkeypatch.setattr("examapp.views.landing.check_url", lambda exam: "/check/here/")
    text = Client().get("/").text
    assert 'href="/check/here/"' in text
    assert "Check where you stand" in text
    assert "Try one question" not in text


def test_the_example_says_that_it_is_invented(exam):
    text = Client().get(reverse("demo")).text
    assert "This learner is invented." in text
    assert all(domain.title in text for domain in exam.domains.all())


def test_without_an_exam_there_is_no_example(db):
    assert Client().get(reverse("demo"))["Location"] == "/"
    assert "No exam is open yet." in Client().get("/").text
