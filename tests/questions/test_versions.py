"""The history: what each version changed, and how an old one comes back."""

from dataclasses import replace

import pytest
from django.urls import reverse

from questions.models import Draft, Question
from questions.services import versions
from tests.questions.conftest import client_of, sound
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(exam, owner):
    """A question of two versions."""
    question = Question.objects.filter(exam=exam, type="multiple_choice").first()
    item = versions.item_of_version(question.live_version)
    changed = replace(item, stem=item.stem + " Think twice!")
    versions.publish(question, changed, reason="clearer", by=owner)
    return question


def address(question, name, *more):
    return reverse(f"questions:{name}", args=[question.exam.code, question.ref, *more])


def test_the_history_says_who_changed_which_words_and_why(question, author, owner):
    page = html_of(client_of(author).get(address(question, "versions")))
    assert "<ins>" in page
    assert "Think twice!</ins>" in page
    assert f"{owner}: clearer" in page
    assert page.index("Version 2") < page.index("Version 1")


def test_an_old_version_becomes_a_new_one(question, owner):
    versions.publish(question, sound(question))
    versions.publish(question, sound(question, stem="Which one? Think twice!"))
    client = client_of(owner)
    where = address(question, "restore", 3)
    assert (
        "Give a reason for restoring the version"
        in client.post(where, {"reason": ""}, follow=True).content.decode()
    )
    client.post(where, {"reason": "it was better"})
    question.refresh_from_db()
    assert question.live_version.number == 5
    assert "Think twice" not in question.live_version.content["stem"]


def test_an_old_version_that_the_rules_stop_says_so(question, owner):
    where = address(question, "restore", 1)
    page = client_of(owner).post(where, {"reason": "it was better"}, follow=True).content.decode()
    assert "Fix these errors first" in page
    question.refresh_from_db()
    assert question.live_version.number == 2


def test_an_author_begins_a_draft_from_it(question, author):
    client_of(author).post(address(question, "restore", 1), {"reason": "at once, please"})
    question.refresh_from_db()
    assert question.live_version.number == 2
    draft = Draft.objects.get(question=question)
    assert "Think twice" not in draft.item["stem"]


def test_a_draft_in_writing_is_not_replaced(question, owner):
    client = client_of(owner)
    client.post(address(question, "restore", 1), {"draft": "yes"})
    again = client.post(address(question, "restore", 2), {"draft": "yes"}, follow=True)
    assert "There is already a draft" in again.content.decode()


def test_a_version_that_is_not_there_is_not_found(question, owner):
    assert client_of(owner).post(address(question, "restore", 9)).status_code == 404


def test_a_question_never_published_has_no_history(draft, author):
    page = client_of(author).get(address(draft.question, "versions")).content.decode()
    assert "Never published" in page
