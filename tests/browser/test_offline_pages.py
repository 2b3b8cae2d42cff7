"""Notes and what is due without a network: what a device keeps, for whom, and when it shows it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Error, expect

from examapp import middleware
from examapp.exams import services
from examapp.exams.models import AnswerEvent
from examapp.study.models import Card
from examapp.study.services import keeping
from questions.models import Exam, Question
from tests.browser.conftest import sign_in
from tests.browser.room import Room, keyed_items
from tests.support.accessibility import findings
from tests.support.builders import PASSWORD, make_exam, right_response
from tests.support.processes import wait_for

pytestmark = pytest.mark.usefixtures("_expected_failures")

# What the pages of a device say.
COPY = "You are offline. This copy was kept on this device."
NEEDS = "this page needs a connection. These pages are on this device:"
CLOSED = "What is kept on this device opens again"

PATHS = """
async () => {
  const paths = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
  }
  return paths;
}
"""
STATE = """
async () => {
  const kept = await caches.match("/offline/", { cacheName: "offline-1-state" });
  return kept ? kept.json() : {};
}
"""


@pytest.fixture
def _expected_failures(complaints):
    complaints.allow("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "Failed to fetch")


@pytest.fixture
def note(exam):
    return reverse("questions:task_notes", args=[exam.code, "1.1"])


@pytest.fixture
def due(candidate, exam):
    """Three questions that are due; the address of their list."""
    for question in Question.objects.filter(exam=exam)[:3]:
        keeping.save(candidate, question)
    assert Card.objects.count() == 3
    return reverse("study:due_list", args=[exam.code])


def open_home(page):
    """Open a page and wait until the worker has brought what it keeps."""
    page.goto(reverse("home"))
    wait_for(lambda: page.evaluate(STATE).get("syncedAt"), what="the worker to be there")


def wait_until_kept(page, path):
    wait_for(lambda: path in page.evaluate(PATHS), what=f"{path} to be kept")


def visit(page, path):
    page.goto(path)
    wait_until_kept(page, path)


def wait_until_held(page, is_held):
    wait_for(lambda: page.evaluate(STATE).get("isHeld") is is_held, what=f"held: {is_held}")


CUT_OFF = "fetch('/healthz').then(() => false, () => true)"


def goes_offline(page, path):
    """Cut the page and its worker off, which learns of it a moment later, and open a page."""
    page.context.set_offline(True)
    for worker in page.context.service_workers:
        wait_for(lambda worker=worker: worker.evaluate(CUT_OFF), what="the worker to be cut off")
    page.goto(path)


@pytest.mark.nightly
def test_a_visited_note_reads_without_a_network_and_the_rest_says_why_not(page, exam, note):
    open_home(page)
    visit(page, note)
    title = page.get_by_role("heading", level=1).inner_text()

    goes_offline(page, note)

    expect(page.get_by_text(COPY)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    # Its styles came along: what is for screen readers alone is not to be seen.
    assert page.locator("#live").evaluate("(one) => getComputedStyle(one).position") == "absolute"
    assert findings(page) == []
    for path in (reverse("home"), reverse("exams:catalogue")):
        page.goto(path)
        expect(page.get_by_text(NEEDS)).to_be_visible()
    expect(page.locator("[data-page]")).to_have_count(2)
    assert findings(page) == []
    page.locator("[data-page]").last.get_by_role("link").click()
    expect(page.get_by_text(COPY)).to_be_visible()

    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_text(COPY)).to_be_hidden()


def keep_all(page, exam):
    page.goto(reverse("questions:notes", args=[exam.code]))
    page.get_by_role("button", name="Keep all notes on this device").click()
    expect(page.get_by_text("All notes are on this device.")).to_be_focused(timeout=40_000)


@pytest.mark.nightly
def test_all_notes_are_kept_on_a_wish(page, exam, note):
    keep_all(page, exam)
    for path in (note, reverse("questions:glossary", args=[exam.code])):
        goes_offline(page, path)
        expect(page.get_by_text(COPY)).to_be_visible()


@pytest.mark.nightly
def test_all_notes_are_kept_at_the_pace_that_the_server_asks_for(
    page, exam, note, monkeypatch, complaints
):
    complaints.allow("429")
    open_home(page)
    page.goto(reverse("questions:notes", args=[exam.code]))
    # The index and what is due are given, then comes a pause, twice.
    waits = iter([0, 0, 1, 0, 0, 1])
    monkeypatch.setattr(
        middleware, "seconds_to_wait", lambda name, amount, limit: 0 if amount else next(waits, 0)
    )
    page.get_by_role("button", name="Keep all notes on this device").click()
    expect(page.get_by_text("All notes are on this device.")).to_be_focused(timeout=40_000)
    assert next(waits, None) is None
    index = page.request.get(reverse("offline")).text()
    named = re.findall(r'<li data-page="([^"]+)"', index)
    assert note in named
    assert set(named) <= set(page.evaluate(PATHS))


def test_what_is_due_reads_without_a_network_and_without_keys(page, due):
    open_home(page)
    wait_until_kept(page, due)

    goes_offline(page, due)

    expect(page.get_by_text("3 questions to review, as of")).to_be_visible()
    expect(page.get_by_text("Answering needs a connection")).to_be_visible()
    expect(page.locator(".readable")).to_have_count(3)
    assert "Option 0 of" in page.content()
    assert findings(page) == []
    held = page.evaluate("async () => (await (await caches.match(location.pathname)).text())")
    for text in (held, page.content()):
        assert "WHY-" not in text
        assert not re.search(r"is_right|class=\"mark|data-right", text)


def test_another_person_finds_nothing_of_the_first(page, live_server, note, outsider, due):
    open_home(page)
    visit(page, note)
    wait_until_kept(page, due)
    mine = page.evaluate(STATE)["owner"]

    sign_in(page.context, outsider, live_server.url)
    page.goto(reverse("home"))
    wait_for(lambda: page.evaluate(STATE).get("owner") not in (mine, None), what="the next person")
    wait_until_kept(page, due)
    assert not [name for name in page.evaluate("caches.keys()") if mine in name]

    goes_offline(page, note)
    expect(page.get_by_text(NEEDS)).to_be_visible()
    # Their own list of what is due, which is empty.
    expect(page.locator("[data-page]")).to_have_count(1)
    page.goto(due)
    expect(page.get_by_text("Nothing is due")).to_be_visible()


@pytest.mark.nightly
def test_notes_of_an_exam_that_was_withdrawn_are_deleted(page, exam, note, complaints):
    complaints.allow("404")
    other = make_exam()
    open_home(page)
    visit(page, note)

    # An exam that ended is no more in the index, and its notes can still be read.
    Exam.objects.filter(pk=exam.pk).update(state="closed")
    keep_all(page, other)
    assert note in page.evaluate(PATHS)
    Exam.objects.filter(pk=exam.pk).update(state="draft")
    keep_all(page, other)
    assert note not in page.evaluate(PATHS)

    goes_offline(page, note)
    expect(page.get_by_text(NEEDS)).to_be_visible()


def test_signing_out_leaves_nothing(page, note):
    open_home(page)
    visit(page, note)
    page.locator(".menu summary").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    wait_for(lambda: page.evaluate("caches.keys()") == [], what="nothing to be kept")


def test_a_copy_of_somebody_else_is_not_shown(page, note):
    """What the first line of defence missed: the page itself says whom it is for."""
    open_home(page)
    visit(page, note)
    page.evaluate(
        """
        async (path) => {
          const name = (await caches.keys()).find((one) => !one.endsWith("state"));
          const cache = await caches.open(name);
          const reply = await cache.match(path);
          const html = await reply.text();
          const text = html.replace(/(name="device" content=)"\\w+"/, '$1"f00"');
          await cache.put(path, new Response(text, { headers: reply.headers }));
        }
        """,
        note,
    )
    page.context.set_offline(True)
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto(note)


def test_during_an_exam_the_device_shows_nothing_until_it_has_ended(page, candidate, exam, note):
    open_home(page)
    visit(page, note)
    room = Room(page, services.start(candidate, exam=exam))
    room.open()
    wait_until_held(page, True)

    goes_offline(page, note)
    expect(page.get_by_text(CLOSED)).to_be_visible()
    expect(page.locator("[data-page]")).to_have_count(0)

    # The end alone opens nothing: the device learns of it from the server.
    services.finish(room.session.pk)
    page.reload()
    expect(page.get_by_text(CLOSED)).to_be_visible()
    page.context.set_offline(False)
    page.goto(reverse("home"))
    wait_until_held(page, False)
    goes_offline(page, note)
    expect(page.get_by_text(COPY)).to_be_visible()


def test_an_exam_that_began_on_another_device_closes_this_one_at_its_next_visit(
    page, candidate, exam, note
):
    open_home(page)
    visit(page, note)
    services.start(candidate, exam=exam)
    page.goto(reverse("offline"))
    expect(page.get_by_text("Continue the exam")).to_be_visible()
    wait_until_held(page, True)
    goes_offline(page, note)
    expect(page.get_by_text(CLOSED)).to_be_visible()


def test_the_room_queues_its_answers_as_before_with_the_worker_there(page, candidate, exam):
    open_home(page)
    room = Room(page, services.start(candidate, exam=exam))
    room.open()
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    page.context.set_offline(True)
    given = {}
    items = keyed_items(room.session)
    for position in (1, 2, 3):
        room.expect_position(position)
        given[position] = right_response(items[position])
        room.answer(given[position])
        room.next()
    room.expect_state("offline", "Offline: 3 answers kept on this device")
    # The worker stays out of it: the browser itself says that it is offline.
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    assert not AnswerEvent.objects.exists()
    page.context.set_offline(False)
    room.open()
    room.expect_saved()
    assert {position: room.stored(position).response for position in given} == given


OLD = "delete Navigator.prototype.serviceWorker; delete globalThis.caches;"
WITHOUT_STORE = "delete globalThis.indexedDB; delete Window.prototype.indexedDB;"


@pytest.mark.nightly
def test_a_browser_that_cannot_keep_pages_says_so_and_all_else_is_as_before(
    open_context, candidate, exam, note
):
    context = open_context(candidate)
    context.add_init_script(OLD)
    page = context.new_page()
    page.goto(reverse("questions:notes", args=[exam.code]))
    expect(page.get_by_text("This browser cannot keep pages.")).to_be_visible()
    expect(page.get_by_role("button", name="Keep all notes on this device")).to_be_hidden()
    assert findings(page) == []
    page.goto(note)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_without_indexeddb_the_launch_says_so_and_answers_still_wait_on_the_device(
    open_context, candidate, exam
):
    context = open_context(candidate)
    context.add_init_script(WITHOUT_STORE)
    page = context.new_page()
    page.goto(reverse("exams:launch", args=[exam.code]))
    expect(page.locator("[data-check=storage]")).to_have_text(
        "not available: keep the connection while you answer"
    )
    expect(page.locator("[data-check-summary]")).to_have_text(
        "You can still start. The problem is shown above."
    )
    room = Room(page, services.start(candidate, exam=exam))
    room.open()
    context.set_offline(True)
    response = right_response(keyed_items(room.session)[1])
    room.answer(response)
    room.expect_state("offline", "1 answer kept on this device")
    room.reload_in_vain()
    context.set_offline(False)
    room.open()
    room.expect_told("1 answer kept on this device, now being sent.")
    room.expect_saved()
    assert room.stored(1).response == response


@pytest.mark.nightly
def test_a_worker_that_is_switched_off_takes_its_pages_along(page, note, settings):
    open_home(page)
    visit(page, note)
    settings.OFFLINE_PAGES = False
    page.goto(reverse("home"))
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.update())")
    there = "navigator.serviceWorker.getRegistration().then(Boolean)"
    wait_for(lambda: not page.evaluate(there), what="the worker to be gone")
    assert page.evaluate("caches.keys()") == []


def test_passwords_and_forms_pass_it_by(page, candidate, live_server):
    """Who signs in with a form does so over the network, the worker being there."""
    open_home(page)
    page.context.clear_cookies(name="sessionid")
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(candidate.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("Practice")
