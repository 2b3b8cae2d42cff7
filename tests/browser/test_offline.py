"""A sitting while the network, the server or the sign-in is away: nothing is lost, all is told."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import AnswerEvent
from tests.browser.conftest import sign_in
from tests.browser.room import ANSWERS, keyed_items, responses_on
from tests.support.builders import PASSWORD, right_response

pytestmark = pytest.mark.usefixtures("_expected_failures")


@pytest.fixture
def _expected_failures(complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")


@pytest.fixture
def page(page):
    """A page whose clock can be moved on; until then it runs as any other."""
    page.clock.install()
    return page


# A transaction that asks for something else again and again is not finished before its page ends.
NEVER_WRITTEN = """
() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (entry) {
    const request = put.call(this, entry);
    const ask = () => (this.count().onsuccess = ask);
    ask();
    return request;
  };
}
"""


def stop_time(page):
    """From here on time passes only where a test lets it."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def answer_five(room):
    """Answer questions 1 to 5, whatever their types; return the answers by position."""
    items = keyed_items(room.session)
    given = {position: right_response(items[position]) for position in range(1, 6)}
    for position, response in given.items():
        room.expect_position(position)
        room.answer(response)
        room.next()
    return given


def assert_stored(room, given):
    assert {position: room.stored(position).response for position in given} == given


def test_five_answers_without_a_network_are_saved_when_it_is_back(room):
    context = room.page.context
    context.set_offline(True)
    given = answer_five(room)
    room.expect_state("offline", "Offline: 5 answers kept on this device, the clock keeps running")
    room.expect_told("kept on this device, the clock keeps running.")
    assert not AnswerEvent.objects.exists()

    context.set_offline(False)

    room.expect_saved()
    room.expect_told("All answers are saved.")
    assert_stored(room, given)


def test_after_five_minutes_without_a_network_answers_go_as_soon_as_it_is_back(room):
    context = room.page.context
    context.set_offline(True)
    given = answer_five(room)
    room.page.clock.run_for(5 * 60_000)
    room.expect_state("offline", "5 answers kept on this device")

    # No pause runs out: the network's return is what sends them.
    stop_time(room.page)
    context.set_offline(False)

    room.expect_saved()
    assert_stored(room, given)


def test_answers_of_an_outage_survive_a_reload_in_it(room):
    context = room.page.context
    context.set_offline(True)
    given = answer_five(room)
    room.expect_state("offline", "5 answers kept on this device")
    room.reload_in_vain()

    context.set_offline(False)
    room.open()

    room.expect_told("5 answers kept on this device, now being sent.")
    assert responses_on(room.page) == given
    room.expect_saved()
    assert_stored(room, given)


def test_answers_survive_a_device_that_has_not_written_them_yet(room):
    """What the bar calls kept is kept, however long the device takes to write."""
    room.page.context.set_offline(True)
    room.flag()
    room.expect_state("offline", "1 answer kept on this device")
    room.page.evaluate(NEVER_WRITTEN)
    given = answer_five(room)
    room.expect_state("offline", "5 answers kept on this device")
    room.page.goto("about:blank")

    room.page.context.set_offline(False)
    room.open()

    room.expect_told("5 answers kept on this device, now being sent.")
    room.expect_saved()
    assert_stored(room, given)


