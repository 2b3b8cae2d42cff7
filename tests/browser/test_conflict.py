"""One question changed in two tabs, or on two devices: both answers are shown, none is lost."""

import pytest
from playwright.sync_api import expect

from examapp.exams.models import AnswerEvent
from tests.browser.room import ANSWERS, Room, position_of


@pytest.fixture(autouse=True)
def _expected_failures(complaints):
    complaints.allow("status of 409", "net::ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def position(session):
    return position_of(session, "multiple_choice")


@pytest.fixture
def rooms(room, position):
    """Two tabs at the same multiple-choice question, opened before either answers it."""
    other = Room(room.page.context.new_page(), room.session)
    other.open()
    for one in (room, other):
        one.go(position)
    return room, other


def banner(room):
    return room.question.get_by_role("group", name="Answer changed elsewhere")


def disagree(first, second):
    """Answer B here and C there, the later one without having seen the earlier."""
    first.answer(1)
    first.expect_saved()
    second.answer(2)
    expect(banner(second)).to_be_visible()


def test_a_stale_tab_is_told_and_shows_both_answers(rooms, position):
    first, second = rooms
    disagree(first, second)
    expect(banner(second)).to_contain_text("changed in another tab or on another device")
    here, there = banner(second).locator("dd").all()
    expect(here).to_have_text("C")
    expect(there).to_have_text("B")
    second.expect_told(f"Question {position} was changed in another tab or on another device.")
    assert first.stored(position).response == 1
    stale = AnswerEvent.objects.get(outcome="stale")
    assert stale.response == 2


def test_one_s_own_answer_can_be_kept(rooms, position):
    first, second = rooms
    disagree(first, second)
    banner(second).get_by_role("button", name="Keep mine").click()
    expect(banner(second)).to_have_count(0)
    expect(second.question.locator("h2")).to_be_focused()
    second.expect_saved()
    assert second.response == 2
    assert first.stored(position).response == 2


def test_the_other_answer_can_be_kept(rooms, position):
    first, second = rooms
    disagree(first, second)
    banner(second).get_by_role("button", name="Keep the other").click()
    expect(banner(second)).to_have_count(0)
    assert second.response == 1
    assert first.stored(position).response == 1
    second.answer(3)
    second.expect_saved()
    assert first.stored(position).response == 3


def test_a_new_choice_settles_it_too(rooms, position):
    first, second = rooms
    disagree(first, second)
    second.answer(0)
    expect(banner(second)).to_have_count(0)
    second.expect_saved()
    assert first.stored(position).response == 0


def test_both_answers_stay_in_the_log(rooms, position):
    first, second = rooms
    disagree(first, second)
    banner(second).get_by_role("button", name="Keep mine").click()
    second.expect_saved()
    events = AnswerEvent.objects.order_by("pk").values_list("response", "outcome")
    assert list(events) == [(1, "saved"), (2, "stale"), (2, "saved")]


def test_the_same_answer_twice_is_no_conflict(rooms, position):
    first, second = rooms
    first.answer(1)
    first.expect_saved()
    with second.page.expect_response(ANSWERS) as reply:
        second.answer(1)
    assert reply.value.status == 409
    second.expect_saved()
    expect(banner(second)).to_have_count(0)


def test_a_flag_that_differs_is_named(rooms, position):
    first, second = rooms
    first.flag()
    first.expect_saved()
    second.rule_out(0)
    expect(banner(second)).to_be_visible()
    here, there = banner(second).locator("dd").all()
    expect(here).to_have_text("no answer, A ruled out")
    expect(there).to_have_text("no answer, flagged")


def test_a_device_back_from_offline_overwrites_nothing(rooms, open_context, candidate, position):
    room, _ = rooms
    room.page.context.set_offline(True)
    room.answer(2)
    room.expect_state("offline", "1 answer kept")
    device = Room(open_context(candidate).new_page(), room.session)
    device.open()
    device.go(position)
    device.answer(1)
    device.expect_saved()

    room.page.context.set_offline(False)

    expect(banner(room)).to_be_visible()
    assert room.stored(position).response == 1
    banner(room).get_by_role("button", name="Keep mine").click()
    room.expect_saved()
    assert room.stored(position).response == 2


def test_other_questions_are_not_held_up(rooms, position):
    first, second = rooms
    disagree(first, second)
    later = position_of(second.session, "multiple_choice", nth=1)
    second.go(later)
    second.answer(3)
    second.expect_saved()
    assert second.stored(later).response == 3
    second.go(position)
    expect(banner(second)).to_be_visible()


def test_a_conflict_survives_a_reload_until_it_is_settled(rooms, position):
    first, second = rooms
    disagree(first, second)

    second.reload()

    expect(banner(second)).to_be_visible()
    assert second.response == 2
    banner(second).get_by_role("button", name="Keep mine").click()
    second.expect_saved()
    assert first.stored(position).response == 2
    second.reload()
    expect(second.page.locator("[data-save-state]")).to_contain_text("Saved")
    expect(banner(second)).to_have_count(0)


def test_a_conflict_settled_for_the_other_answer_does_not_come_back(rooms):
    first, second = rooms
    disagree(first, second)
    banner(second).get_by_role("button", name="Keep the other").click()
    requests = []
    second.page.on("request", lambda request: requests.append(request.url))
    second.reload()
    assert second.response == 1
    assert not [url for url in requests if ANSWERS.search(url)]


def test_an_open_conflict_is_named_before_the_end(rooms, position):
    first, second = rooms
    disagree(first, second)
    second.ask_for_the_end()
    facts = second.page.locator("[data-end-facts]")
    expect(facts).to_contain_text(f"1 question changed in two places: {position}.")
