"""Practice on what a class is weak in, for those who need it."""

import pytest

from examapp.courses.models import Assignment, Letter

pytestmark = pytest.mark.django_db


def page_of(taught, **query):
    return taught.client(taught.teacher).get(taught.address("teach/"), query)


def post(taught, **data):
    shown = page_of(taught).context["page"]
    filled = {
        "topics": [topic.key for topic in shown.topics],
        "people": [person.id for person in shown.people],
        "length": "10",
        "closes_at": "2027-07-09T18:00",
        "do": "send",
        **data,
    }
    return taught.client(taught.teacher).post(taught.address("teach/"), filled)


def test_it_is_filled_in_when_one_comes_from_the_results(taught):
    text = page_of(taught).content.decode()
    assert "Practice for 3 people" in text
    assert "3 people get 10 questions each, only from the topics they need" in text
    assert "Send to 3 people" in text
    assert "What Student 002 sees" in text


def test_those_who_need_it_get_it_with_their_own_topics(taught):
    assert post(taught, send_mail="on").status_code == 302
    practice = Assignment.objects.get(kind="practice")
    assert practice.follows == taught.assignment
    assert practice.is_published
    assert not practice.is_graded
    given = practice.recipients.all()
    assert {row.membership_id for row in given} == {each.pk for each in taught.members[2:]}
    assert all(row.topics.count() == 3 for row in given)
    assert Letter.objects.filter(kind="given").count() == 3


def test_what_is_no_number_is_not_an_error_of_ours(taught):
    assert page_of(taught, topics="²", people="²").status_code == 200
    assert post(taught, length="x").status_code == 422
    assert post(taught, topics=["²", "9" * 5000]).status_code == 422


def test_one_topic_and_one_person_alone(taught):
    shown = page_of(taught).context["page"]
    post(taught, topics=[shown.topics[0].key], people=[shown.people[0].id])
    practice = Assignment.objects.get(kind="practice")
    assert practice.recipients.count() == 1
    assert practice.recipients.get().topics.count() == 1


def test_without_a_topic_nothing_is_sent(taught):
    page = post(taught, topics=[])
    assert page.status_code == 422
    assert "Pick at least one topic." in page.content.decode()
    assert not Assignment.objects.filter(kind="practice").exists()


def test_somebody_who_does_not_need_it_is_not_slipped_in(taught):
    page = post(taught, people=[taught.members[0].pk])
    assert page.status_code == 422
    assert not Assignment.objects.filter(kind="practice").exists()


def test_it_stands_beside_the_results_it_was_made_of(taught):
    post(taught)
    client = taught.client(taught.teacher)
    page = client.get(taught.address("results/")).content.decode()
    assert "Practice given on these results" in page
    assert "0 of 3 done" in page
