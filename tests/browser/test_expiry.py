"""The end of the time: told ahead, in force by itself, and said on the result."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import AnswerEvent
from examapp.exams.services import extend
from tests.browser.room import ANSWERS, Room, keyed_items, set_time_left
from tests.support.builders import make_user, right_response


def clock(room):
    return room.page.get_by_role("timer")


def test_when_time_is_up_the_exam_ends_by_itself_with_every_answer(page, session):
    room = Room(page, session)
    room.open()
    item = keyed_items(session)[1]
    room.answer(right_response(item))
    room.expect_saved()
    passed, held = [], []

    def hold_all_but_one(route):
        if passed:
            return held.append(route)
        passed.append(route)
        return route.continue_()

    page.route(ANSWERS, hold_all_but_one)
    set_time_left(session, 5)
    # With its answer the room learns how little is left.
    room.flag()

    expect(page.get_by_role("heading", name="Time is up")).to_be_focused(timeout=30_000)
    expect(page.get_by_role("alert")).to_have_text("Your saved answers are being scored.")
    held[0].continue_()
    room.expect_result()

    expect(page.get_by_text("Time ran out and the exam ended by itself.")).to_be_visible()
    session.refresh_from_db()
    assert (session.status, session.finish_reason) == ("finished", "expired")
    assert session.finished_at == session.deadline_at
    assert session.scores.count() == 1
    assert room.stored(1).credit == 1


def test_when_time_is_up_nothing_can_be_changed(open_room, complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED")
    room = open_room(60)
    room.page.context.set_offline(True)

    room.page.clock.run_for(61_000)

    title = room.page.get_by_role("heading", name="Time is up")
    expect(title).to_be_focused()
    expect(room.page.get_by_role("alert")).to_contain_text("Your saved answers are safe")
    expect(room.page.locator("#room-nav")).to_be_hidden()
    expect(room.page.locator("#palette")).to_be_hidden()
    assert room.page.locator(".question :is(input, select, button):enabled").count() == 0
    for key in "a1mjr":
        room.page.keyboard.press(key)
    expect(title).to_be_focused()


def test_an_answer_of_the_last_minute_without_a_network_still_counts(open_room, complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED")
    room = open_room(60)
    context = room.page.context
    item = keyed_items(room.session)[1]
    context.set_offline(True)
    room.answer(right_response(item))
    room.expect_state("offline", "1 answer kept")

    room.page.clock.run_for(72_000)
    panel = room.page.locator("#time-up")
    expect(panel).to_contain_text("The server cannot be reached, trying again.")
    expect(panel).to_contain_text("1 answer kept on this device")
    expect(panel).to_contain_text("counts if it reaches us within 30 seconds of the end")
    # The page's clock ran ahead; now the true one is where the page's was.
    set_time_left(room.session, -12)
    context.set_offline(False)
    room.page.clock.run_for(6_000)

    room.expect_result()
    assert room.stored(1).credit == 1


def test_an_answer_after_the_grace_is_kept_and_does_not_count(open_room, complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED", "status of 409")
    room = open_room(60)
    context = room.page.context
    item = keyed_items(room.session)[1]
    context.set_offline(True)
    room.answer(right_response(item))
    room.expect_state("offline", "1 answer kept")
    room.page.clock.run_for(72_000)
    expect(room.page.locator("#time-up")).to_contain_text("trying again")

    set_time_left(room.session, -35)
    context.set_offline(False)
    room.page.clock.run_for(6_000)

    room.expect_result()
    expect(room.page.get_by_text("1 answer reached us after the end.")).to_be_visible()
    assert room.stored(1).credit == 0
    assert AnswerEvent.objects.filter(outcome="late").exists()


def test_a_room_opened_after_the_end_leads_to_the_result(page, session):
    set_time_left(session, -31)
    page.goto(reverse("exams:room", args=[session.pk]))
    Room(page, session).expect_result()
    expect(page.get_by_text("Time ran out and the exam ended by itself.")).to_be_visible()


@pytest.mark.nightly
def test_the_time_left_is_told_at_10_5_and_1_minutes(open_room):
    room = open_room(11 * 60)
    expect(clock(room)).to_have_text("11 min")
    notice = room.page.locator("[data-notice]")
    for left, mark in ((600, "10 minutes"), (300, "5 minutes"), (60, "1 minute")):
        words = f"{mark} left, 12 questions unanswered."
        # After 45 seconds of silence the room asks the server what is left.
        set_time_left(room.session, left)
        room.page.clock.run_for(46_000)
        room.expect_told(words)
        expect(notice).to_have_text(words)


def answer_without_a_clock(page):
    """Answer the room's questions for the clock without one: the server's own was not moved on."""
    page.route(ANSWERS, lambda route: route.fulfill(json={"state": "open", "saved": []}))


@pytest.mark.nightly
def test_a_warning_goes_by_itself_and_moves_nothing(open_room):
    room = open_room(10 * 60 + 55)
    before = room.question.bounding_box()
    answer_without_a_clock(room.page)
    room.page.clock.run_for(56_000)
    notice = room.page.locator("[data-notice] p")
    expect(notice).to_be_visible()
    assert room.question.bounding_box() == before
    room.page.clock.run_for(21_000)
    expect(notice).to_have_count(0)


@pytest.mark.nightly
def test_the_clock_shows_minutes_and_seconds_only_in_the_last_five(open_room):
    room = open_room(5 * 60 + 55)
    expect(clock(room)).to_have_text("6 min")
    set_time_left(room.session, 4 * 60 + 55)
    room.page.clock.run_for(60_000)
    expect(clock(room)).to_have_text(re.compile(r"^\s*4:\d\d\s*$"))


@pytest.mark.nightly
def test_the_time_can_be_hidden_until_the_last_five_minutes(open_room):
    room = open_room(20 * 60)
    button = room.page.locator("[data-clock-toggle]")
    button.click()
    expect(clock(room)).to_have_text("hidden")
    room.reload()
    expect(clock(room)).to_have_text("hidden")
    button.click()
    expect(clock(room)).to_contain_text("min")
    button.click()

    answer_without_a_clock(room.page)
    room.page.clock.run_for(15 * 60_000 + 5_000)

    expect(clock(room)).to_contain_text("4:")
    expect(button).to_be_disabled()


def test_the_server_s_clock_is_the_only_clock(page, session):
    """A device whose clock is a day wrong shows the same time left."""
    set_time_left(session, 20 * 60 + 55)
    page.clock.install(time="2020-02-29T12:00:00")
    room = Room(page, session)
    room.open()
    expect(clock(room)).to_have_text("21 min")


def test_a_deadline_that_was_moved_is_learnt_with_the_next_save(open_room):
    room = open_room(10 * 60 + 30)
    set_time_left(room.session, 20 * 60 + 55)
    room.flag()
    expect(clock(room)).to_have_text("21 min")


def test_an_exam_that_was_ended_elsewhere_says_so(room, complaints):
    complaints.allow("status of 409")
    second = Room(room.page.context.new_page(), room.session)
    second.open()
    second.end()

    room.flag()

    expect(room.page.get_by_role("heading", name="This exam has ended")).to_be_visible()
    room.page.get_by_role("link", name="See the result").click()
    room.expect_result()


def test_more_time_is_told_to_one_who_does_nothing_and_the_exam_goes_on(open_room):
    """The room asks when the time is over, hears of more, and the old end passes."""
    room = open_room(40)
    teacher = make_user(role="instructor")
    extend([room.session.pk], minutes=10, reason="Fire drill", by=teacher)
    room.page.clock.run_for(40_300)
    expect(room.page.get_by_text("You were given 10 more minutes.").last).to_be_visible()
    room.page.clock.run_for(10_000)
    expect(room.page.get_by_role("heading", name="Time is up")).to_be_hidden()
    expect(clock(room)).to_contain_text(re.compile("1[01] min"))


def test_the_room_asks_for_the_clock_by_itself(open_room):
    room = open_room(600)
    teacher = make_user(role="instructor")
    extend([room.session.pk], minutes=10, reason="", by=teacher)
    room.page.clock.run_for(46_000)
    expect(room.page.get_by_text("You were given 10 more minutes.").last).to_be_visible()
