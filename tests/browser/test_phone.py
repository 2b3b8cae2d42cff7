"""Every page at 320 px: nothing to scroll sideways, everything large enough for a finger."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams import services
from questions import services as questions
from questions.models import Task
from tests.browser.room import Room
from tests.browser.walks import WALKS
from tests.conftest import BANK

pytestmark = pytest.mark.nightly

PHONE = {"width": 320, "height": 640}
# What 1280 by 1024 becomes at a zoom of 400 %.
ZOOMED = {"width": 320, "height": 256}

# Names what is wider than the page; what scrolls in a box of its own is not.
TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const isBoxed = (one) =>
    one && (getComputedStyle(one).overflowX !== "visible" || isBoxed(one.parentElement));
  const isTooWide = (one) => one.getBoundingClientRect().right > width;
  const found = [...document.body.querySelectorAll("*")]
    .filter((one) => one.checkVisibility() && isTooWide(one) && !isBoxed(one.parentElement))
    .map((one) => one.outerHTML.slice(0, 120));
  return found.length ? found.slice(-3) : ["something"];
}
"""

# Names controls under 44 px either way. A link in a line of text is as high as the line; a field
# that its label wraps is as large as the label.
TOO_SMALL = """
() => {
  const controls = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary");
  const isInText = (one) =>
    one.matches("a") && getComputedStyle(one).display === "inline"
    && one.parentElement.innerText.trim() !== one.innerText.trim();
  const isShown = (one) =>
    one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !one.matches(".skip, .visually-hidden[aria-hidden]") && !one.disabled;
  return [...controls].filter(isShown).filter((one) => !isInText(one)).flatMap((one) => {
    const { width, height } = (one.closest("label") ?? one).getBoundingClientRect();
    const size = [Math.round(width), Math.round(height)];
    return Math.min(...size) >= 44 ? [] : [`${size}: ${one.outerHTML.slice(0, 120)}`];
  });
}
"""


@pytest.mark.parametrize("walk", WALKS)
def test_pages_fit_a_phone_a_finger_and_a_zoom_of_400_per_cent(walk, make_site):
    found = {}
    for name, page in walk(make_site(viewport=PHONE, has_touch=True)):
        page.wait_for_load_state()
        found[name] = page.evaluate(TOO_WIDE) + page.evaluate(TOO_SMALL)
        page.set_viewport_size(ZOOMED)
        found[f"{name}, zoomed"] = page.evaluate(TOO_WIDE)
        page.set_viewport_size(PHONE)
    assert len(found) > 8
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.fixture
def small_page(open_context, candidate):
    return open_context(candidate, viewport=PHONE).new_page()


def test_every_question_of_a_real_form_fits(small_page, candidate, live_server):
    exam = questions.load(BANK).exam
    room = Room(small_page, services.start(candidate, exam=exam))
    room.open()
    too_wide = {}
    for position in range(1, exam.item_count + 1):
        room.expect_position(position)
        too_wide[position] = small_page.evaluate(TOO_WIDE)
        small_page.keyboard.press("j")
    assert not {position: lines for position, lines in too_wide.items() if lines}


def test_every_note_fits(small_page, live_server):
    questions.load(BANK)
    too_wide = {}
    for task in Task.objects.select_related("domain__exam"):
        address = reverse("questions:task_notes", args=[task.domain.exam.code, task.number])
        small_page.goto(address)
        too_wide[task.number] = small_page.evaluate(TOO_WIDE)
    assert len(too_wide) == 14
    assert not {number: lines for number, lines in too_wide.items() if lines}


def test_the_bar_of_the_room_is_low(small_page, session, complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED", "status of 401")
    room = Room(small_page, session)
    room.open()
    bar = small_page.locator(".room-bar")
    assert bar.bounding_box()["height"] < 56
    small_page.context.set_offline(True)
    for position in range(1, 13):
        room.expect_position(position)
        room.flag()
        small_page.keyboard.press("j")
    expect(bar).to_contain_text("Offline: 12")
    expect(bar.get_by_text("12 of 12").last).to_be_visible()
    assert bar.bounding_box()["height"] < 56
    small_page.context.clear_cookies(name="sessionid")
    small_page.context.set_offline(False)
    expect(bar).to_contain_text("Signed out")
    assert bar.bounding_box()["height"] < 56
    expect(small_page.get_by_role("timer")).to_be_visible()


def test_the_state_of_saving_is_told_in_full_on_a_phone(small_page, session, complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED")
    room = Room(small_page, session)
    room.open()
    small_page.context.set_offline(True)
    room.flag()
    notice = small_page.locator("[data-notice]")
    expect(notice).to_contain_text("1 answer kept on this device, the clock keeps running")


def test_bars_do_not_eat_a_low_screen(open_context, candidate, session):
    page = open_context(candidate, viewport=ZOOMED).new_page()
    Room(page, session).open()
    for bar in (".room-bar", ".room-nav"):
        assert page.locator(bar).evaluate("(one) => getComputedStyle(one).position") == "static"


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}])
def test_the_room_stands_text_twice_as_large(open_context, candidate, session, size):
    page = open_context(candidate, viewport=size).new_page()
    room = Room(page, session)
    room.open()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    too_wide = {}
    for position in range(1, 13):
        room.expect_position(position)
        too_wide[position] = page.evaluate(TOO_WIDE)
        page.keyboard.press("j")
    assert not {position: lines for position, lines in too_wide.items() if lines}


def test_a_step_is_dragged_by_touch(open_context, candidate, session):
    """Dragging is one of three ways; the keyboard and the buttons are tested elsewhere."""
    page = open_context(candidate, viewport=PHONE, has_touch=True).new_page()
    room = Room(page, session)
    room.open()
    ordering = session.items.get(version__type="ordering").position
    room.jump(ordering)
    room.answer([0, 1])
    grip = room.question.locator('[data-used] .step[data-index="1"] .grip')
    first = room.question.locator('[data-used] .step[data-index="0"]')
    start, target = grip.bounding_box(), first.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 4, steps=5)
    page.mouse.up()
    assert room.response == [1, 0]
    room.expect_saved()
    assert room.stored(ordering).response == [1, 0]
