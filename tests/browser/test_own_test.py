"""A test of one's own choice by the clock: chosen, told what fits, answered, gone through after."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import ClockTimestamp
from examapp.practice.models import PracticeSet
from tests.browser.looks import LOOKS, assert_sound, look
from tests.browser.room import answer
from tests.practice.conftest import right_of, wrong_of

pytestmark = pytest.mark.nightly

# Questions of a domain of the exam: fewer than the twenty that are asked for.
FITTING = 10


def choose(page, exam, *, length):
    """Choose the second domain, so many questions, and the clock."""
    page.goto(reverse("practice:choose", args=[exam.code]))
    form = page.locator("#own-test")
    for wanted in (str(exam.domains.get(number=2)), str(length), "At the end, on time"):
        # What fits is counted at each choice; one that comes too soon ends the count before it.
        with page.expect_response(re.compile(reverse("practice:count", args=[exam.code]))):
            form.get_by_text(wanted, exact=True).first.click()


def start(page):
    """Start the test; return its items in order."""
    page.get_by_role("button", name="Start the test").click()
    page.wait_for_url("**/practised/**")
    started = PracticeSet.objects.open().get()
    items = started.items.select_related("version__question", "topic__task__domain")
    return started, list(items.order_by("position"))


def give(page, item, total, *, respond=right_of, sureness="Sure"):
    expect(page.locator("#asked-title")).to_be_focused()
    expect(page.locator("h1")).to_have_text(f"{item.position} of {total}")
    expect(page.locator(".focus-bar")).to_contain_text(re.compile(r"Until \d\d:\d\d"))
    expect(page.get_by_role("timer", name="Time left")).to_have_text(re.compile(r"\d+ min|\d:\d\d"))
    answer(page.locator("[data-type]"), respond(item))
    # By keyboard: a pointer would rest on the next button, which then changes its color.
    page.get_by_role("button", name=sureness, exact=True).press("Enter")


@look
def test_a_test_by_the_clock_is_told_of_before_and_gone_through_after(
    open_context, candidate, exam, look
):
    page = open_context(candidate, **LOOKS[look]).new_page()
    choose(page, exam, length=20)
    told = page.locator("#available")
    expect(told).to_have_text("Only 10 questions fit: the test will have 10.")
    assert not PracticeSet.objects.exists()
    expect(page.locator("#own-test [type=submit]")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    assert_sound(page, first=page.get_by_role("button", name="Start with 10"))
    started, items = start(page)
    allowed = timedelta(minutes=exam.minutes) * FITTING / exam.item_count
    assert (len(items), started.deadline_at - started.started_at) == (FITTING, allowed)
    assert {item.topic.task.domain.number for item in items} == {2}

    for item in items:
        if item.position in (1, 2):
            assert_sound(page, first=page.get_by_role("button", name="Sure", exact=True))
        respond = wrong_of if item.position % 3 == 0 else right_of
        give(page, item, FITTING, respond=respond)
        # As in the exam: nothing is told before the end.
        expect(page.locator(".outcome, .review")).to_have_count(0)
        if item.position == 2:
            expect(page.locator("h1")).to_have_text(f"3 of {FITTING}")
            page.get_by_role("link", name="Leave; what you answered is kept").click()
            expect(page.locator("main")).to_contain_text("2 of 10 answered.")
            assert_sound(page, first=page.get_by_role("link", name="Continue"))
            page.get_by_role("link", name="Continue").click()

    page.wait_for_url(f"**{reverse('practice:summary', args=[started.pk])}")
    expect(page.locator("main")).to_contain_text("7 of 10 right")
    assert_sound(page, first=page.get_by_role("link", name="Practice more"))
    for item in items:
        page.locator(f"main ol a >> nth={item.position - 1}").click()
        outcome = "Not this time" if item.position % 3 == 0 else "Right"
        expect(page.locator(".outcome h2")).to_have_text(outcome)
        expect(page.locator(".review")).to_contain_text(f"of {item.version.question.ref}")
        back = page.get_by_role("link", name="See the summary")
        if item.position in (1, 3):
            assert_sound(page, first=back)
        back.click()


@look
def test_a_test_whose_time_is_over_ends_with_what_was_answered(open_context, candidate, exam, look):
    page = open_context(candidate, **LOOKS[look]).new_page()
    choose(page, exam, length=5)
    expect(page.locator("#available")).to_have_text("10 questions to draw from")
    started, items = start(page)
    give(page, items[0], 5)
    expect(page.locator("h1")).to_have_text("2 of 5")
    PracticeSet.objects.update(deadline_at=ClockTimestamp() - timedelta(minutes=5))
    give(page, items[1], 5)
    page.wait_for_url(f"**{reverse('practice:summary', args=[started.pk])}")
    expect(page.locator("main")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("1 of 1 right")
    expect(page.locator("main ol li")).to_have_count(5)
    assert_sound(page, first=page.get_by_role("link", name="Practice more"))


@look
def test_the_clock_of_a_test_counts_down_and_ends_it(open_context, candidate, exam, look):
    page = open_context(candidate, **LOOKS[look]).new_page()
    choose(page, exam, length=5)
    started, items = start(page)
    give(page, items[0], 5)
    expect(page.locator("h1")).to_have_text("2 of 5")
    # The page has come before its last minute begins.
    PracticeSet.objects.update(deadline_at=ClockTimestamp() + timedelta(seconds=75))
    page.reload()
    clock = page.get_by_role("timer", name="Time left")
    expect(clock).to_have_text(re.compile(r"1:[01]\d"))
    expect(page.locator(".clock")).to_have_attribute("data-near", "true")
    assert_sound(page, first=clock)
    expect(page.locator("#live")).to_have_text("1 minute left.", timeout=30_000)
    PracticeSet.objects.update(deadline_at=ClockTimestamp() + timedelta(seconds=2))
    page.reload(wait_until="commit")
    page.wait_for_url(f"**{reverse('practice:summary', args=[started.pk])}")
    expect(page.locator("main")).to_contain_text("1 of 1 right")
    assert PracticeSet.objects.get().ended_at


def test_a_test_ends_by_its_clock_once_the_network_is_back(
    open_context, candidate, exam, complaints
):
    """What was chosen stays on the screen; a form sent to nobody would put an error there."""
    page = open_context(candidate).new_page()
    choose(page, exam, length=5)
    started, _ = start(page)
    PracticeSet.objects.update(deadline_at=ClockTimestamp() + timedelta(seconds=20))
    page.reload()
    clock = page.get_by_role("timer", name="Time left")
    expect(clock).to_have_text(re.compile(r"0:[01]\d"))
    # The worker of offline pages looks for a newer one.
    complaints.allow("occurred when fetching the script", "net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    expect(clock).to_have_text("0:00", timeout=30_000)
    # Several beats of the clock.
    page.wait_for_timeout(1500)
    expect(page.locator("#asked-title")).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_url(f"**{reverse('practice:summary', args=[started.pk])}")