def test_an_answer_whose_acknowledgement_was_lost_is_stored_once(room):
    lost = []

    def lose_the_first_reply(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    room.page.route(ANSWERS, lose_the_first_reply)
    item = keyed_items(room.session)[1]
    room.answer(right_response(item))
    room.expect_state("offline", "1 answer kept")
    kept = AnswerEvent.objects.count()
    assert kept > 0

    room.page.clock.run_for(2_000)

    room.expect_saved()
    assert room.stored(1).response == right_response(item)
    assert AnswerEvent.objects.count() == AnswerEvent.objects.values("client", "seq").count()


def test_an_end_without_a_network_is_refused_and_loses_nothing(room):
    context, dialog = room.page.context, room.page.locator("#end-dialog")
    context.set_offline(True)
    given = answer_five(room)
    room.ask_for_the_end()
    expect(dialog).to_contain_text("5 answers not sent yet: sent before the end.")
    dialog.locator("[data-end-confirm]").click()
    room.page.clock.run_for(11_000)
    expect(dialog).to_contain_text("The server cannot be reached: the exam has not ended.")
    expect(dialog).to_contain_text("5 answers kept on this device")
    room.session.refresh_from_db()
    assert room.session.is_open
    assert responses_on(room.page) == given

    context.set_offline(False)
    dialog.locator("[data-end-confirm]").click()

    room.expect_result()
    assert_stored(room, given)


def test_a_failing_server_is_asked_again_when_it_said(room, complaints):
    complaints.allow("status of 503")
    asked = []

    def fail(route):
        asked.append(route.request)
        route.fulfill(status=503, headers={"Retry-After": "60"}, body="away")

    room.page.route(ANSWERS, fail)
    item = keyed_items(room.session)[1]
    room.answer(right_response(item))
    room.expect_state("retrying", "Not saved yet: 1 answer kept on this device, retrying")
    room.expect_told("Not saved yet")
    room.page.clock.run_for(50_000)
    assert len(asked) == 1

    room.page.unroute_all()
    # Up to three seconds later, so that not everybody comes at once.
    room.page.clock.run_for(14_000)

    room.expect_saved()
    assert room.stored(1).response == right_response(item)


def test_a_server_that_says_nothing_is_asked_again_after_longer_and_longer_waits(room, complaints):
    complaints.allow("status of 502")
    asked = []
    is_back = False

    def fail(route):
        asked.append(route.request)
        if is_back:
            route.continue_()
        else:
            route.fulfill(status=502, body="a proxy's page")

    room.page.route(ANSWERS, fail)
    stop_time(room.page)
    room.flag()
    room.expect_state("retrying", "Not saved yet: 1 answer kept")
    # Each a quarter shorter or longer.
    for seconds in (1, 2, 4, 8, 15):
        before = len(asked)
        room.page.clock.run_for(740 * seconds)
        assert len(asked) == before
        for _ in range(30):
            if len(asked) == before:
                room.page.clock.run_for(50 * seconds)
        assert len(asked) == before + 1
    is_back = True
    before = len(asked)
    for _ in range(30):
        if len(asked) == before:
            room.page.clock.run_for(1_000)
    room.expect_saved()
    assert room.stored(1).flagged


def test_an_answer_the_server_refuses_is_named(room, complaints):
    complaints.allow("status of 422")

    def refuse(route):
        names = ("position", "client", "seq")
        saved = [
            {**{name: row[name] for name in names}, "status": "invalid", "errors": []}
            for row in route.request.post_data_json
        ]
        route.fulfill(status=422, json={"saved": saved})

    room.page.route(ANSWERS, refuse)
    room.flag()
    room.expect_told("Not counted: the answer to question 1.")
    notice = room.page.locator("[data-notice]")
    expect(notice).to_have_text("Not counted: the answer to question 1.")


def test_a_clock_that_was_set_back_costs_no_answer(room):
    room.page.evaluate("performance.now = () => -60_000")
    room.flag()
    room.expect_saved()
    assert room.stored(1).flagged


def test_answers_of_one_who_is_signed_out_wait_for_the_sign_in(room, candidate, complaints):
    complaints.allow("status of 401")
    context = room.page.context
    context.clear_cookies(name="sessionid")
    given = answer_five(room)
    room.expect_state("signed-out", "Signed out: 5 answers kept on this device")
    room.expect_told("You are signed out. Sign in again here: your answers are kept")
    bar = room.page.get_by_role("group", name="Signed out")
    expect(bar).to_contain_text("5 answers kept on this device and sent once you are signed in.")

    tab = context.new_page()
    tab.goto(reverse("account_login"))
    tab.get_by_label("Email").fill(candidate.email)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("link", name="Continue the exam")).to_be_visible()
    room.page.clock.run_for(16_000)

    room.expect_saved()
    assert_stored(room, given)


def test_answers_are_not_given_to_another_person_who_signs_in(
    room, live_server, outsider, complaints
):
    complaints.allow("status of 401", "status of 404")
    context = room.page.context
    context.clear_cookies(name="sessionid")
    room.flag()
    room.expect_state("signed-out", "1 answer kept on this device")

    sign_in(context, outsider, live_server.url)
    with room.page.expect_response(ANSWERS) as reply:
        room.page.clock.run_for(16_000)

    assert reply.value.status == 404
    room.expect_state("signed-out", "1 answer kept on this device")
    assert not AnswerEvent.objects.exists()
