"""The sign-in runs out in mid exam: it is said, put right in place, and nothing is lost."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import AnswerEvent
from tests.browser.conftest import sign_in
from tests.browser.room import keyed_items, position_of, set_time_left
from tests.support.accessibility import findings
from tests.support.builders import PASSWORD, right_response

pytestmark = pytest.mark.usefixtures("_expected_failures")


@pytest.fixture
def _expected_failures(complaints):
    complaints.allow("status of 40[0134]")


def sign_out():
    """The server forgets every sign-in, as it does once they have run out."""
    Session.objects.all().delete()


def answer_two(room):
    items = keyed_items(room.session)
    given = {position: right_response(items[position]) for position in (1, 2)}
    for position, response in given.items():
        room.go(position)
        room.answer(response)
    return given


def bar(room):
    return room.page.get_by_role("group", name="Signed out")


def dialog(room):
    return room.page.get_by_role("dialog", name="Sign in again")


def open_dialog(room):
    bar(room).get_by_role("button", name="Sign in again").click()
    expect(dialog(room).get_by_label("Password")).to_be_focused()


def fill_in(room, password=PASSWORD):
    dialog(room).get_by_label("Password").fill(password)
    dialog(room).get_by_role("button", name="Sign in").click()


def assert_stored(room, given):
    assert {position: room.stored(position).response for position in given} == given


def test_one_signs_in_again_in_the_room_and_goes_on(room):
    expect(bar(room)).to_be_hidden()
    sign_out()
    given = answer_two(room)
    room.expect_state("signed-out", "Signed out: 2 answers kept on this device")
    room.expect_told("You are signed out. Sign in again here")
    expect(bar(room)).to_contain_text("2 answers kept on this device and sent once")
    assert not AnswerEvent.objects.exists()

    open_dialog(room)
    fill_in(room)

    room.expect_saved()
    expect(dialog(room)).to_be_hidden()
    expect(bar(room)).to_be_hidden()
    room.expect_told("You are signed in again.")
    assert_stored(room, given)
    # The token against forged forms is a new one, and works: for saves and for the end.
    room.go(3)
    room.flag()
    room.expect_saved()
    assert room.stored(3).flagged
    room.end()


@pytest.mark.nightly
def test_without_any_cookie_it_works_as_well(room):
    room.page.context.clear_cookies()
    given = answer_two(room)
    open_dialog(room)
    fill_in(room)
    room.expect_saved()
    assert_stored(room, given)


@pytest.mark.nightly
def test_a_wrong_password_is_said_and_can_be_mended(room):
    sign_out()
    room.flag()
    open_dialog(room)
    fill_in(room, "not-the-word")
    expect(dialog(room).get_by_role("alert")).to_contain_text("password you specified")
    expect(dialog(room).get_by_label("Password")).to_have_value("")
    expect(dialog(room).get_by_label("Password")).to_be_focused()
    fill_in(room)
    room.expect_saved()
    assert room.stored(1).flagged


@pytest.mark.nightly
def test_keys_of_the_room_do_nothing_while_a_password_is_typed(room):
    position = position_of(room.session, "multiple_choice")
    room.go(position)
    sign_out()
    room.flag()
    open_dialog(room)
    room.page.keyboard.type("abcdjkmr123")
    expect(dialog(room).get_by_label("Password")).to_have_value("abcdjkmr123")
    dialog(room).get_by_role("button", name="Not now").click()
    room.expect_position(position)
    assert room.response is None
    expect(bar(room)).to_be_visible()


def test_an_end_asked_for_while_signed_out_waits_for_the_sign_in(room):
    sign_out()
    given = answer_two(room)
    room.expect_state("signed-out", "2 answers kept")
    room.ask_for_the_end()
    room.page.locator("[data-end-confirm]").click()
    expect(dialog(room)).to_be_visible()
    fill_in(room)
    room.expect_saved()
    facts = room.page.locator("[data-end-progress]")
    expect(facts).to_contain_text("the exam has not ended")
    room.page.locator("[data-end-confirm]").click()
    room.expect_result()
    assert_stored(room, given)
    room.session.refresh_from_db()
    assert room.session.scores.count() == 1


def test_time_that_runs_out_while_signed_out_costs_no_answer(open_room):
    room = open_room(60)
    sign_out()
    given = answer_two(room)
    room.expect_state("signed-out", "2 answers kept")

    room.page.clock.run_for(61_000)

    expect(room.page.get_by_role("heading", name="Time is up")).to_be_visible()
    expect(room.page.locator("[data-ended-text]")).to_contain_text("You are signed out")
    expect(dialog(room)).to_be_visible()
    # The page's clock ran ahead; now the true one is where the page's was.
    set_time_left(room.session, -2)
    fill_in(room)
    expect(dialog(room)).to_be_hidden()
    room.page.clock.run_for(6_000)
    room.expect_result()
    assert_stored(room, given)


def test_another_account_in_the_browser_gets_none_of_it(room, outsider, live_server):
    sign_out()
    room.flag()
    room.expect_state("signed-out", "1 answer kept")
    sign_in(room.page.context, outsider, live_server.url)
    open_dialog(room)
    fill_in(room)
    expect(dialog(room).get_by_role("alert")).to_contain_text("Another account is signed in")
    assert not AnswerEvent.objects.exists()


def test_another_account_that_comes_while_the_end_is_on_its_way_is_told_of(
    room, candidate, outsider, live_server
):
    def come_between(route):
        sign_in(room.page.context, outsider, live_server.url)
        route.continue_()

    room.page.route("**/finish/", come_between, times=1)
    room.ask_for_the_end()
    room.page.locator("[data-end-confirm]").click()
    expect(room.page.locator("[data-end-progress]")).to_contain_text("You are signed out")
    expect(dialog(room)).to_be_visible()
    sign_in(room.page.context, candidate, live_server.url)
    room.expect_result()


@pytest.mark.nightly
def test_the_bar_and_the_dialog_are_accessible(room):
    sign_out()
    room.flag()
    expect(bar(room)).to_be_visible()
    for scheme, size in (("light", (1280, 800)), ("dark", (390, 844))):
        room.page.emulate_media(color_scheme=scheme)
        room.page.set_viewport_size({"width": size[0], "height": size[1]})
        assert not findings(room.page)
    open_dialog(room)
    assert not findings(room.page)
    email = dialog(room).get_by_label("Email")
    expect(email).to_have_value(room.session.candidate.email)
    expect(email).not_to_be_editable()
    assert reverse("account_login") in dialog(room).locator("form").get_attribute("action")
