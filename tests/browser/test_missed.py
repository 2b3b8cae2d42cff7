"""The main walk after an exam: its result, exactly what was missed, the answers one by one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams import services
from examapp.exams.services import exam_forms
from examapp.practice.models import PracticeSet
from examapp.reports.weak_areas import report as reports
from tests.browser.looks import LOOKS, assert_sound, look
from tests.support.accessibility import findings
from tests.support.builders import right_response, wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.nightly

# The highest that a result may be at that look.
HEIGHTS = {"desktop": 1800, "phone": 3200}


@pytest.fixture
def sat(candidate, exam, instructor):
    """A mock exam with every third question wrong, its estimate ready."""
    places = exam_forms.generate(exam)
    form = exam_forms.publish(exam, title="Mock exam 1", places=places, by=instructor)
    session = services.start(candidate, exam=exam, form=form)
    answer_all(
        session, lambda item: (wrong_response if item.position % 3 == 0 else right_response)(item)
    )
    services.finish(session.pk)
    reports.compute(session.pk)
    return session


@look
def test_a_mock_exam_leads_to_practice_of_exactly_what_was_missed(
    open_context, candidate, sat, look
):
    page = open_context(candidate, **LOOKS[look]).new_page()
    page.goto(reverse("exams:result", args=[sat.pk]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mock exam 1")
    expect(page.get_by_role("heading", level=1)).not_to_be_focused()
    page.goto(
        reverse("exams:result", args=[sat.pk]),
        referer=page.url.replace("/result/", "/"),
    )
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    step = page.get_by_role("button", name="Practice the 4 you missed").first
    assert page.evaluate("document.documentElement.scrollHeight") <= HEIGHTS[look]
    assert_sound(page, first=step)
    step.click()
    page.wait_for_url("**/practised/**")
    practiced = PracticeSet.objects.get()
    asked = practiced.items.order_by("position").values_list("version__question", flat=True)
    missed = sat.items.exclude(credit=1).order_by("position")
    assert list(asked) == list(missed.values_list("version__question", flat=True))


def test_keys_walk_through_the_missed_answers(page, sat):
    page.goto(reverse("exams:review", args=[sat.pk]))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Question 3")
    page.keyboard.press("j")
    expect(heading).to_contain_text("Question 6")
    page.keyboard.press("k")
    expect(heading).to_contain_text("Question 3")
    expect(page.locator(".pc.miss")).to_have_count(4)
    assert not findings(page)


def test_the_room_keeps_size_and_highlight_and_names_every_question(page, candidate, exam):
    session = services.start(candidate, exam=exam)
    address = reverse("exams:room", args=[session.pk])
    page.goto(address)
    ready = page.locator("html[data-room-ready]")
    ready.wait_for()
    expect(page.locator(".question.is-current h2")).to_be_focused()
    page.get_by_label("Size of the text").first.click()
    page.locator("[data-text-size='3']").click()
    select = "(stem) => getSelection().selectAllChildren(stem)"
    page.locator(".is-current .stem").evaluate(select)
    page.locator(".is-current [data-highlight]").click()
    page.reload()
    ready.wait_for()
    assert page.evaluate("document.documentElement.dataset.size") == "3"
    assert page.evaluate("CSS.highlights.get('kept-words').size") == 1


def test_a_held_key_does_its_work_once(page, candidate, exam):
    session = services.start(candidate, exam=exam)
    page.goto(reverse("exams:room", args=[session.pk]))
    page.locator("html[data-room-ready]").wait_for()
    page.keyboard.down("j")
    for _ in range(5):
        page.keyboard.down("j")
    page.keyboard.up("j")
    expect(page.locator(".question.is-current")).to_have_attribute("data-position", "2")


def test_on_a_phone_the_palette_is_a_drawer(page, candidate, exam):
    page.set_viewport_size({"width": 390, "height": 844})
    session = services.start(candidate, exam=exam)
    page.goto(reverse("exams:room", args=[session.pk]))
    page.locator("html[data-room-ready]").wait_for()
    expect(page.locator("#palette")).to_be_hidden()
    page.locator(".palette-opener").click()
    expect(page.locator("#palette")).to_be_visible()
    page.locator('[data-cell="7"]').click()
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator(".question.is-current")).to_have_attribute("data-position", "7")
