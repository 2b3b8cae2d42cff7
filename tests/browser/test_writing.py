"""What somebody writes survives the end of their sign-in: it is put right in place."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from questions.models import Comment, ExamRole, Question
from tests.support.builders import PASSWORD, make_user

pytestmark = [pytest.mark.nightly, pytest.mark.django_db(transaction=True)]
WORDS = "Option B is right too, by the guide of 2026."


@pytest.fixture
def page(exam, live_server, open_context, complaints):
    complaints.allow("status of 40[0134]")
    author = make_user(name="Ann Author", role="instructor")
    ExamRole.objects.create(user=author, exam=exam, role="author")
    question = Question.objects.filter(exam=exam).first()
    page = open_context(author).new_page()
    page.goto(reverse("questions:question", args=[exam.code, question.ref]))
    return page


def write(page):
    box = page.locator('form[action$="/comment/"] textarea')
    box.fill(WORDS)
    return box


def send(page):
    page.locator('form[action$="/comment/"] button[type=submit]').first.click()


def test_a_comment_is_sent_after_signing_in_in_place(page):
    write(page)
    Session.objects.all().delete()
    send(page)
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert not Comment.objects.exists()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert [comment.text for comment in Comment.objects.all()] == [WORDS]
    page.reload()
    expect(page.get_by_text("was not sent")).to_be_hidden()


def test_what_was_not_sent_is_offered_when_one_comes_back(page):
    write(page)
    page.wait_for_timeout(600)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_text("was not sent")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator('form[action$="/comment/"] textarea')).to_have_value(WORDS)


@pytest.mark.parametrize("name", ["case", "blueprint"])
def test_leaving_with_words_that_were_not_saved_is_asked_about(exam, open_context, name):
    owner = make_user(name="Nora New", role="instructor")
    ExamRole.objects.create(user=owner, exam=exam, role="owner")
    page = open_context(owner).new_page()
    page.goto(reverse(f"questions:{name}", args=[exam.code]))
    page.locator("form[data-asks-on-leaving] [name=title]").press_sequentially("More")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(reverse("home"))
    assert asked == ["beforeunload"]
