"""Terms in reviews: chosen at the glossary, thought of, shown and rated, by hand and by keys."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.study.models import Card
from examapp.study.services import terms
from tests.support.accessibility import LOOKS, findings
from tests.support.builders import define_terms

pytestmark = pytest.mark.nightly


@pytest.fixture
def defined(live_server, exam):
    define_terms(exam, "Accuracy", "Bias", "Recall")
    return exam


def expect_term(page, name):
    heading = page.get_by_role("heading", level=2, name=name, exact=True)
    expect(heading).to_be_focused()
    expect(page.locator(".meaning")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS)
def test_from_the_glossary_to_the_last_term_by_keys(open_context, candidate, defined, look):
    page = open_context(candidate, viewport=LOOKS[look], color_scheme=look).new_page()
    page.goto(reverse("questions:glossary", args=[defined.code]))
    page.get_by_role("button", name="Review the terms").click()
    expect(page.get_by_role("button", name="Stop reviewing terms")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Terms are in your reviews from today.")
    assert not findings(page)
    page.goto(reverse("study:review", args=[defined.code]))
    expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
    expect_term(page, "Accuracy")
    expect(page.get_by_role("link", name="Show the meaning")).to_be_in_viewport()
    assert not findings(page)
    page.keyboard.press("Enter")
    expect(page.locator(".meaning")).to_be_focused()
    expect(page.locator(".meaning")).to_have_text("what Accuracy means.")
    shown_as = "one => getComputedStyle(one, '::first-letter').textTransform"
    assert page.locator(".meaning").evaluate(shown_as) == "uppercase"
    expect(page.get_by_role("button", name="Knew it")).to_be_in_viewport()
    assert not findings(page)
    page.keyboard.press("1")
    expect_term(page, "Bias")
    expect(page.locator("main")).to_contain_text("Not yet. Comes back tomorrow.")
    expect(page).to_have_title(re.compile("^Bias: "))
    page.keyboard.press("Enter")
    expect(page.locator(".meaning")).to_be_focused()
    page.keyboard.press("2")
    expect_term(page, "Recall")
    page.get_by_role("link", name="Show the meaning").click()
    page.get_by_role("button", name="Knew it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done for today")
    assert page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["width"]
    assert not findings(page)
    assert Card.objects.filter(turn=2).count() == 3


def test_without_scripts_a_term_is_shown_rated_and_undone(open_context, candidate, defined):
    terms.switch_on(candidate, defined)
    page = open_context(candidate, java_script_enabled=False).new_page()
    page.goto(reverse("study:review", args=[defined.code]))
    page.get_by_role("link", name="Show the meaning").click()
    expect(page.locator(".meaning")).to_have_text("what Accuracy means.")
    page.get_by_role("button", name="Did not know it").click()
    expect(page.get_by_role("heading", level=2, name="Bias")).to_be_visible()
    page.get_by_role("button", name="Undo the last answer").click()
    expect(page.get_by_role("heading", level=2, name="Accuracy")).to_be_visible()
    assert not Card.objects.exclude(last_on=None).exists()


def test_the_settings_switch_terms_off(open_context, candidate, defined):
    terms.switch_on(candidate, defined)
    page = open_context(candidate).new_page()
    page.goto(reverse("accounts:settings"))
    page.locator("#terms").get_by_role("button", name="Stop reviewing terms").click()
    page.wait_for_url("**/#terms")
    expect(page.locator("#terms").get_by_role("button", name="Review the terms")).to_be_visible()
    assert not findings(page)
