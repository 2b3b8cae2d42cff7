"""The learner's loop from its first click: a check kept by an account, mock exams until ready."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.accounts.models import User
from examapp.exams.models import ExamSession
from examapp.practice.models import PracticeSet
from examapp.reports.weak_areas.report import compute
from tests.browser.looks import LOOKS, look
from tests.browser.room import Room, answer, keyed_items
from tests.practice.conftest import right_of, wrong_of
from tests.support.accessibility import findings
from tests.support.builders import right_response, wrong_response
from tests.support.people.cast import world
from tests.support.people.people import Person

pytestmark = pytest.mark.nightly


@look
def test_a_check_without_an_account_is_kept_by_who_signs_up(open_context, exam, look):
    page = open_context(**LOOKS[look]).new_page()
    page.goto(reverse("home"))
    page.get_by_role("button", name="Check where you stand").click()
    page.wait_for_url("**/practised/**")
    checked = PracticeSet.objects.get()
    assert checked.candidate.is_guest
    items = list(checked.items.select_related("version").order_by("position"))
    for item in items:
        expect(page.locator("#asked-title")).to_be_focused()
        expect(page.locator("h1")).to_contain_text(f"{item.position} of {len(items)}")
        response = (wrong_of if item.position % 3 == 0 else right_of)(item)
        answer(page.locator("[data-type]"), response)
        page.get_by_role("button", name="Think so").click()
    page.wait_for_url(f"**{reverse('check_result', args=[checked.pk])}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("times in 10")
    assert findings(page) == []

    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill("new@example.com")
    for field in page.locator("main input[type=password]").all():
        field.fill("a-long-word-7")
    assert findings(page) == []
    page.get_by_role("button", name="Create the account").click()
    # Whether an address has an account already is told to nobody: one signs in either way.
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Email").fill("new@example.com")
    page.get_by_label("Password").fill("a-long-word-7")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".menu")).to_be_visible()
    account = User.objects.get(email="new@example.com")
    checked.refresh_from_db()
    assert checked.candidate == account
    assert not User.objects.guests().exists()
    page.goto(reverse("check_result", args=[checked.pk]))
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()


def sit_in_the_browser(page, person, response_of):
    """Take the next mock exam from its launch to its result, and let it be estimated."""
    page.goto(reverse("exams:launch", args=[person.exam.code]))
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/sessions/**")
    room = Room(page, ExamSession.objects.get(candidate=person.user, finished_at=None))
    room.expect_ready()
    for position, item in keyed_items(room.session).items():
        room.expect_position(position)
        room.answer(response_of(item))
        room.next()
    room.expect_saved()
    room.end()
    compute(room.session.pk)


@look
@pytest.mark.parametrize("is_strong", [True, False])
def test_three_mock_exams_make_who_is_strong_ready_and_nobody_else(
    open_context, transactional_db, look, is_strong
):
    person = Person("Ada Learner", world())
    share = 1.0 if is_strong else 0.5
    for _ in range(2):
        person.sit({1: share, 2: share})
    person.practice({1: share, 2: share}, length=8)
    page = open_context(person.user, **LOOKS[look]).new_page()
    page.goto(reverse("home"))
    ready = page.get_by_role("heading", name="You are ready")
    sit_in_the_browser(page, person, right_response if is_strong else wrong_response)
    page.goto(reverse("home"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(ready).to_have_count(int(is_strong))
    expect(page.get_by_text(re.compile("No domain to study first"))).to_have_count(int(is_strong))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert findings(page) == []
