"""The whole exam by keyboard alone: every key does its one thing, and focus is where the eye is."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import ExamSession
from tests.browser.room import Room, keyed_items, position_of
from tests.support.builders import right_response

pytestmark = pytest.mark.nightly

# Whether the focused element, or what stands around it, has a ring.
HAS_RING = """
(element) => {
  const around = element.closest(".option, .flag-toggle");
  return [element, around].some((one) => {
    const { outlineStyle, outlineWidth } = one ? getComputedStyle(one) : {};
    return one && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
}
"""
FOCUSED = "*:focus"


def press(room, *keys):
    for key in keys:
        room.page.keyboard.press(key)


def tab_to(page, target, *, key="Tab", limit=60):
    """Press Tab until an element has focus; a person would give up some time, too."""
    for _ in range(limit):
        page.keyboard.press(key)
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{limit} presses of {key} do not lead to {target}")


def expect_heading_focused(room):
    expect(room.question.locator("h2")).to_be_focused()


# --- A sitting --------------------------------------------------------------------------------


def test_a_sitting_from_launch_to_result(page, exam, candidate):
    page.goto(reverse("exams:launch", args=[exam.code]))
    page.get_by_role("button", name="Start the exam").wait_for()
    tab_to(page, page.get_by_role("button", name="Start the exam"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/**")
    room = Room(page, ExamSession.objects.get(candidate=candidate))
    room.expect_ready()

    given = {}
    for position, item in keyed_items(room.session).items():
        room.expect_position(position)
        given[position] = right_response(item)
        answer_by_keyboard(room, given[position])
        assert room.response == given[position]
        # A select keeps the letters for itself; past the last question comes the review.
        press(room, "Control+ArrowRight" if item.version.type == "matching" else "j")
    room.expect_saved()
    assert dict(room.session.items.values_list("position", "response")) == given
    expect(page.locator("#review-title")).to_be_focused()
    tab_to(page, page.locator("[data-end]"))
    press(room, "Enter")
    expect(page.locator("[data-end-cancel]")).to_be_focused()
    press(room, "Tab", "Enter")
    room.expect_result()
    assert room.session.scores.get().scaled == 1000


def answer_by_keyboard(room, response):
    kind = room.question.get_attribute("data-type")
    if kind == "matching":
        for place, index in enumerate(response):
            tab_to(room.page, room.question.locator("select").nth(place))
            press(room, *["ArrowDown"] * (index + 1))
        return
    for index in response if isinstance(response, list) else [response]:
        press(room, "abcdefgh"[index])


# --- Ordering and matching --------------------------------------------------------------------


def order(room):
    steps = room.question.locator("[data-used] .step")
    return [int(step.get_attribute("data-index")) for step in steps.all()]


def test_steps_are_ordered_by_buttons_and_arrows(room):
    position = position_of(room.session, "ordering")
    room.go(position)
    for index in (0, 1, 2):
        add = room.question.locator(f'.step[data-index="{index}"] [data-move=add]')
        tab_to(room.page, add)
        press(room, "Enter")
        expect(
            room.question.locator(f'.step[data-index="{index}"] [data-move=remove]')
        ).to_be_focused()
    assert order(room) == [0, 1, 2]

    press(room, "Alt+ArrowUp")
    room.expect_told("now 2 of 3.")
    press(room, "Alt+ArrowUp")
    room.expect_told("now 1 of 3.")
    assert order(room) == [2, 0, 1]
    # Already first: focus hops to what can still be pressed, and nothing is lost.
    press(room, "Alt+ArrowUp")
    room.expect_told("is first already.")
    press(room, "Alt+ArrowDown")
    assert order(room) == [0, 2, 1]
    tab_to(room.page, room.question.locator('.step[data-index="2"] [data-move=remove]'))
    press(room, "Enter")
    room.expect_told("removed from your order.")
    assert order(room) == [0, 1]
    expect(room.page.locator(FOCUSED)).to_have_attribute("data-move", "add")
    room.expect_saved()
    assert room.stored(position).response == [0, 1]


def test_a_letter_adds_a_step_and_takes_it_back(room):
    room.go(position_of(room.session, "ordering"))
    press(room, "c", "a")
    assert order(room) == [2, 0]
    press(room, "c")
    assert order(room) == [0]


def test_a_full_order_takes_no_more(room):
    room.go(position_of(room.session, "ordering"))
    press(room, "a", "b", "c", "d")
    room.expect_told("Your order has 3 already. Remove one first.")
    assert order(room) == [0, 1, 2]


# --- Keys -------------------------------------------------------------------------------------


def test_letters_and_digits_choose(room):
    room.go(position_of(room.session, "multiple_choice"))
    press(room, "b")
    room.expect_told("Answer B chosen.")
    assert room.response == 1
    press(room, "4")
    room.expect_told("Answer D chosen.")
    assert room.response == 3
    press(room, "Shift+A")
    room.expect_told("Answer A ruled out.")
    assert room.struck == [0]
    press(room, "Shift+A")
    room.expect_told("Answer A restored.")
    assert room.struck == []


def test_in_forced_colors_the_chosen_option_has_a_ring(room):
    """Colors of the system leave no other sign of it."""
    room.page.emulate_media(forced_colors="active")
    room.go(position_of(room.session, "multiple_choice"))
    press(room, "b")
    room.expect_told("Answer B chosen.")
    options = room.question.locator(".option").all()
    rings = [each.evaluate("(one) => getComputedStyle(one).outlineStyle") for each in options]
    assert rings == ["none", "solid", *["none"] * (len(options) - 2)]


def test_a_letter_toggles_where_several_are_right(room):
    room.go(position_of(room.session, "multiple_response"))
    press(room, "a", "c", "e")
    room.expect_told("Choose only 2. Clear one first.")
    assert room.response == [0, 2]
    press(room, "c")
    room.expect_told("Answer C no longer chosen.")
    press(room, "e")
    assert room.response == [0, 4]


def test_no_letter_means_two_things(room):
    """F is an option where there is one, never the flag; beyond the options it does nothing."""
    room.go(position_of(room.session, "multiple_response"))
    press(room, "f", "h", "8")
    assert room.response is None
    assert not room.question.locator(".flag-toggle input").is_checked()


def test_j_k_m_r_t_and_escape_do_what_the_sheet_says(room):
    press(room, "j")
    room.expect_position(2)
    expect_heading_focused(room)
    press(room, "k")
    room.expect_position(1)
    expect_heading_focused(room)
    press(room, "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowLeft")
    room.expect_position(2)
    press(room, "m")
    room.expect_told("Flagged.")
    expect(room.question.locator(".flag-toggle input")).to_be_checked()
    press(room, "m")
    room.expect_told("Flag removed.")
    press(room, "r")
    expect(room.page.locator("#review-title")).to_be_focused()
    press(room, "Escape")
    room.expect_position(2)
    expect_heading_focused(room)
    press(room, "t")
    room.expect_told("minutes left, 12 questions unanswered.")


def test_the_sheet_opens_names_the_keys_and_gives_focus_back(room):
    tab_to(room.page, room.page.locator("[data-help]"))
    press(room, "Enter")
    sheet = room.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    for key in ("A", "J", "K", "M", "R", "T", "?"):
        expect(sheet.locator("kbd").get_by_text(key, exact=True).first).to_be_visible()
    press(room, "j")
    room.expect_position(1)
    press(room, "Escape")
    expect(sheet).to_be_hidden()
    expect(room.page.locator("[data-help]")).to_be_focused()


def test_single_keys_can_be_turned_off_for_good(room):
    sheet = room.page.get_by_role("dialog", name="Keys")
    press(room, "?")
    expect(sheet.get_by_label("Single keys are on")).to_be_focused()
    press(room, "Space", "Escape")
    room.go(position_of(room.session, "multiple_choice"))
    place = room.position
    press(room, "j", "m", "b", "2", "r", "t")
    room.expect_position(place)
    assert room.response is None
    assert not room.question.locator(".flag-toggle input").is_checked()
    room.reload()
    press(room, "j")
    room.expect_position(place)

    # The keys with Control go on, and the sheet turns the rest on again.
    press(room, "?")
    expect(sheet).to_be_visible()
    press(room, "Space", "Escape", "b")
    assert room.response == 1


def test_keys_are_left_to_fields_that_want_them(room):
    room.go(position_of(room.session, "matching"))
    place = room.position
    select = room.question.locator("select").first
    select.focus()
    press(room, "j", "k", "m", "r")
    room.expect_position(place)
    assert not room.question.locator(".flag-toggle input").is_checked()


def test_keys_with_alt_or_meta_are_the_browser_s(room):
    press(room, "Alt+j", "Meta+j", "Alt+r")
    room.expect_position(1)


# --- Focus ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["multiple_choice", "multiple_response", "ordering", "matching"])
def test_every_stop_shows_its_focus_and_none_is_a_trap(room, kind):
    room.go(position_of(room.session, kind))
    stops = []
    for _ in range(60):
        press(room, "Tab")
        focused = room.page.locator(FOCUSED)
        name = focused.evaluate("(one) => one.outerHTML") if focused.count() else "the browser"
        if name in stops:
            break
        stops.append(name)
        if name != "the browser":
            assert focused.evaluate(HAS_RING), name
            assert focused.evaluate("(one) => one.checkVisibility()"), name
    # All the way round, past the last button and back to where it began.
    assert len(stops) > 20
    assert name == stops[0]
    press(room, "Shift+Tab", "Shift+Tab")
    assert room.page.locator(FOCUSED).evaluate("(one) => one.outerHTML") == stops[-2]


def test_what_has_focus_is_not_under_the_bars(page, session):
    page.set_viewport_size({"width": 390, "height": 560})
    room = Room(page, session)
    room.open()
    press(room, "j")
    for _ in range(60):
        press(room, "Tab")
        if not room.page.locator(FOCUSED).count():
            break
        hidden = room.page.locator(FOCUSED).evaluate(
            """(element) => {
              const { left, top, width, height } = element.getBoundingClientRect();
              const inside = document.elementFromPoint(left + width / 2, top + height / 2);
              const bar = inside?.closest(".room-bar, .room-nav");
              return Boolean(bar) && !bar.contains(element) && element.outerHTML;
            }"""
        )
        assert not hidden


def test_skip_links_lead_to_question_buttons_and_list(page, session):
    room = Room(page, session)
    for number, place in (
        (1, room.question.locator("h2")),
        (2, page.locator("#room-nav")),
        (3, page.locator("#palette")),
    ):
        room.open()
        # The question has the focus after the start; the skip links stand before everything.
        page.locator(".skip").first.focus()
        press(room, *["Tab"] * (number - 1))
        expect(page.locator(FOCUSED)).to_have_class(re.compile("skip"))
        press(room, "Enter")
        expect(place).to_be_focused()


def test_enter_on_an_answer_ends_nothing(room):
    room.go(position_of(room.session, "multiple_choice"))
    press(room, "a", "Enter")
    room.expect_saved()
    expect(room.page.locator("#end-dialog")).to_be_hidden()
    room.session.refresh_from_db()
    assert room.session.is_open


def test_the_end_is_asked_for_and_can_be_left(room):
    press(room, "r")
    end = room.page.locator("[data-end]")
    tab_to(room.page, end)
    press(room, "Enter")
    dialog = room.page.get_by_role("dialog", name="End the exam?")
    expect(dialog).to_contain_text("12 questions not answered")
    press(room, "Escape")
    expect(dialog).to_be_hidden()
    expect(end).to_be_focused()
    press(room, "Enter", "Enter")
    expect(dialog).to_be_hidden()
    room.session.refresh_from_db()
    assert room.session.is_open
