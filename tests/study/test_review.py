"""The pages of reviews: asked, answered, explained, undone; what they cost, and what they tell."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.study import services
from examapp.study.models import Card, CardEvent
from examapp.study.services import keeping, queue
from questions.models import Question
from tests.practice.conftest import fields_of, right_of, wrong_of
from tests.study.conftest import practiced, shown_item
from tests.support.builders import make_user
from tests.support.statements import statements

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def due(candidate, exam, days):
    """Three reviews that are due."""
    practiced(candidate, exam)
    days(1)
    return exam


def address(exam, name="review", *more):
    return reverse(f"study:{name}", args=[exam.code, *more])


def fields(candidate, page, respond=right_of, sureness="sure"):
    """Return the form of a page with an answer in it."""
    token = page.context["asked"].token
    item = shown_item(services.shown(candidate, token))
    item.position = 1
    return {**fields_of(item, respond(item), sureness), "asked": token}


def test_a_review_is_asked_answered_and_explained(candidate, candidate_client, due):
    page = candidate_client.get(address(due))
    assert "WHY-" not in page.content.decode()
    assert "3 left" in page.content.decode()
    assert "Term: did not know it" in page.content.decode()
    assert "Next question, or the meaning of a term" in page.content.decode()
    reply = candidate_client.post(address(due, "answer"), fields(candidate, page), follow=True)
    text = reply.content.decode()
    assert "WHY-0" in text
    assert "Comes back in" in text
    assert "2 left" in text
    assert services.due_count(candidate, due) == 2


def test_what_was_wrong_comes_back_tomorrow(candidate, candidate_client, due):
    page = candidate_client.get(address(due))
    sent = fields(candidate, page, wrong_of)
    reply = candidate_client.post(address(due, "answer"), sent, headers=HTMX, follow=True)
    assert "Comes back tomorrow." in reply.content.decode()
    assert "<html" not in reply.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda sent: sent.pop("sureness"), "Say how sure you are."),
        (lambda sent: [sent.pop(key) for key in list(sent) if key.startswith("q1")], "Choose an"),
    ],
)
def test_an_answer_without_a_choice_is_asked_for_it(candidate, candidate_client, due, change, said):
    page = candidate_client.get(address(due))
    sent = fields(candidate, page)
    change(sent)
    reply = candidate_client.post(address(due, "answer"), sent)
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert "WHY-" not in reply.content.decode()
    assert not CardEvent.objects.filter(source="review").exists()


def test_a_second_device_is_told_and_asked_the_next(candidate, candidate_client, due):
    page = candidate_client.get(address(due))
    sent = fields(candidate, page)
    candidate_client.post(address(due, "answer"), sent)
    reply = candidate_client.post(address(due, "answer"), sent, follow=True)
    assert "You answered that one already" in reply.content.decode()
    assert reply.context["asked"].card != page.context["asked"].card
    assert CardEvent.objects.filter(source="review").count() == 1


def test_a_token_of_another_is_no_question(candidate, candidate_client, due):
    sent = fields(candidate, candidate_client.get(address(due)))
    other = Client()
    other.force_login(make_user())
    reply = other.post(address(due, "answer"), sent, follow=True)
    assert "That question was shown too long ago" in reply.content.decode()
    assert not CardEvent.objects.filter(source="review").exists()


def test_another_s_explanation_is_not_there(candidate, candidate_client, due):
    page = candidate_client.get(address(due))
    candidate_client.post(address(due, "answer"), fields(candidate, page))
    event = CardEvent.objects.get(source="review")
    other = Client()
    other.force_login(make_user())
    assert other.get(address(due, "answered", event.pk)).status_code == 404
    assert candidate_client.get(address(due, "answered", event.pk)).status_code == 200
    # What was answered in practice is explained there.
    practiced = CardEvent.objects.filter(source="practice").first()
    assert candidate_client.get(address(due, "answered", practiced.pk)).status_code == 404


def test_undo_asks_it_again(candidate, candidate_client, due):
    page = candidate_client.get(address(due))
    candidate_client.post(address(due, "answer"), fields(candidate, page))
    reply = candidate_client.post(address(due, "undo"), follow=True)
    assert reply.context["asked"].card == page.context["asked"].card
    assert "3 left" in reply.content.decode()
    reply = candidate_client.post(address(due, "undo"), follow=True)
    assert "no answer from today" in reply.content.decode()


def test_nothing_due_says_what_comes_next(candidate, candidate_client, exam, days):
    empty = candidate_client.get(address(exam)).content.decode()
    assert "Nothing is due" in empty
    practiced(candidate, exam)
    assert "3 reviews come on" in candidate_client.get(address(exam)).content.decode()
    days(1)
    page = candidate_client.get(address(exam))
    for _ in range(3):
        candidate_client.post(address(exam, "answer"), fields(candidate, page))
        page = candidate_client.get(address(exam))
    assert "Done for today" in page.content.decode()
    assert "You did 3 reviews today." in page.content.decode()


def test_a_day_s_limit_is_said(candidate, candidate_client, due, settings):
    settings.REVIEWS_PER_DAY = 1
    page = candidate_client.get(address(due))
    assert "1 left" in page.content.decode()
    candidate_client.post(address(due, "answer"), fields(candidate, page))
    assert "2 more wait for tomorrow" in candidate_client.get(address(due)).content.decode()


def test_the_queue_costs_eight_statements_and_an_answer_six(candidate, candidate_client, due):
    candidate_client.get(address(due))
    with CaptureQueriesContext(connection) as asked:
        page = candidate_client.get(address(due))
    assert statements(asked) <= 8, [query["sql"][:90] for query in asked.captured_queries]
    sent = fields(candidate, page)
    with CaptureQueriesContext(connection) as asked:
        assert candidate_client.post(address(due, "answer"), sent).status_code == 302
    assert statements(asked) <= 6, [query["sql"][:90] for query in asked.captured_queries]


def test_a_token_tells_nothing_of_the_key(candidate, exam):
    question = Question.objects.filter(type="multiple_choice").first()
    keeping.save(candidate, question)
    asked = queue.asked(Card.objects.get(), Question.objects.all())
    assert "key" in asked.version.get_deferred_fields()
    assert asked.shuffle == queue.asked(Card.objects.get(), Question.objects.all()).shuffle
