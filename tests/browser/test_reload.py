"""What a reload, a second tab and a closed tab leave of a sitting."""

import pytest
from playwright.sync_api import expect

from examapp.exams.models import AnswerEvent
from tests.browser.room import ANSWERS, Room, keyed_items, position_of, responses_on
from tests.support.builders import right_response

TYPES = ("multiple_choice", "multiple_response", "ordering", "matching")


def answer_each_type(room):
    """Answer a question of each type; return what was answered, by position."""
    items = keyed_items(room.session)
    answered = {}
    for kind in TYPES:
        position = position_of(room.session, kind)
        answered[position] = right_response(items[position])
        room.go(position)
        room.answer(answered[position])
    return answered


def test_a_reload_returns_to_the_same_question_with_everything_as_it_was(room):
    answered = answer_each_type(room)
    position = position_of(room.session, "multiple_choice", nth=3)
    room.go(position)
    room.flag()
    room.rule_out(1)
    room.rule_out(3)
    room.expect_saved()

    room.reload()

    room.expect_position(position)
    assert room.struck == [1, 3]
    expect(room.question.get_by_text("Flagged")).to_be_visible()
    assert responses_on(room.page) == answered


def test_a_second_tab_shows_the_same_answers(room):
    answered = answer_each_type(room)
    room.expect_saved()
    place = room.position

    second = Room(room.page.context.new_page(), room.session)
    second.open()

    second.expect_position(place)
    assert responses_on(second.page) == answered


def test_two_tabs_are_told_of_each_other_and_one_alone_is_not(room):
    notice = room.page.locator("[data-notice]")
    room.reload()
    expect(notice).to_be_empty()

    second = Room(room.page.context.new_page(), room.session)
    second.open()

    for page in (room.page, second.page):
        expect(page.locator("[data-notice]")).to_contain_text("also open in another tab")
    second.page.close()
    room.reload()
    expect(notice).to_be_empty()


def test_a_browser_that_knows_no_channel_between_tabs_has_a_room_all_the_same(room):
    room.page.add_init_script("delete window.BroadcastChannel")
    room.reload()
    answer_each_type(room)
    room.expect_saved()


def test_another_device_shows_the_same_answers(room, open_context, candidate):
    answered = answer_each_type(room)
    room.expect_saved()

    other = Room(open_context(candidate).new_page(), room.session)
    other.open()

    assert responses_on(other.page) == answered


def test_answers_the_server_never_got_survive_a_reload(room, complaints):
    complaints.allow("Failed to load resource: net::ERR_FAILED")
    room.page.route(ANSWERS, lambda route: route.abort())
    answered = answer_each_type(room)
    room.flag()
    room.expect_state("offline", "4 answers kept on this device")
    assert not AnswerEvent.objects.exists()

    room.reload()

    assert responses_on(room.page) == answered
    expect(room.question.get_by_text("Flagged")).to_be_visible()
    room.page.unroute_all()
    room.reload()
    room.expect_saved()
    for position, response in answered.items():
        assert room.stored(position).response == response
    assert room.stored(room.position).flagged


def test_a_new_tab_sends_what_a_closed_tab_left(room, complaints):
    complaints.allow("Failed to load resource: net::ERR_FAILED")
    position = position_of(room.session, "multiple_choice")
    room.page.route(ANSWERS, lambda route: route.abort())
    room.go(position)
    room.answer(2)
    room.expect_state("offline", "1 answer kept on this device")
    context = room.page.context
    room.page.close()

    new = Room(context.new_page(), room.session)
    new.open()

    new.expect_told("1 answer kept on this device, now being sent.")
    assert responses_on(new.page) == {position: 2}
    new.expect_saved()
    assert new.stored(position).response == 2


def test_a_tab_takes_over_from_one_that_is_closed_beside_it(room, complaints):
    complaints.allow("net::ERR_FAILED")
    position = position_of(room.session, "multiple_choice")
    room.page.route(ANSWERS, lambda route: route.abort())
    room.go(position)
    room.answer(2)
    room.expect_state("offline", "1 answer kept on this device")
    beside = Room(room.page.context.new_page(), room.session)
    beside.page.clock.install()
    beside.open()
    assert responses_on(beside.page) == {}

    room.page.close()
    beside.page.clock.run_for(11_000)

    beside.expect_told("1 answer kept on this device, now being sent.")
    beside.expect_saved()
    assert responses_on(beside.page) == {position: 2}
    assert beside.stored(position).response == 2


def test_a_tab_beside_takes_nothing_from_one_that_lives(room, complaints):
    complaints.allow("net::ERR_FAILED")
    room.page.route(ANSWERS, lambda route: route.abort())
    room.flag()
    room.expect_state("offline", "1 answer kept on this device")
    beside = Room(room.page.context.new_page(), room.session)
    beside.page.clock.install()
    beside.open()
    for _ in range(4):
        beside.page.clock.run_for(6_000)
    beside.go(2)
    beside.flag()
    beside.expect_saved()
    assert [event.item.position for event in AnswerEvent.objects.all()] == [2]


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_answered_before_the_script_runs_is_saved(page, session, kind):
    """On a slow line the page can be used before its scripts have come."""
    held = []
    page.route("**/js/room/room.js", lambda route: held.append(route))
    page.goto(f"/sessions/{session.pk}/", wait_until="commit")
    position = position_of(session, kind)
    section = page.locator(f"#q{position}")
    section.wait_for(state="attached")
    # The page shows no question yet; what is pressed is what a form without scripts has.
    section.locator("fieldset :is(input, select)").first.evaluate(
        "(one) => (one.matches('select') ? (one.selectedIndex = 1) : one.click())"
    )
    held[0].continue_()
    room = Room(page, session)
    room.expect_ready()
    room.expect_saved()
    expected = {"multiple_choice": 0, "matching": [0, None, None]}.get(kind, [0])
    assert responses_on(page) == {position: expected}
    assert room.stored(position).response == expected


@pytest.mark.nightly
def test_back_and_forward_go_between_questions(room):
    room.go(5)
    room.go(9)
    room.page.go_back()
    room.expect_position(5)
    room.page.go_back()
    room.expect_position(1)
    room.page.go_forward()
    room.expect_position(5)


@pytest.mark.nightly
@pytest.mark.parametrize("position", [1, 7])
def test_an_address_with_a_question_opens_it(page, session, position):
    page.goto(f"/sessions/{session.pk}/#q{position}")
    Room(page, session).expect_position(position)
