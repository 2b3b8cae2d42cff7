"""Home, settings and the landing page in a browser: short pages, the first step in sight."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from examapp.accounts.exam_dates import set_exam_date
from examapp.accounts.models import Preferences
from examapp.exams import services
from examapp.reports.weak_areas.report import compute
from examapp.study.models import Card
from examapp.study.services.sittings import take_up
from tests.support.builders import wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.nightly

DESKTOP, PHONE = (1280, 800), (390, 844)
# The highest that a page may be at that size.
HEIGHTS = {DESKTOP: 1400, PHONE: 2200}


@pytest.fixture
def learner(candidate, exam):
    """Ada with everything that home can show: due reviews, a topic, a mock, scores, a date."""
    set_exam_date(candidate, exam, timezone.localdate() + timedelta(days=23))
    for _ in range(3):
        session = services.start(candidate, exam=exam)
        answer_all(session, wrong_response)
        services.finish(session.pk)
        compute(session.pk)
        take_up(session.pk)
    Card.objects.update(due_on=timezone.localdate())
    return candidate


def assert_fits(page, size):
    """Assert that the page is short and that its one filled button is in sight and uncovered."""
    assert page.evaluate("document.documentElement.scrollHeight") <= HEIGHTS[size]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    (primary,) = page.locator("main .button.primary").all()
    box = primary.bounding_box()
    tabs = page.locator(".site-nav:not(.few)")
    bar = tabs.bounding_box() if tabs.count() and size == PHONE else None
    assert box["y"] + box["height"] <= (bar["y"] if bar else size[1])


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_home_is_short_and_its_first_step_in_sight(open_context, learner, exam, size, look):
    width, height = size
    context = open_context(learner, viewport={"width": width, "height": height}, color_scheme=look)
    page = context.new_page()
    page.goto(reverse("home"))
    expect(page.get_by_role("heading", name="due for review")).to_be_visible()
    assert_fits(page, size)
    page.get_by_role("link", name="Start the review").click()
    page.wait_for_url(f"**{reverse('study:review', args=[exam.code])}")


def test_counts_leave_the_bar_of_a_phone_in_line(open_context, learner):
    width, height = PHONE
    page = open_context(learner, viewport={"width": width, "height": height}).new_page()
    # The count that one page learned is shown from the next one on.
    page.goto(reverse("home"))
    page.goto(reverse("home"))
    expect(page.locator(".site-nav .count-dot")).to_have_count(2)
    icons = page.locator(".site-nav .icon").all()
    assert len({icon.bounding_box()["y"] for icon in icons}) == 1


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_landing_and_first_home_show_their_step(open_context, candidate, exam, size):
    width, height = size
    for person in (None, candidate):
        context = open_context(person, viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(reverse("home"))
        assert_fits(page, size)


def test_a_setting_saves_itself_and_the_look_changes_at_once(open_context, candidate, exam):
    page = open_context(candidate, color_scheme="light").new_page()
    page.goto(reverse("accounts:settings"))
    page.locator("#days").get_by_text("Tue").click()
    expect(page.locator("#days").get_by_role("status")).to_have_text("Saved")
    assert 1 not in Preferences.objects.get(user=candidate).study_days
    page.locator("#look").get_by_text("Dark").click()
    page.wait_for_selector("html[data-look=dark]")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(20, 19, 17)"


def test_the_places_are_reached_by_keyboard_and_the_menu_opens(open_context, candidate, exam):
    page = open_context(candidate).new_page()
    page.goto(reverse("home"))
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('accounts:settings')}")
