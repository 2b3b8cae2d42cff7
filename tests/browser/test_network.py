"""A bad network: requests come late, twice, out of order or never. Nothing is lost or undone."""

import random
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import AnswerEvent
from tests.browser.proxy import PASSES, Fate, Proxy
from tests.browser.room import position_of

ANSWERS, FINISH = "/answers/", "/finish/"
FATES = (
    PASSES,
    Fate(delay=0.4),
    Fate(is_lost=True),
    Fate(is_unanswered=True),
    Fate(delay=1.5, is_overtaken=True),
)


@pytest.fixture
def proxy(live_server):
    proxy = Proxy(live_server.url)
    yield proxy
    proxy.close()


@pytest.fixture
def browser_context_args(browser_context_args, proxy):
    """Every browser of these tests is at the other end of the proxy."""
    return {**browser_context_args, "base_url": proxy.url}


@pytest.fixture(autouse=True)
def _expected_failures(complaints):
    complaints.allow("net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION")


def choices(session):
    """Return the positions of two multiple-choice questions."""
    return [position_of(session, "multiple_choice", nth=nth) for nth in (0, 1)]


def change_often(room, rng, times):
    """Answer two questions over and over; return what is shown at the end, by position."""
    shown = {}
    for number in range(times):
        position = rng.choice(choices(room.session))
        room.go(position)
        # Another answer than before: what is shown already would not be sent.
        shown[position] = rng.choice([i for i in range(4) if i != shown.get(position)])
        room.answer(shown[position])
        room.page.wait_for_timeout(rng.choice([0, 100, 700]))
        if number % 4 == 3:
            # What cannot be sent is said: never "Saved" while something waits.
            state = room.page.locator("[data-save-state]").get_attribute("data-state")
            assert state in ("saving", "saved", "offline", "retrying")
    return shown


@pytest.mark.parametrize("seed", [1, 2])
def test_answers_arrive_in_a_storm_of_delays_losses_and_overtaking(room, proxy, seed):
    rng = random.Random(seed)
    proxy.fate_of = lambda method, path: rng.choice(FATES) if path.endswith(ANSWERS) else PASSES

    shown = change_often(room, random.Random(seed + 100), 24)
    proxy.calm()

    room.expect_saved(timeout=60_000)
    met = {fate for path, fate in proxy.fates if path.endswith(ANSWERS)}
    assert len(met) >= 4
    for position, response in shown.items():
        assert room.stored(position).response == response
        outcomes = AnswerEvent.objects.filter(item=room.stored(position))
        # Each change is in the log once; what was overtaken is known by its number.
        assert outcomes.count() == outcomes.values("client", "seq").distinct().count()
        assert set(outcomes.values_list("outcome", flat=True)) <= {"saved", "superseded"}
    room.reload()
    for position, response in shown.items():
        room.go(position)
        assert room.response == response


def test_an_older_save_that_comes_last_overwrites_nothing(room, proxy):
    position = choices(room.session)[0]
    fates = iter([Fate(delay=4, is_overtaken=True)])
    proxy.fate_of = lambda method, path: next(fates, PASSES) if path.endswith(ANSWERS) else PASSES
    room.go(position)
    room.answer(1)
    room.expect_state("offline", "1 answer kept on this device")
    room.answer(2)
    room.expect_saved()
    assert proxy.on_their_way == 1

    proxy.calm()

    item = room.stored(position)
    assert (item.response, item.revision) == (2, 2)
    assert list(item.events.order_by("seq").values_list("response", flat=True)) == [1, 2]


def test_what_cannot_be_sent_is_said_and_counted(room, proxy):
    proxy.fate_of = lambda method, path: Fate(is_lost=path.endswith(ANSWERS))
    for position in choices(room.session):
        room.go(position)
        room.answer(1)
    room.expect_state("offline", "Offline: 2 answers kept on this device, the clock keeps running")
    room.expect_told("kept on this device, the clock keeps running.")
    assert not AnswerEvent.objects.exists()
    proxy.calm()
    room.expect_saved()
    room.expect_told("All answers are saved.")


@pytest.mark.parametrize(
    "fate",
    [Fate(is_lost=True), Fate(is_unanswered=True), Fate(delay=2, is_overtaken=True)],
    ids=["lost", "unanswered", "overtaken"],
)
def test_a_network_that_is_cut_in_mid_finish_ends_the_exam_once(room, proxy, fate):
    position = choices(room.session)[0]
    room.go(position)
    room.answer(3)
    room.expect_saved()
    sent = []

    def cut_the_first_end(method, path):
        if not path.endswith(FINISH):
            return PASSES
        sent.append(path)
        return fate if len(sent) == 1 else PASSES

    proxy.fate_of = cut_the_first_end
    room.ask_for_the_end()
    room.page.locator("[data-end-confirm]").click()
    expect(room.page.locator("[data-end-progress]")).to_contain_text(
        "The connection broke while the exam was being ended: trying again."
    )

    room.expect_result(timeout=30_000)

    assert len(sent) == 2
    proxy.calm()
    room.session.refresh_from_db()
    assert (room.session.status, room.session.scores.count()) == ("finished", 1)
    assert room.stored(position).response == 3


def test_who_goes_back_while_the_end_is_on_its_way_goes_on(room, proxy):
    proxy.fate_of = lambda method, path: Fate(is_lost=path.endswith(FINISH))
    room.ask_for_the_end()
    room.page.locator("[data-end-confirm]").click()
    expect(room.page.locator("[data-end-progress]")).to_contain_text("trying again")
    room.page.locator("[data-end-cancel]").click()
    expect(room.page.locator("[data-end-confirm]")).to_be_enabled()
    proxy.calm()
    room.page.locator("[data-back]").click()
    room.flag()
    room.expect_saved()
    room.session.refresh_from_db()
    assert room.session.is_open
    assert reverse("exams:room", args=[room.session.pk]) in re.sub(r"#.*", "", room.page.url)
