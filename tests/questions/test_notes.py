"""The reader of the study notes, open to everyone."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_exam

pytestmark = pytest.mark.django_db


def test_anyone_may_read(exam, candidate_client):
    for client in (Client(), candidate_client):
        reply = client.get(reverse("questions:task_notes", args=[exam.code, "1.2"]))
        text = reply.content.decode()
        assert "A note." in text
        assert 'id="topic-1-2"' in text


def test_chapters_list_domains_tasks_and_topics(exam):
    text = Client().get(reverse("questions:notes", args=[exam.code])).content.decode()
    for title in ("Domain 1", "Task 2.2", "Topic 2.1"):
        assert title in text


def test_neighbours_lead_through_all_tasks(exam):
    number, seen = "1.1", []
    while number:
        seen.append(number)
        page = Client().get(reverse("questions:task_notes", args=[exam.code, number]))
        following = page.context["next"]
        number = following and following.number
    assert seen == ["1.1", "1.2", "2.1", "2.2"]


def test_one_exam_s_notes_need_no_list(exam):
    shelf = Client().get(reverse("questions:shelf"))
    assert shelf["Location"] == reverse("questions:notes", args=[exam.code])


def test_several_exams_are_listed(exam):
    other = make_exam()
    text = Client().get(reverse("questions:shelf")).content.decode()
    assert exam.title in text
    assert other.title in text


@pytest.mark.parametrize("path", ["/notes/nothing/", "/notes/nothing/1.1/"])
def test_what_is_not_there_is_not_found(db, path):
    assert Client().get(path).status_code == 404


def test_an_unknown_task_is_not_found(exam):
    assert Client().get(f"/notes/{exam.code}/9.9/").status_code == 404


def test_a_topic_links_to_its_place(exam):
    from questions.models import Topic

    topic = Topic.objects.get(slug="topic-2-1")
    assert topic.get_absolute_url() == f"/notes/{exam.code}/2.1/#topic-2-1"
