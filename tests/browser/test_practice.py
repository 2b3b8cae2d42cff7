"""From what a result says is weak to a practise set, by keyboard, and back to a better report."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams import services as exams
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.reports.weak_areas import report as reports
from tests.practice.conftest import answer_set, right_of, wrong_of
from tests.support.accessibility import findings
from tests.support.builders import wrong_response
from tests.support.sittings import answer_all

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
    expect(page.locator("h1")).to_have_text(re.compile(rf"^\s*Question {item.position} of "))
    expect(page.locator("h1")).to_be_focused()
    press_answer(page, item, right_of(item) if is_right else wrong_of(item))
    for _ in range(sureness):
        page.keyboard.press("u")
    if item.version.type == "matching":
        # A select keeps Enter for itself.
        page.locator("[data-check]").focus()
    page.keyboard.press("Enter")
    said = "Right" if is_right else "Not right"
    expect(page.locator("h1.outcome")).to_have_text(re.compile(rf"^\s*{said}"))
    expect(page.locator("h1.outcome")).to_be_focused()
    expect(page).to_have_title(re.compile(f": {said.lower()}, practice$"))
    expect(page.locator(".card .review")).to_contain_text("WHY-0")


def test_from_a_weak_area_to_a_set_and_a_report_that_moved(page, candidate, exam, reported):
    before = reported.weak_area_report.body
    page.goto(reverse("exams:result", args=[reported.pk]))
    expect(page.locator("#report .study")).to_be_visible()
    page.locator("#report .study li").first.get_by_role("button", name="Practise this").click()
    page.wait_for_url("**/practised/**")
    expect_ready(page)
    practised = PracticeSet.objects.of(candidate).get()
    items = list(practised.items.select_related("version").order_by("position"))
    assert 3 <= len(items) <= 5

    page.evaluate("window.isSamePage = true")
    for item in items:
        # Two times U is fairly sure.
        answer_by_keys(page, item, is_right=item.position != 2, sureness=2)
        if item.position == 1:
            assert findings(page) == []
        page.keyboard.press("j" if item.position % 2 else "Enter")
        if item is not items[-1]:
            assert page.evaluate("window.isSamePage")
            expect(page).to_have_url(re.compile(f"/{item.position + 1}/$"))

    page.wait_for_url(f"**{reverse('practice:summary', args=[practised.pk])}")
    expect(page.locator("main")).to_contain_text(f"{len(items) - 1} of {len(items)} right")
    expect(page.locator("main")).to_contain_text(
        f"Of {len(items)} you were fairly sure of, 1 was wrong."
    )
    assert findings(page) == []

    assert reports.compute_missing_practised() == 1
    page.goto(reverse("exams:result", args=[reported.pk]))
    expect(page.locator("#report .study")).to_be_visible()
    reported.weak_area_report.refresh_from_db()
    after = reported.weak_area_report.body
    new = sum(item.topic_id is not None for item in items)
    assert 0 < after["practised"] <= new
    assert after["answers"] == before["answers"] + after["practised"]
    expect(page.locator("#report")).to_contain_text(f"{after['practised']} of them in practice")


def test_what_is_missing_is_named_and_focused(page, candidate, exam, live_server, complaints):
    page.goto(reverse("practice:choose", args=[exam.code]))
    assert findings(page) == []
    page.get_by_role("button", name="Start with ten questions").click()
    page.wait_for_url("**/practised/**")
    expect_ready(page)
    complaints.allow("status of 422")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Say how sure you are.")
    expect(page).to_have_title(re.compile("^Error: "))
    assert findings(page) == []
    assert not PracticeItem.objects.answered().exists()


def test_a_set_is_gone_on_with_from_home_and_stopped(page, candidate, exam, reported):
    page.goto(reverse("home"))
    page.get_by_role("button", name=re.compile("^Practise this")).first.click()
    page.wait_for_url("**/practised/**")
    practised = PracticeSet.objects.of(candidate).get()
    answer_set(practised, candidate, count=2)
    page.goto(reverse("home"))
    expect(page.locator("main")).to_contain_text("2 of")
    page.get_by_role("link", name="Go on practising").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"^\s*Question 3 of"))
    page.get_by_role("button", name="Stop here").click()
    expect(page.locator("main")).to_contain_text("2 of 2 right")
    assert not PracticeSet.objects.open().exists()


def test_without_scripts_a_set_is_practised_from_start_to_end(
    open_context, candidate, exam, live_server
):
    page = open_context(candidate, java_script_enabled=False).new_page()
    page.goto(live_server.url + reverse("practice:choose", args=[exam.code]))
    page.get_by_label("How many questions").select_option("5")
    page.get_by_role("button", name="Start this set").click()
    practised = PracticeSet.objects.of(candidate).get()
    for item in practised.items.select_related("version").order_by("position"):
        fill_in(page, item, right_of(item))
        page.get_by_label("A guess").check()
        page.get_by_role("button", name="Check my answer").click()
        expect(page.locator("h1.outcome")).to_have_text(re.compile(r"^\s*Right"))
        page.locator("[data-next]").click()
    expect(page.locator("main")).to_contain_text("5 of 5 right")


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
