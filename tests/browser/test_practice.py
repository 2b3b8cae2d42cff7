"""From what a result says is weak to a practice set, by keyboard, and back to a better report."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams import services as exams
from examapp.practice import services as practice
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.reports.models import StandingReport
from examapp.reports.weak_areas import report as reports
from examapp.study import services as study
from tests.browser.looks import LOOKS, look
from tests.practice.conftest import answer_set, right_of, wrong_of
from tests.study.conftest import shown_item
from tests.support.accessibility import findings
from tests.support.builders import PASSWORD, wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.nightly

LETTERS = "abcdefgh"


@pytest.fixture
def reported(live_server, candidate, exam):
    """A finished, all-wrong sitting with its report."""
    session = exams.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    exams.finish(session.pk)
    reports.compute(session.pk)
    return session


def expect_ready(page):
    expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")


def press_answer(page, item, response):
    """Give an answer by keys; matching, which has none, by its selects."""
    if item.version.type == "matching":
        for place, index in enumerate(response):
            page.locator(f"#q{item.position}-{place}").select_option(str(index))
        return
    for index in response if isinstance(response, list) else [response]:
        page.keyboard.press(LETTERS[index])


def answer_by_keys(page, item, *, is_right, sureness):
    """Answer by keys alone: letters choose, 1 to 3 say how sure one is and submit."""
    expect(page.locator("#asked-title")).to_be_focused()
    press_answer(page, item, right_of(item) if is_right else wrong_of(item))
    if item.version.type == "matching":
        # A select keeps digits for itself.
        page.locator(".sure-buttons button").nth(sureness - 1).click()
    else:
        page.keyboard.press(str(sureness))
    expect(page.locator(".outcome")).to_contain_text("Right" if is_right else "Not this time")
    expect(page.locator(".outcome")).to_be_focused()
    said = "right" if is_right else "missed"
    expect(page).to_have_title(re.compile(f": {said}, practice$"))
    expect(page.locator(".review")).to_contain_text("WHY-0")


def test_from_a_weak_area_to_a_set_and_a_report_that_moved(page, candidate, exam, reported):
    before = reported.weak_area_report.body
    page.goto(reverse("reports:weak_areas", args=[reported.pk]))
    expect(page.locator("#report .study")).to_be_visible()
    page.locator("#report .study li").first.get_by_role(
        "button", name=re.compile("questions? on this")
    ).click()
    page.wait_for_url("**/practised/**")
    expect_ready(page)
    practiced = PracticeSet.objects.of(candidate).get()
    items = list(practiced.items.select_related("version").order_by("position"))
    assert 1 <= len(items) <= 10
    assert len({item.topic_id for item in items}) == 1

    page.evaluate("window.isSamePage = true")
    for item in items:
        answer_by_keys(page, item, is_right=item.position != 2, sureness=2)
        if item.position == 1:
            assert findings(page) == []
        page.keyboard.press("j" if item.position % 2 else "Enter")
        if item is not items[-1]:
            assert page.evaluate("window.isSamePage")
            expect(page).to_have_url(re.compile(f"/{item.position + 1}/$"))

    page.wait_for_url(f"**{reverse('practice:summary', args=[practiced.pk])}")
    expect(page.locator("main")).to_contain_text(f"{len(items) - 1} of {len(items)} right")
    expect(page.locator("main")).to_contain_text(
        f"You thought so for {len(items)}: {len(items) - 1} right."
    )
    assert findings(page) == []

    assert reports.compute_missing_practiced() == 1
    # A sitting's report stays that of its end; where the person stands now is told apart.
    after = StandingReport.objects.get(candidate=candidate).body
    new = sum(item.topic_id is not None for item in items)
    assert 0 < after["practiced"] <= new
    assert after["answers"] == before["answers"] + after["practiced"]


def test_what_is_missing_is_named_and_focused(page, candidate, exam, live_server, complaints):
    page.goto(reverse("practice:choose", args=[exam.code]))
    assert findings(page) == []
    page.get_by_role("button", name="Start with 10").click()
    page.wait_for_url("**/practised/**")
    expect_ready(page)
    complaints.allow("status of 422")
    # Enter leads to how sure one is, and a digit without a choice is refused.
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Think so")).to_be_focused()
    page.keyboard.press("3")
    expect(page.locator("#sure-error")).to_be_focused()
    expect(page.locator("#sure-error")).to_contain_text("Choose an answer first.")
    expect(page).to_have_title(re.compile("^Error: "))
    assert findings(page) == []
    assert not PracticeItem.objects.answered().exists()


def test_a_set_is_gone_on_with_from_home_and_stopped(page, candidate, exam, reported):
    page.goto(reverse("home"))
    page.get_by_role("button", name=re.compile("^Start ?: Practice")).click()
    page.wait_for_url("**/practised/**")
    practiced = PracticeSet.objects.of(candidate).get()
    answer_set(practiced, candidate, count=2)
    page.goto(reverse("home"))
    expect(page.locator("main")).to_contain_text("2 of")
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"^\s*3 of"))
    page.get_by_role("button", name="Stop here").click()
    expect(page.locator("main")).to_contain_text("2 of 2 right")
    assert not PracticeSet.objects.open().exists()


def test_without_scripts_a_set_is_practiced_from_start_to_end(
    open_context, candidate, exam, live_server
):
    page = open_context(candidate, java_script_enabled=False).new_page()
    page.goto(live_server.url + reverse("practice:choose", args=[exam.code]))
    page.get_by_label("5", exact=True).check()
    page.get_by_role("button", name="Start the test").click()
    practiced = PracticeSet.objects.of(candidate).get()
    for item in practiced.items.select_related("version").order_by("position"):
        fill_in(page, item, right_of(item))
        page.get_by_role("button", name="Guess").click()
        expect(page.locator(".outcome")).to_contain_text("Right")
        page.locator("[data-next]").click()
    expect(page.locator("main")).to_contain_text("5 of 5 right")


def test_who_is_signed_out_keeps_the_choice_and_goes_on(page, candidate, exam, complaints):
    practiced = practice.start(candidate, exam=exam, choice=practice.Choice(3))
    item = practiced.items.select_related("version").get(position=1)
    page.goto(reverse("practice:question", args=[practiced.pk, 1]))
    expect_ready(page)
    press_answer(page, item, right_of(item))
    Session.objects.all().delete()
    page.get_by_role("button", name="Sure", exact=True).click()
    problem = page.locator("[data-request-problem]")
    expect(problem).to_be_focused()
    expect(problem).to_contain_text("You are signed out. What you chose stays here.")
    expect(page.locator("#asked")).to_be_visible()
    other = page.context.new_page()
    other.goto(reverse("account_login"))
    other.get_by_label("Email").fill(candidate.email)
    other.get_by_label("Password").first.fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "login" not in url)
    # The sign-in brought another token than the page's own.
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".outcome")).to_contain_text("Right")
    expect(problem).to_be_hidden()


def test_who_is_offline_is_told_and_tries_again(page, candidate, exam, complaints):
    practiced = practice.start(candidate, exam=exam, choice=practice.Choice(3))
    item = practiced.items.select_related("version").get(position=1)
    page.goto(reverse("practice:question", args=[practiced.pk, 1]))
    expect_ready(page)
    press_answer(page, item, right_of(item))
    complaints.allow("ERR_INTERNET_DISCONNECTED")
    complaints.allow("htmx:sendError")
    complaints.allow("htmx:afterRequest")
    page.context.set_offline(True)
    page.get_by_role("button", name="Guess").click()
    expect(page.locator("[data-request-problem]")).to_contain_text("You are offline.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".outcome")).to_contain_text("You guessed.")


@look
def test_missed_today_is_due_tomorrow_and_later_once_answered(
    open_context, candidate, exam, days, look
):
    page = open_context(candidate, **LOOKS[look]).new_page()
    practiced = practice.start(candidate, exam=exam, choice=practice.Choice(2))
    answer_set(practiced, candidate, wrong_of)
    page.goto(reverse("practice:choose", args=[exam.code]))
    expect(page.locator(".mode").first).to_contain_text("Nothing is due.")
    days(1)
    # Home counts what is due, and the other pages of the day tell it.
    page.goto(reverse("home"))
    page.goto(reverse("practice:choose", args=[exam.code]))
    expect(page.locator(".site-nav")).to_contain_text("2 reviews due")
    assert findings(page) == []
    page.get_by_role("link", name="Start the review").click()
    expect_ready(page)
    for left in (2, 1):
        expect(page.locator("#asked-title")).to_be_focused()
        expect(page.locator("h1")).to_contain_text(f"{left} left")
        assert findings(page) == []
        token = page.locator("[name=asked]").get_attribute("value")
        with transaction.atomic():
            asked = shown_item(study.shown(candidate, token))
        asked.position = 1
        fill_in(page, asked, right_of(asked))
        # By keyboard: a pointer would rest on the next button, which then changes its color.
        page.get_by_role("button", name="Sure", exact=True).press("Enter")
        expect(page.locator(".outcome")).to_be_focused()
        expect(page.locator(".returns")).to_contain_text(re.compile(r"Comes back in \d+ days\."))
        if left == 2:
            assert findings(page) == []
            page.keyboard.press("Enter")
    page.get_by_role("link", name="Done for today").click()
    expect(page.locator("h1")).to_have_text("Done for today")
    days(1)
    page.goto(reverse("practice:choose", args=[exam.code]))
    expect(page.locator(".mode").first).to_contain_text("Nothing is due.")


def fill_in(page, item, response):
    """Give an answer by the plain controls."""
    name = f"q{item.position}"
    if item.version.type == "ordering":
        for rank, index in enumerate(response, 1):
            page.locator(f"#{name}-{index}").select_option(str(rank))
    elif item.version.type == "matching":
        for place, index in enumerate(response):
            page.locator(f"#{name}-{place}").select_option(str(index))
    else:
        for index in response if isinstance(response, list) else [response]:
            page.locator(f'[name="{name}"][value="{index}"]').check()
